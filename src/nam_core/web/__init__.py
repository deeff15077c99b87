"""A page for a browser that plays models; the engine in it is `web/` of the repository, in WebAssembly."""

from .serving import PAGE, ServedModel, Server, require_page

__all__ = ["PAGE", "ServedModel", "Server", "require_page"]
