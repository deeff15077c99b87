"""A web server for this machine alone: every room that hands out a page does it with this one."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_SECONDS = 30.0
# What a refused request may still send, and for how long, so that its sender can read the reply.
_MOST_UNREAD = 1 << 24
_UNREAD_SECONDS = 2.0
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

    @property
    def origins(self) -> tuple[str, ...]:
        """What browsers call the pages of this server."""
        return tuple(f"http://{name}:{self.server_address[1]}" for name in _LOCAL)

    def handle_error(self, request: object, client_address: object) -> None:
        """Who closes a page in the middle of a reply makes no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class LocalHandler(BaseHTTPRequestHandler):
    """Answers requests that name this machine, so that no page from elsewhere is served: override ``get``.

    A POST that a page from elsewhere sends is refused. Browsers say in ``Origin`` which page sends; other
    programs say nothing.
    """

    server: LocalServer
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
        if self.headers.get("Origin", self.server.origins[0]) in self.server.origins:
            self._answer(self.post)
        else:
            self.reply(HTTPStatus.FORBIDDEN, "only pages of this server may send something here")

    def _answer(self, answer: Callable[[str], None]) -> None:
        if self.headers.get("Host", "").partition(":")[0] in _LOCAL:
            answer(self.path.partition("?")[0])
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
        self._read_the_rest()

    def _read_the_rest(self) -> None:
        """Throw away what the client still sends: closing over unread bytes would reset its connection, and
        the reply would be lost.
        """
        left, end = _MOST_UNREAD, time.monotonic() + _UNREAD_SECONDS
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_UNREAD_SECONDS)
            while left > 0 and time.monotonic() < end and (piece := self.connection.recv(min(left, 1 << 16))):
                left -= len(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A line of text, where the base class would send a page: other methods, malformed requests."""
        status = HTTPStatus(code)
        self.reply(status, message or status.description or status.phrase)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal is for what the command tells."""
