"""The manifest of a batch: which output was made from what, and how, so that a later run can skip it."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from .._core import version
from .hashing import sha256
from .job import RenderJob, model_facts, versions
from .journal import Journal
from .places import exists, fetched, read_bytes, stamp, write_bytes

MANIFEST = "manifest.json"
TABLE = "manifest.csv"

_NO_CHANGE = ("model_sha256", "blend", "input_sha256", "options", "load")
Record = dict[str, Any]


class Manifest:
    """The records of the outputs in a folder, by their paths relative to it.

    Parameters
    ----------
    folder : must exist; its manifest and journal are read, if any.

    Raises
    ------
    OSError
        If they cannot be read.
    ValueError
        If the file is not a manifest of nam-core.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._journal = Journal(folder)
        self.records: dict[str, Record] = {}
        for record in (*self._finished(), *self._journal.records()):
            self.records[record["output"]] = record

    def has(self, job: RenderJob) -> bool:
        """Whether the job's output exists and would be made again with the same bytes.

        Files are compared by their SHA-256. A file whose size and modification time equal the recorded ones
        counts as unchanged, and is not read.
        """
        name = self._name(job.output)
        record = self.records.get(name)
        if record is None or not exists(job.output):
            return False
        known = {state["path"]: state for state in record["files"]}
        hashes = [_hash(model, known) for model in job.models]
        now = {
            **model_facts(job, hashes),
            "input_sha256": _hash(job.input, known),
            "options": asdict(job.options),
            "load": asdict(job.load),
        }
        return (
            all(record[key] == now[key] for key in _NO_CHANGE)
            and _versions_that_count(record) == _versions_that_count({**record, "versions": versions()})
            and _hash(job.output, known, name) == record["output_sha256"]
        )

    def add(self, job: RenderJob, record: Record) -> None:
        """Store the record of a finished job in the journal at once. Raises OSError."""
        name = self._name(job.output)
        files = [
            *(_state(path, path, record) for path in job.paths_read),
            _state(job.output, name, record),
        ]
        kept = {**record, "output": name, "files": files}
        self.records[name] = kept
        self._journal.add(name, kept)

    def write(self) -> None:
        """Write both manifests without outputs that no longer exist, and remove the journal.

        Raises OSError.
        """
        outputs = [
            self.records[name] for name in sorted(self.records) if exists(os.path.join(self._folder, name))
        ]
        contents = {"nam_core": version, "outputs": outputs}
        text = json.dumps(contents, indent=1, allow_nan=False) + "\n"
        write_bytes(os.path.join(self._folder, MANIFEST), _encoded(text))
        write_bytes(os.path.join(self._folder, TABLE), _encoded(_table(outputs)))
        self._journal.end()

    def _name(self, output: str) -> str:
        return os.path.relpath(output, self._folder).replace(os.sep, "/")

    def _finished(self) -> Iterator[Record]:
        path = os.path.join(self._folder, MANIFEST)
        if not exists(path):
            return
        try:
            outputs = json.loads(read_bytes(path))["outputs"]
            yield from ({**record, "files": list(record["files"])} for record in outputs)
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"{path}: this is not a manifest of nam-core render ({error}); move it away, or choose "
                "another output folder"
            ) from error


def _versions_that_count(record: Record) -> dict[str, str]:
    """The versions that may change the bytes of this output: soundfile's for FLAC, soxr's if it was used."""
    names = ["nam_core"]
    if record["format"] == "FLAC":
        names += ["soundfile", "libsndfile"]
    if record["sample_rate"] != record["model_sample_rate"]:
        names.append("soxr")
    return {name: record["versions"][name] for name in names}


def _state(path: str, name: str, record: Record) -> Record:
    size, changed_ns = stamp(path)
    return {
        "path": name,
        "bytes": size,
        "changed_ns": changed_ns,
        "sha256": _told(name, record),
    }


def _told(name: str, record: Record) -> str:
    """The SHA-256 in the record of a file."""
    if name == record["input"]:
        return str(record["input_sha256"])
    models, hashes = record["model"], record["model_sha256"]
    if not isinstance(models, list):
        models, hashes = [models], [hashes]
    return str(dict(zip(models, hashes, strict=True)).get(name, record["output_sha256"]))


def _hash(source: str | bytes, known: dict[str, Record], name: str | None = None) -> str:
    """The SHA-256 of a file, or the recorded one if the file is unchanged; "" if the file does not exist."""
    if isinstance(source, bytes):
        return sha256(source)
    state = known.get(source if name is None else name)
    try:
        if state and (state["bytes"], state["changed_ns"]) == stamp(source):
            return str(state["sha256"])
        with fetched(source) as path:
            return sha256(path)
    except OSError:
        return ""


def _encoded(text: str) -> bytes:
    # A name that is not UTF-8 must not cost the user the other records.
    return text.encode("utf-8", "replace")


def _table(outputs: list[Record]) -> str:
    """One line per output; the names of nested values are joined by dots."""
    rows = [_flat(record) for record in outputs]
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    table = csv.DictWriter(text, names, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def _flat(record: Record, prefix: str = "") -> Record:
    found: Record = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found.update(_flat(value, f"{prefix}{name}."))
        elif name == "gains" and len(value) == 1:
            found.update(_flat(value[0], "gains."))
        elif name != "files":
            found[prefix + name] = json.dumps(value) if isinstance(value, list) else value
    return found
