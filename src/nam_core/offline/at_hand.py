"""Local copies of the files of a job, while it runs; messages use the names that the user gave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from ..errors import NamError
from .places import as_path, delivered, fetched


@dataclass(frozen=True)
class Files:
    """Local paths, and for each copy the name that the user gave."""

    models: list[str | bytes]
    input: str
    output: str
    names: dict[str, str]

    def told(self, text: str) -> str:
        """The message with the names that the user gave."""
        for path, name in self.names.items():
            text = text.replace(path, name)
        return text


@contextmanager
def at_hand(models: tuple[str | bytes, ...], input: str, output: str) -> Iterator[Files]:
    """Fetch the files that are URLs for the block. If the output is a URL, it is sent when the block ends.

    Raises OSError if a file cannot be fetched or sent.
    """
    with ExitStack() as stack:
        names: dict[str, str] = {}

        def here(name: str, path: str) -> str:
            if path != name:
                names[path] = name
            return path

        files = Files(
            [
                model
                if isinstance(model, bytes)
                else here(model, stack.enter_context(fetched(as_path(model))))
                for model in models
            ],
            here(input, stack.enter_context(fetched(as_path(input)))),
            here(output, stack.enter_context(delivered(as_path(output)))),
            names,
        )
        try:
            yield files
        except NamError as error:
            if (path := getattr(error, "path", None)) in names:
                error.path = names[path]  # type: ignore[attr-defined]  # those that have a path
            error.args = tuple(files.told(part) if isinstance(part, str) else part for part in error.args)
            raise
        except OSError as error:
            if error.filename in names:
                error.filename = names[error.filename]
            raise
