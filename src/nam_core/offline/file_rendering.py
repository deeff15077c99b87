"""Renders a recording of any length through a model to a file, in bounded memory."""

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
from .blending import Blend, check_playable
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
    peak : largest magnitude of the output, 1.0 being full scale; samples that are not finite are ignored.
    levels : peak, true peak, RMS and loudness of the output; samples that are not finite count as 0.
    over_full_scale : number of output samples beyond full scale; an integer format clips them.
    not_finite : number of output samples that are NaN or infinite.
    gains : before and after the model, for each model of a blend; ``headroom`` and ``normalize_peak`` are
        included.
    delay : frames at the model's rate that were removed from the start of the output (``compensate``).
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
    """Render a recording of any length through a model to a file, with the bits of ``render``.

    The output file appears when it is complete; after a failure, an existing file is unchanged. The output
    has the length and the sample rate of the input. The same input gives the same bytes. A WAV keeps the time
    reference of a broadcast wave (``bext``), so that an editor puts it at the right time.

    Parameters
    ----------
    model : any model, or a blend of several (``blend``); its state does not change.
    input : sound file in any format that libsndfile reads.
    output : file to write, WAV (RF64 beyond 4 GB), AIFF or FLAC by its ending. It must not be the input or
        the model's own file.
    threads : number of threads; None takes one per processor that this process may use.
    progress : called after each piece with the frames done and the number of all. If it raises, rendering
        ends, and no file is written.
    options : the fields of ``RenderOptions``. Without options, the result is the plain output of the model.

    Returns
    -------
    A description of the file that was written.

    Raises
    ------
    OSError
        If a file cannot be read or written, or the output is also an input.
    NamAudioError
        If the input is not a sound file, is too damaged to be read, has a sample that is not finite, or does
        not suit the model; or if the output's format is not supported.
    ValueError, TypeError
        If ``threads`` is less than 1, or as ``RenderOptions``; TypeError if ``model`` is not loaded.

    Warns
    -----
    UserWarning
        If the input holds less or more than its header says, if output samples are clipped or not finite, or
        if input or output is too loud to be sound.

    Notes
    -----
    Memory: at most 200 MB for any length, with models of ordinary size. With ``headroom`` or
    ``normalize_peak`` the result waits in an unnamed file beside the output until its peak is known.
    """
    check_playable(model)
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
            peak, blocks = stack.enter_context(stored(blocks, playing.channels, playing.dtype, out_path))
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
    """The output; ``progress`` is called after each block."""
    done = 0
    for block in playing.blocks():
        done += block.shape[1]
        if progress is not None:
            progress(done, playing.frames)
        yield block
