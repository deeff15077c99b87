"""A sound file as a model: the impulse response that it holds (format 15.4)."""

from __future__ import annotations

import numpy as np

from ..errors import NamAudioError
from .config import LinearConfig, NamModel

# The file version of the model that is made.
_VERSION = "0.7.0"
_CHANNELS = (1, 2)
# The same limit as for every other model.
MAX_TAPS = 2**24
# Hz. Headers with other rates are damaged; what libsndfile makes of a rate of 0 in an AIFF file is 1.
_RATES = (1000, 1_000_000)


def is_sound(head: bytes) -> bool:
    """Whether a file that begins so is a sound file with exact samples."""
    wave = head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and b"WAVE".startswith(head[8:12])
    aiff = head[:4] == b"FORM" and b"AIF".startswith(head[8:11])
    return wave or aiff or head[:4] in (b"fLaC", b"caff", b"riff", b".snd")


def read_impulse_response(contents: bytes, path: str | None) -> NamModel:
    """A Linear without bias whose taps are the samples, full scale 1.0, none cut off and none scaled.

    Parameters
    ----------
    contents : of a mono or stereo sound file. Stereo gives one input and two outputs.
    path : name of the file, for error messages.

    Raises
    ------
    OSError, NamAudioError
        As ``audio.reader.open_audio``, and if the file has no samples, more than ``MAX_TAPS`` of them, or
        more than two channels.
    """
    from ..audio.reader import open_audio

    with open_audio(contents, path) as file:
        if file.channels not in _CHANNELS:
            raise _refuse(file.path, f"has {file.channels} channels; must have 1 or 2: save one or two")
        if not _RATES[0] <= file.sample_rate <= _RATES[1]:
            allowed = f"{_RATES[0]:,} to {_RATES[1]:,}"
            raise _refuse(
                file.path,
                f"states a sample rate of {file.sample_rate:,} Hz; must be {allowed}: save it again",
            )
        if file.frames > MAX_TAPS:
            raise _refuse(file.path, f"has {file.frames:,} frames; must have at most {MAX_TAPS:,}: cut it")
        taps = file.read_rest()
        if taps.shape[1] == 0:
            raise _refuse(file.path, "has no samples: export it again")
        weights = np.ascontiguousarray(taps, np.float32).reshape(-1)
        weights.flags.writeable = False
        return NamModel(
            version=_VERSION,
            architecture="Linear",
            config=LinearConfig(taps.shape[1], bias=False, out_channels=file.channels),
            weights=weights,
            sample_rate=float(file.sample_rate),
            path=path,
        )


def _refuse(path: str, what: str) -> NamAudioError:
    return NamAudioError(f"a sound file is read as an impulse response; this one {what}", path=path)
