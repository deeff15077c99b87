"""Hands out the page that plays models, with models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import orjson

from ..format.nam_file import Source, read_nam
from ..format.writing import json_object
from ..pages import LocalHandler, LocalServer

# `nox -s web` writes it; whatever is built from this folder after that carries it.
PAGE = Path(__file__).with_name("player.html")
# Where the page lists the models that come with it.
_MARK = b'<script type="application/json" id="models">[]</script>'
_HTML = "text/html; charset=utf-8"
_MODEL = "application/json"


def require_page() -> bytes:
    """The page. Raises FileNotFoundError, which says where to get it, if this installation has none."""
    try:
        return PAGE.read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            "this installation has no page for browsers: released wheels have it; from source, `nox -s web` "
            "builds it, and `pip install .` after that takes it along"
        ) from error


@dataclass(frozen=True)
class ServedModel:
    """A model for the page: what it is called there, and the text of a .nam file."""

    name: str
    text: bytes

    @classmethod
    def read(cls, name: str, source: Source) -> ServedModel:
        """Read whatever ``load`` reads: the page gets .namz files and impulse responses as .nam files, too.

        Raises
        ------
        OSError, NamFileError, ImportError : as ``load``.
        """
        return cls(name, orjson.dumps(json_object(read_nam(source))))


class Server(LocalServer):
    """Serves the page on 127.0.0.1, and the models; GET is all that it answers.

    Parameters
    ----------
    models : the page loads the first two, and offers the others.
    port : to listen on; 0 takes a free one, which ``url`` then has.

    Raises
    ------
    OSError : the port is taken. FileNotFoundError : this installation has no page.
    """

    def __init__(self, models: Sequence[ServedModel], port: int = 0) -> None:
        page = require_page()
        urls = [f"models/{number}.nam" for number in range(len(models))]
        listed = [{"name": model.name, "url": url} for model, url in zip(models, urls, strict=True)]
        # "<" would end the script, or begin a comment in it.
        text = orjson.dumps(listed).replace(b"<", b"\\u003c")
        self.files = {f"/{url}": (model.text, _MODEL) for model, url in zip(models, urls, strict=True)}
        self.files["/"] = (page.replace(_MARK, _MARK.replace(b"[]", text), 1), _HTML)
        super().__init__(port, _Handler)


class _Handler(LocalHandler):
    server: Server

    def get(self, path: str) -> None:
        found = self.server.files.get(path)
        if found is None:
            super().get(path)
        else:
            self.reply(HTTPStatus.OK, *found)
