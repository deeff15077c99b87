"""Programs for those who work on nam_core. None of them is installed with the package."""
