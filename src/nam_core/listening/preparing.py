"""Prepares the sounds of an item: renders or reads, cuts them, adds anchors, and matches their loudness."""

from __future__ import annotations

import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..audio.loudness_meter import LoudnessMeter
from ..audio.reader import read_audio
from ..errors import NamAudioError
from ..loading import load
from ..offline.file_rendering import render_file
from .anchors import low_pass
from .names import REFERENCE, anchor_name
from .plan import Item, Sound

Array = npt.NDArray[np.float64]

# Largest loudness difference in LU that listeners do not hear.
LOUDNESS_TOLERANCE_LU = 0.1
_TRUE_PEAK_DB = -1.0
_FADE_SECONDS = 0.005


@dataclass(frozen=True)
class Prepared:
    """The sounds of an item by system, ``(channels, frames)``, all of the same shape.

    Attributes
    ----------
    gains_db : the gain of each sound. loudness : the loudness of each sound in LUFS, after its gain.
    """

    item: str
    sample_rate: int
    sounds: dict[str, Array]
    gains_db: dict[str, float]
    loudness: dict[str, float]


def prepare(item: Item, anchors: tuple[float, ...]) -> Prepared:
    """Read or render the sounds of an item, cut them, add anchors, and match their loudness to 0.1 LU.

    Then all sounds get one common gain, if needed, so that the highest true peak is at most -1 dBFS.

    Raises
    ------
    OSError, NamError
        As ``load``, ``render_file`` and ``read_audio``.
    NamAudioError
        If the sounds differ in sample rate, channels or length, or if one is too quiet or too short.
    """
    sources = {REFERENCE: item.reference, **item.systems}
    read = {name: _read(source, item) for name, source in sources.items()}
    rate = _check_alike(item, sources, {name: (audio.shape, rate) for name, (audio, rate) in read.items()})
    sounds = {name: _cut(audio, item, rate, sources[name]) for name, (audio, _) in read.items()}
    for hertz in anchors:
        sounds[anchor_name(hertz)] = low_pass(sounds[REFERENCE], hertz, rate)
    return _matched(item, sounds, rate)


def _read(source: Sound, item: Item) -> tuple[Array, int]:
    if not source.is_model:
        audio, rate = read_audio(source.path, "float64")
        return audio.astype(np.float64), rate
    assert item.dry is not None
    model = load(source.path, quality=source.quality)
    with tempfile.TemporaryDirectory() as folder:
        rendered = Path(folder) / "rendered.wav"
        render_file(model, item.dry, rendered)
        audio, rate = read_audio(rendered, "float64")
    return audio.astype(np.float64), rate


def _check_alike(item: Item, sources: dict[str, Sound], found: dict[str, tuple[tuple[int, ...], int]]) -> int:
    (channels, frames), rate = found[REFERENCE]
    for name, (shape, other_rate) in found.items():
        path = os.fspath(sources[name].path)
        if other_rate != rate:
            raise NamAudioError(f"{other_rate} Hz, but the reference has {rate} Hz", path=path)
        if shape[0] != channels:
            raise NamAudioError(f"{shape[0]} channels, but the reference has {channels}", path=path)
        if shape[1] != frames and item.seconds is None:
            raise NamAudioError(
                f"{shape[1]:,} frames, but the reference has {frames:,}; if both begin at the same time, "
                f"set start and seconds of the item",
                path=path,
            )
    if channels > 2:
        path = os.fspath(sources[REFERENCE].path)
        raise NamAudioError(f"{channels} channels; a test plays one or two", path=path)
    return rate


def _cut(audio: Array, item: Item, rate: int, source: Sound) -> Array:
    first = round(item.start * rate)
    last = audio.shape[1] if item.seconds is None else first + round(item.seconds * rate)
    if last > audio.shape[1] or last - first < 0.5 * rate:
        raise NamAudioError(
            f"{audio.shape[1] / rate:.2f} s are too short for an excerpt from {item.start:g} s that lasts "
            f"{'0.5' if item.seconds is None else f'{item.seconds:g}'} s",
            path=os.fspath(source.path),
        )
    cut = audio[:, first:last].copy()
    # A fade at both ends, so that the loop does not click.
    length = round(_FADE_SECONDS * rate)
    ramp = (np.arange(length) + 0.5) / length
    cut[:, :length] *= ramp
    cut[:, -length:] *= ramp[::-1]
    return cut


def _matched(item: Item, sounds: dict[str, Array], rate: int) -> Prepared:
    measured = {name: _measure(audio, rate) for name, audio in sounds.items()}
    for name, (loudness, _) in measured.items():
        if not math.isfinite(loudness):
            raise NamAudioError(f'"{name}" of the item "{item.name}" is too quiet to be matched', path=None)
    target = measured[REFERENCE][0]
    gains = {name: target - loudness for name, (loudness, _) in measured.items()}
    highest = max(gains[name] + 20.0 * math.log10(peak) for name, (_, peak) in measured.items())
    lower = min(0.0, _TRUE_PEAK_DB - highest)
    gains = {name: gain + lower for name, gain in gains.items()}
    played = {name: sounds[name] * 10.0 ** (gain / 20.0) for name, gain in gains.items()}
    heard = {name: _measure(audio, rate)[0] for name, audio in played.items()}
    for name, value in heard.items():
        # After a gain, the loudness gate may select other blocks, so the result is measured again.
        if abs(value - heard[REFERENCE]) > LOUDNESS_TOLERANCE_LU:
            raise NamAudioError(
                f'"{name}" of the item "{item.name}" is {value - heard[REFERENCE]:+.2f} LU off after '
                f"matching; choose an excerpt without long quiet stretches",
                path=None,
            )
    return Prepared(item.name, rate, played, gains, heard)


def _measure(audio: Array, rate: int) -> tuple[float, float]:
    """Loudness in LUFS, and true peak as an amplitude."""
    meter = LoudnessMeter(rate, audio.shape[0])
    meter.add(audio)
    meter.finish()
    return meter.integrated, max(meter.true_peak, 1e-12)
