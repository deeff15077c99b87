"""The journal of a batch: it records finished jobs, so that a run that was killed can be continued."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

from .places import exists, files_below, is_url, read_bytes, remove, write_bytes

NAME = "manifest.jsonl"


class Journal:
    """JSON records in a folder: lines of one file, or one object for each record in an object store."""

    def __init__(self, folder: str) -> None:
        self._path = f"{folder.rstrip('/')}/{NAME}" if is_url(folder) else os.path.join(folder, NAME)

    def records(self) -> Iterator[dict[str, Any]]:
        """The records that a killed run has left. Raises OSError."""
        if is_url(self._path):
            for name in files_below(self._path):
                yield json.loads(read_bytes(name))
        elif exists(self._path):
            with open(self._path, encoding="utf-8") as file:
                for line in file:
                    # A killed run may have written part of the last line.
                    try:
                        yield json.loads(line)
                    except ValueError:
                        return

    def add(self, name: str, record: dict[str, Any]) -> None:
        """Store a record under this name at once. Raises OSError."""
        text = json.dumps(record, allow_nan=False)
        if is_url(self._path):
            part = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
            write_bytes(f"{self._path}/{part}.json", text.encode())
        else:
            try:
                with open(self._path, "ab", buffering=0) as file:
                    file.write(text.encode() + b"\n")
            except OSError as error:  # such as a full disk, which has no name
                raise OSError(error.errno, error.strerror, self._path) from error

    def end(self) -> None:
        """Remove the journal. Raises OSError."""
        if exists(self._path):
            remove(self._path)
