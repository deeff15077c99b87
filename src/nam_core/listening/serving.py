"""A small local server: serves the page of a listening test, and stores the answers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

from ..errors import NamFileError
from ..pages import LocalHandler, LocalServer
from .answers import DATABASE, MOST_BYTES, Key, check_answers, read_key
from .making import PAGE

_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
# Seconds that a thread waits for another one that is writing answers.
_SECONDS = 30.0


class Server(LocalServer):
    """Serves a test on 127.0.0.1; ``serve_forever`` runs it.

    GET serves the files of the page and nothing else. POST to ``answers`` takes at most 1 MiB of JSON, checks
    it against the test, and stores it in ``answers.sqlite``; a refusal says why. Requests whose Host header
    names another machine, or whose Origin header names another page, are refused, so that other web sites
    cannot send answers.

    Parameters
    ----------
    folder : the folder of a test that ``make`` wrote.
    port : the port to listen on; 0 takes a free port, which is then in ``url``.

    Raises
    ------
    OSError, NamFileError
        If the folder holds no test, answers cannot be stored in it, or the port is taken.
    """

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
        try:
            with closing(self._connect()) as connection, connection:
                connection.execute(
                    "create table if not exists answers (number integer primary key, "
                    "received text default current_timestamp, listener text not null, body blob not null)"
                )
        except sqlite3.Error as error:
            raise NamFileError(f"answers cannot be stored here: {error}", path=str(self.database)) from None
        super().__init__(port, _Handler)

    def keep(self, listener: str, body: bytes) -> None:
        """Store answers."""
        with closing(self._connect()) as connection, connection:
            connection.execute("insert into answers (listener, body) values (?, ?)", (listener, body))

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.database, timeout=_SECONDS)


class _Handler(LocalHandler):
    server: Server

    def get(self, path: str) -> None:
        found = self.server.files.get(path)
        if found is None:
            self.reply(HTTPStatus.NOT_FOUND, "there is no such file in this test")
            return
        self.reply(HTTPStatus.OK, found.read_bytes(), _TYPES[found.suffix])

    def post(self, path: str) -> None:
        if path != "/answers":
            self.reply(HTTPStatus.NOT_FOUND, "answers go to /answers")
            return
        # A browser sends this type across origins only after a preflight request, which this server never
        # grants.
        if self.headers.get_content_type() != "application/json":
            self.reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "answers are application/json")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            self.reply(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing, or not a number")
            return
        if int(length) > MOST_BYTES:
            self.reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"answers take at most {MOST_BYTES:,} bytes")
            return
        body = self.rfile.read(int(length))
        try:
            answers = check_answers(self.server.key, body)
        except ValueError as error:
            self.reply(HTTPStatus.BAD_REQUEST, str(error))
            return
        try:
            self.server.keep(answers.listener, body)
        except sqlite3.Error as error:
            self.reply(HTTPStatus.INTERNAL_SERVER_ERROR, f"{DATABASE} cannot be written: {error}")
            return
        self.reply(HTTPStatus.CREATED, "saved")
