"""Loads a .nam file as a model that plays."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .engine.lowering import Choices, Compat, Tanh
from .engine.size_family import SizeFamily
from .format.limits import DEFAULT_MAX_BYTES
from .format.nam_file import Source, read_nam
from .format.resampling import at_sample_rate, normalized
from .format.schema import LinearTaps
from .model import Model

Dtype = Literal["float32", "float64"]


def load(
    source: Source,
    *,
    dtype: Dtype = "float32",
    quality: float = 1.0,
    isa: str | None = None,
    compat: Compat = "pytorch",
    tanh: Tanh = "exact",
    match_loudness: bool = False,
    linear_taps: LinearTaps = "newest_first",
    sample_rate: float | None = None,
    normalize: bool = False,
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> Model:
    """Load a .nam model, or the impulse response in a sound file, ready to process audio.

    Parameters
    ----------
    source : path, bytes, file object, or the parsed JSON object as a dict. A mono or stereo sound file (WAV,
        AIFF, FLAC) is an impulse response, whole and as loud as it is; stereo has one input and two outputs.
    dtype : precision of all arithmetic. "float64" gives the PyTorch package's float64 result.
    quality : size of a slimmable model, 0.0 (smallest) to 1.0 (full); without effect on others.
    isa : instruction set, one of ``runtime_info()["isas"]``; None takes the environment variable
        ``NAM_CORE_ISA`` or else the best one of this processor.
    compat : "pytorch" computes what the trainer's package computes; "core" what the C++ core (and so the
        plugin) computes where the two differ: docs/file-format.md lists where.
    tanh : "exact", or "fast" for the rational approximation that the plugin uses for every tanh, those of an
        LSTM's gates included: up to 9e-4 off (format D38). With compat="core" it mirrors the plugin.
    match_loudness : whether each submodel of a container is brought to the loudness of the full one, where
        the file tells both (``metadata.loudness``, dB); of every container in a chain, too.
    linear_taps : order of the taps in the file's Linear models. "oldest_first" is for files that the trainer
        0.13.0 exported; nothing in a file tells them apart (docs/file-format.md says how to know).
    sample_rate : Hz at which an impulse response is to run: its taps are resampled, times old rate / new rate
        (format 15.3). Every other model runs at its own rate only.
    normalize : whether an impulse response is scaled so that white noise keeps its level.
    max_bytes : most bytes that the file may make this process allocate, 1 GiB unless you say more. It holds
        for all sizes, all copies and what they play while their size changes, and for what reading the file
        may take: 40 times its size. Both are counted before anything is allocated.

    Raises
    ------
    OSError
        If the system does not open the file: FileNotFoundError if there is none of this name.
    NamError
        If the file is not a valid .nam file (NamFileError, NamVersionError, NamConfigError, NamWeightError),
        or is not a valid sound file (NamAudioError); if it would take more than ``max_bytes``
        (NamConfigError, or NamFileError for the file itself); if a model that is no impulse response is to
        run at another rate or to be normalized (NamConfigError); or if the instruction set is not available
        (NamIsaError).
    ValueError, TypeError
        If the source or an option is not one of the above.
    """
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64"; found {dtype!r}')
    if isa is not None and not isinstance(isa, str):
        raise TypeError(f"isa must be the name of an instruction set; found {isa!r}")
    if compat not in ("pytorch", "core"):
        raise ValueError(f'compat must be "pytorch" or "core"; found {compat!r}')
    if tanh not in ("exact", "fast"):
        raise ValueError(f'tanh must be "exact" or "fast"; found {tanh!r}')
    nam = read_nam(source, linear_taps=linear_taps, max_bytes=max_bytes)
    if sample_rate is not None:
        nam = at_sample_rate(nam, sample_rate)
    if normalize:
        nam = normalized(nam)
    family = SizeFamily(nam, np.dtype(dtype), isa, Choices(compat, tanh), match_loudness, max_bytes)
    return Model(family, quality)
