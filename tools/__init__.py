"""Programs for developers of nam_core. The package does not install them."""
