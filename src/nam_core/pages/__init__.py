"""Self-contained HTML pages: one shell and one style for every room that writes HTML. They open from disk."""

from .extra import require_pages
from .pictures import svg
from .rendering import render_page
from .serving import LocalHandler, LocalServer
from .sound import flac_uri
from .table import Table

__all__ = ["LocalHandler", "LocalServer", "Table", "flac_uri", "render_page", "require_pages", "svg"]
