"""Offline work on files: a recording of any length through a model, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..audio.broadcast import read_broadcast
from ..audio.loudness_meter import LoudnessMeter
from ..audio.reader import open_audio
from ..audio.safe_writing import check_outputs
from ..audio.writer import choose_encoding, create_audio
from ..levels.gain_staging import Gains
from ..levels.measurement import Measurement
from ..model import Model
from .blending import Blend
from .blocks import Blocks
from .options import RenderOptions
from .peak import peak_gain_db, sets_peak, stored
from .pieces import check_threads, scaled
from .playing import Playing
from .recording import of_file

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import RenderKeywords


@dataclass(frozen=True)
class RenderedFile:
    """The result of ``render_file``.

    Attributes
    ----------
    frames, channels, sample_rate : of the file; the rate is in Hz.
    model_sample_rate : Hz at which the model ran.
    format, subtype : as soundfile calls them, such as WAV and FLOAT.
    peak : largest magnitude of the output, 1.0 being full scale. Samples that are not finite are left out.
    levels : peak, true peak, RMS and loudness of the output; what is not finite counts as 0.
    over_full_scale : samples of the output beyond it; a format of integers has clipped them.
    not_finite : samples of the output that are NaN or infinite.
    gains : before and after the model, for each model of a blend; they include what brings the peak where it
        is asked for.
    delay : frames of the model's rate that were taken out of the output (``compensate``).
    """

    frames: int
    channels: int
    sample_rate: int
    model_sample_rate: float
    format: str
    subtype: str
    peak: float
    levels: Measurement
    over_full_scale: int
    not_finite: int
    gains: tuple[Gains, ...]
    delay: int


def render_file(
    model: Model | Blend,
    input: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    **options: Unpack[RenderKeywords],
) -> RenderedFile:
    """Run a recording of any length through a model, to a file. The bits are those of ``render``.

    The output appears under its name when it is complete; if anything fails, an old file is as it was. It
    has the length and the sample rate of the input. The same input gives the same bytes. A WAV keeps the time
    reference of a broadcast wave (``bext``), so that it lands in its place in an editor.

    Parameters
    ----------
    model : any model, or a blend of several (``blend``); it stays as it is.
    input : sound file of any format that libsndfile reads.
    output : file to write, WAV (RF64 beyond 4 GB), AIFF or FLAC by its ending. It must not be the input or
        the model's own file.
    threads : number of threads; None takes one per processor that this process may use.
    progress : called after each piece with the frames that are done and the number of all. If it raises, the
        rendering ends, and nothing is written.
    options : the fields of ``RenderOptions``. Without any, the result is the model's output as it is.

    Returns
    -------
    What was written.

    Raises
    ------
    OSError
        If a file cannot be read or written, or the output is also an input.
    NamAudioError
        If the input is not a sound file, is too damaged to be read, has a sample that is not finite, or does
        not suit the model; or if the output's format cannot be written.
    ValueError
        If ``threads`` is less than 1, or as ``RenderOptions``.

    Warns
    -----
    UserWarning
        If the input holds less or more than its header says, the output has samples that are not finite or
        were clipped, or either is so loud that it cannot be sound.

    Notes
    -----
    Memory: at most 200 MB whatever the length, with models of ordinary size. ``headroom`` and
    ``normalize_peak`` keep the result in a file without a name beside the output until its peak is known.
    """
    threads = check_threads(threads)
    chosen = RenderOptions(**options)
    models = [part.model for part in model.parts] if isinstance(model, Blend) else [model]
    out_path = os.fspath(output)
    check_outputs([out_path], [os.fspath(input), *(one.path for one in models if one.path)])
    with ExitStack() as stack:
        source = stack.enter_context(open_audio(input))
        playing = Playing(model, of_file(source, models[0].dtype.name), chosen, threads)
        encoding = choose_encoding(out_path, chosen.subtype, playing.channels, playing.frames)
        blocks = _told(playing, progress)
        gain_db = 0.0
        if sets_peak(chosen):
            folder = os.path.dirname(os.path.realpath(out_path))
            peak, blocks = stack.enter_context(stored(blocks, playing.channels, playing.dtype, folder))
            gain_db = peak_gain_db(peak, chosen)
        meter = LoudnessMeter(source.sample_rate, playing.channels)
        found = read_broadcast(input)
        bext = b"" if found is None else found.chunk(playing.first)
        with create_audio(out_path, encoding, source.sample_rate, playing.channels, bext) as sink:
            for block in blocks:
                wet = scaled(block, 10.0 ** (gain_db / 20.0))
                sink.write(wet)
                meter.add(
                    np.nan_to_num(wet, nan=0.0, posinf=0.0, neginf=0.0) if sink.figures.not_finite else wet
                )
    sink.warn(out_path)
    return RenderedFile(
        frames=sink.figures.frames,
        channels=playing.channels,
        sample_rate=source.sample_rate,
        model_sample_rate=models[0].sample_rate,
        format=encoding.format,
        subtype=encoding.subtype,
        peak=sink.figures.peak,
        levels=Measurement.of(meter),
        over_full_scale=sink.figures.over_full_scale,
        not_finite=sink.figures.not_finite,
        gains=tuple(replace(gain, output_db=gain.output_db + gain_db) for gain in playing.gains),
        delay=playing.delay,
    )


def _told(playing: Playing, progress: Callable[[int, int], None] | None) -> Blocks:
    """The output; each block that is done is told."""
    done = 0
    for block in playing.blocks():
        done += block.shape[1]
        if progress is not None:
            progress(done, playing.frames)
        yield block
