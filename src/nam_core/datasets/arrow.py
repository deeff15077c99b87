"""Parquet files through pyarrow, an optional dependency that only this module imports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from ..audio.safe_writing import OutputFile, replace_file


def require_pyarrow() -> Any:
    """Return the modules ``pyarrow`` and ``pyarrow.parquet``. Raises ImportError, which names the extra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(
            "data sets are written with pyarrow: install it with `pip install nam_core[dataset]`"
        ) from error
    return pyarrow


class _Sink:
    """The file object that pyarrow writes to."""

    def __init__(self, file: OutputFile) -> None:
        self._file = file
        self.closed = False

    def write(self, data: bytes | memoryview) -> int:
        return self._file.write(data)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


@contextmanager
def create_parquet(path: str, schema: Any, plain_columns: list[str], about: dict[str, Any]) -> Iterator[Any]:
    """Write a Parquet file by ``safe_writing.replace_file``, and yield its ``ParquetWriter``.

    Parameters
    ----------
    path : where the file goes; an existing file is replaced.
    schema : the columns, as a ``pyarrow.Schema``.
    plain_columns : columns whose text repeats; Parquet stores each text once, in a dictionary.
    about : JSON values that the file's metadata holds under the key ``nam_core``.
    """
    pyarrow = require_pyarrow()
    described = schema.with_metadata({"nam_core": orjson.dumps(about, option=orjson.OPT_SORT_KEYS)})
    with replace_file(path) as file:
        sink = pyarrow.PythonFile(_Sink(file), mode="w")
        with pyarrow.parquet.ParquetWriter(
            sink, described, compression="zstd", use_dictionary=plain_columns, write_statistics=plain_columns
        ) as writer:
            yield writer
