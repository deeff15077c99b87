"""A web server for this machine alone: every room that hands out a page does it with this one."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_SECONDS = 30.0
_LOCAL = ("127.0.0.1", "localhost")


class LocalServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1; ``serve_forever`` runs it.

    Parameters
    ----------
    port : to listen on; 0 takes a free one, which ``url`` then has.
    handler : answers requests.

    Raises
    ------
    OSError : the port is taken.
    """

    daemon_threads = True

    def __init__(self, port: int, handler: type[LocalHandler]) -> None:
        super().__init__(("127.0.0.1", port), handler)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/"


class LocalHandler(BaseHTTPRequestHandler):
    """Answers requests that name this machine, so that no page from elsewhere is served: override ``get``."""

    timeout = _SECONDS
    server_version = "nam-core"
    sys_version = ""

    def get(self, path: str) -> None:
        """Answer a GET of this path."""
        self.reply(HTTPStatus.NOT_FOUND, "there is no such file")

    def post(self, path: str) -> None:
        """Answer a POST to this path."""
        self.reply(HTTPStatus.NOT_FOUND, "nothing is taken here")

    def do_GET(self) -> None:
        """Called for each GET."""
        self._answer(self.get)

    def do_POST(self) -> None:
        """Called for each POST."""
        self._answer(self.post)

    def _answer(self, answer: Callable[[str], None]) -> None:
        if self.headers.get("Host", "").partition(":")[0] in _LOCAL:
            answer(urlsplit(self.path).path)
        else:
            self.reply(HTTPStatus.NOT_FOUND, "this server is for its own machine")

    def reply(
        self, status: HTTPStatus, content: str | bytes, kind: str = "text/plain; charset=utf-8"
    ) -> None:
        """Answer with a text or with bytes of a media type, and end the connection."""
        body = content.encode("utf-8", "replace") if isinstance(content, str) else content
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal is for what the command tells."""
