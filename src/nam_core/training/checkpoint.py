"""A file with the state of a run, from which the run can continue with the same bits."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from ..audio.json_files import json_text
from ..audio.safe_writing import write_file
from .pair_checks import NamTrainingError

Arrays = Mapping[str, npt.NDArray[Any]]
_ABOUT = "about"


class NamCheckpointError(NamTrainingError):
    """A checkpoint from which this run cannot continue."""


def write_checkpoint(path: str | os.PathLike[str], about: dict[str, Any], arrays: Arrays) -> None:
    """Write the named arrays, of any shape, and ``about``, facts about the run, as JSON. The file is written
    as a whole or not at all. Raises OSError.
    """
    contents = io.BytesIO()
    text = np.frombuffer(json_text(about), np.uint8)
    np.savez(contents, **{_ABOUT: text}, **arrays)  # type: ignore[arg-type]  # savez's stub knows one mapping
    write_file(path, contents.getvalue())


def read_checkpoint(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """Return the facts and the arrays that ``write_checkpoint`` wrote.

    Raises NamCheckpointError if the file is not a checkpoint, and OSError.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about: dict[str, Any] = orjson.loads(arrays.pop(_ABOUT).tobytes())
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise NamCheckpointError(f"{os.fsdecode(path)}: is not a checkpoint of a training run") from error
    return about, arrays
