"""Checks that the libraries of the extra ``plot`` are installed, which pages and plots need."""

from __future__ import annotations

from importlib import import_module


def require_pages() -> None:
    """Raise ImportError, which names the extra, if Jinja or matplotlib is missing."""
    for library in ("matplotlib", "jinja2"):
        try:
            import_module(library)
        except ImportError as error:
            raise ImportError(
                f"plots and pages need {library}: pip install nam_core[plot] ({error})"
            ) from error
