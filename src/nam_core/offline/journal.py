"""What a batch has done so far, kept so that a run that is killed leaves it to the next one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from typing import Any

from .places import exists, files_below, is_url, read_bytes, remove, write_bytes

NAME = "manifest.jsonl"


class Journal:
    """Records of JSON in a folder: lines of one file, or objects of their own where files do not grow."""

    def __init__(self, folder: str) -> None:
        self._path = f"{folder.rstrip('/')}/{NAME}" if is_url(folder) else os.path.join(folder, NAME)

    def records(self) -> Iterator[dict[str, Any]]:
        """Those that a killed run has left. Raises OSError."""
        if is_url(self._path):
            for name in files_below(self._path):
                yield json.loads(read_bytes(name))
        elif exists(self._path):
            with open(self._path, encoding="utf-8") as file:
                for line in file:
                    # The last line may be cut off.
                    try:
                        yield json.loads(line)
                    except ValueError:
                        return

    def add(self, name: str, record: dict[str, Any]) -> None:
        """Keep a record, whose name this is, at once. Raises OSError."""
        text = json.dumps(record, allow_nan=False)
        if is_url(self._path):
            part = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
            write_bytes(f"{self._path}/{part}.json", text.encode())
        else:
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(text + "\n")

    def end(self) -> None:
        """Remove it. Raises OSError."""
        if exists(self._path):
            remove(self._path)
