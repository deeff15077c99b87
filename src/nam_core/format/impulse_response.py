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


def is_sound(head: bytes) -> bool:
    """Whether a file that begins so is a sound file with exact samples."""
    wave = head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] in (b"WAVE", b"")
    aiff = head[:4] == b"FORM" and head[8:11] in (b"AIF", b"")
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
            raise _refuse(file.path, f"has {file.channels} channels; must have 1 or 2")
        if file.frames > MAX_TAPS:
            raise _refuse(file.path, f"has {file.frames:,} frames; must have at most {MAX_TAPS:,}")
        taps = file.read_rest()
        if taps.shape[1] == 0:
            raise _refuse(file.path, "has no samples")
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
    return NamAudioError(f"a sound file is read as an impulse response, and this one {what}", path=path)
