"""A small server for one machine: hands out the page of a listening test, and keeps the answers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from .answers import DATABASE, MOST_BYTES, Key, check_answers, read_key
from .making import PAGE

_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_SECONDS = 30.0
_LOCAL = ("127.0.0.1", "localhost")


class Server(ThreadingHTTPServer):
    """Serves a test on 127.0.0.1; ``serve_forever`` runs it.

    GET reads the files of the page and nothing else. POST to ``answers`` takes at most 1 MiB of JSON, checks
    it against the test, and keeps it in ``answers.sqlite``; what is refused gets words. Requests that name
    another host are refused, so that no page from elsewhere can send answers here.

    Parameters
    ----------
    folder : of a test that ``make`` has written.
    port : to listen on; 0 takes a free one, which ``url`` then has.

    Raises
    ------
    OSError, NamFileError
        If the folder has no test, or the port is taken.
    """

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.key: Key = read_key(folder)
        page = folder / PAGE
        self.files = {
            f"/{path.relative_to(page).as_posix()}": path
            for path in sorted(page.rglob("*"))
            if path.suffix in _TYPES
        }
        self.files["/"] = page / "index.html"
        self.database = folder / DATABASE
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "create table if not exists answers (number integer primary key, "
                "received text default current_timestamp, listener text not null, body blob not null)"
            )
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def keep(self, listener: str, body: bytes) -> None:
        """Store answers."""
        with closing(self._connect()) as connection, connection:
            connection.execute("insert into answers (listener, body) values (?, ?)", (listener, body))

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.database, timeout=_SECONDS)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _SECONDS
    server_version = "nam-core"
    sys_version = ""

    def do_GET(self) -> None:
        path = self.server.files.get(urlsplit(self.path).path)
        if not self._is_local() or path is None:
            self._reply(HTTPStatus.NOT_FOUND, "there is no such file in this test")
            return
        self._reply(HTTPStatus.OK, path.read_bytes(), _TYPES[path.suffix])

    def do_POST(self) -> None:
        if not self._is_local() or urlsplit(self.path).path != "/answers":
            self._reply(HTTPStatus.NOT_FOUND, "answers go to /answers")
            return
        # Only a page from here can send this type without being asked for leave, which nobody gives.
        if self.headers.get_content_type() != "application/json":
            self._reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "answers are application/json")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self._reply(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing, or no number")
            return
        if int(length) > MOST_BYTES:
            self._reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"answers take at most {MOST_BYTES:,} bytes")
            return
        body = self.rfile.read(int(length))
        try:
            answers = check_answers(self.server.key, body)
        except ValueError as error:
            self._reply(HTTPStatus.BAD_REQUEST, str(error))
            return
        self.server.keep(answers.listener, body)
        self._reply(HTTPStatus.CREATED, "saved")

    def _is_local(self) -> bool:
        return self.headers.get("Host", "").partition(":")[0] in _LOCAL

    def _reply(
        self, status: HTTPStatus, content: str | bytes, kind: str = "text/plain; charset=utf-8"
    ) -> None:
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
