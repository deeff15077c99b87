"""Reads recordings for the first time: finds their format, and the segments that are not silent."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..audio.reader import open_audio
from ..errors import NamAudioError, NamError
from ..offline.hashing import sha256
from ..offline.pieces import available_threads
from ..offline.recording import choose_rows, of_file
from .options import DatasetOptions

_BLOCK_FRAMES = 1 << 16


@dataclass(frozen=True, eq=False)
class Scan:
    """A recording, and the frames at which its segments that are not silent start.

    Attributes
    ----------
    name : name in the data set. path : path of the file. sha256 : hash of the file's bytes.
    frames : length of the recording. row : index of the channel to take, from 0.
    starts : int64 ``(segments,)``. silent : number of segments that were left out.
    """

    name: str
    path: str
    sha256: str
    frames: int
    row: int
    starts: npt.NDArray[np.int64]
    silent: int


def scan_recordings(
    files: Mapping[str, str],
    sample_rate: float,
    options: DatasetOptions,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Scan]:
    """Read every recording once, several at a time. Memory does not depend on their length.

    Parameters
    ----------
    files : path of each recording, by name.
    sample_rate : Hz that each recording must have.
    progress : called with the number of recordings read, and the number of all.

    Raises
    ------
    NamAudioError
        If a recording cannot be used and ``skip_bad`` is not set; the message says how many cannot.
    """
    scans: list[Scan] = []
    bad: list[NamError | OSError] = []
    with ThreadPoolExecutor(available_threads(), "nam_core-scan") as pool:
        futures = [pool.submit(_scan, name, path, sample_rate, options) for name, path in files.items()]
        try:
            for done, future in enumerate(futures, 1):
                try:
                    scans.append(future.result())
                except (NamError, OSError) as error:
                    bad.append(error)
                progress(done, len(futures))
        finally:
            for future in futures:
                future.cancel()
    if bad and not options.skip_bad:
        first = bad[0]
        message = first.message if isinstance(first, NamAudioError) else str(first)
        which = "this one" if len(bad) == 1 else f"this and {len(bad) - 1} more of {len(files)}"
        path = first.path if isinstance(first, NamAudioError) else None
        raise NamAudioError(f"{message}; --skip-bad (skip_bad=True) leaves {which} out", path=path) from first
    for reason in bad:
        warnings.warn(f"left out: {reason}", stacklevel=3)
    return scans


def _scan(name: str, path: str, sample_rate: float, options: DatasetOptions) -> Scan:
    digest = sha256(path)
    with open_audio(path) as source:
        if source.sample_rate != sample_rate:
            raise NamAudioError(
                f"recorded at {source.sample_rate} Hz, and the models run at {sample_rate:g} Hz; "
                "resample it first",
                path=path,
            )
        (row,) = choose_rows(of_file(source, "float32"), 1, options.channel)
        sums = _Sums(options.length, options.step)
        while (block := source.read(_BLOCK_FRAMES)).shape[1]:
            sums.add(block[row])
    powers = sums.powers()
    loud = powers >= (10.0 ** (options.silence_db / 10.0) if math.isfinite(options.silence_db) else 0.0)
    starts = np.flatnonzero(loud).astype(np.int64) * options.step
    return Scan(name, path, digest, sums.frames, int(row), starts, int(np.count_nonzero(~loud)))


class _Sums:
    """Mean squares of the segments of a signal that arrives block by block."""

    def __init__(self, length: int, hop: int) -> None:
        self.frames = 0
        self._length, self._hop = length, hop
        self._total = 0.0
        # Running sum of squares at the start of each segment, and at its end.
        self._before: list[npt.NDArray[np.float64]] = []
        self._behind: list[npt.NDArray[np.float64]] = []

    def add(self, block: npt.NDArray[np.floating]) -> None:
        squares = np.square(block, dtype=np.float64)
        sums = self._total + np.concatenate([[0.0], np.cumsum(squares)])
        first, last = self.frames, self.frames + len(block)
        starts = np.arange(-(-first // self._hop) * self._hop, last, self._hop)
        self._before.append(sums[starts - first])
        # The end of a segment belongs to the block that has the frame before that end.
        ends = max(0, -(-(first + 1 - self._length) // self._hop)) * self._hop + self._length
        self._behind.append(sums[np.arange(ends, last + 1, self._hop) - first])
        self._total, self.frames = float(sums[-1]), last

    def powers(self) -> npt.NDArray[np.float64]:
        """Mean square of each complete segment, ``(segments,)``."""
        behind = np.concatenate([np.zeros(0), *self._behind])
        before = np.concatenate([np.zeros(0), *self._before])[: len(behind)]
        powers: npt.NDArray[np.float64] = (behind - before) / self._length
        return powers
