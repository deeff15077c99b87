"""Sound inside a page."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt


def flac_uri(signal: npt.ArrayLike, sample_rate: float, subtype: str = "PCM_16") -> str:
    """A recording as a data URI of a FLAC file, which every browser plays.

    Parameters
    ----------
    signal : ``(frames,)`` or ``(channels, frames)``, full scale 1.0; samples beyond it are clipped.
    sample_rate : Hz, a whole number.
    subtype : "PCM_16" or "PCM_24".

    Raises
    ------
    ValueError : there is no sample, one is not finite, or the rate is not a whole number.
    """
    import soundfile

    array = np.atleast_2d(np.asarray(signal, dtype=np.float64))
    if array.size == 0 or not np.isfinite(array).all():
        raise ValueError("the sound of a page needs samples, all of them finite")
    if sample_rate != int(sample_rate):
        raise ValueError(f"a FLAC file's sample rate is a whole number of Hz; found {sample_rate}")
    contents = io.BytesIO()
    soundfile.write(contents, np.clip(array.T, -1.0, 1.0), int(sample_rate), format="FLAC", subtype=subtype)
    return "data:audio/flac;base64," + base64.b64encode(contents.getvalue()).decode()
