"""Offline work on files: a recording of any length through a model, in bounded memory."""

from __future__ import annotations

import itertools
import os
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..audio.arrays import Audio
from ..audio.reader import AudioReader, open_audio
from ..audio.safe_writing import check_outputs
from ..audio.writer import choose_encoding, create_audio
from ..errors import NamAudioError
from ..model import Model
from .pieces import MEMORIES_PER_PIECE, Piece, check_threads, past_start, run_pieces

_NAMED_CHANNELS = {"left": 0, "right": 1}
# What all pieces that are held at a time may take, input and output together. Python, numpy and the libraries
# take some 60 MB before that.
_PIECE_BYTES = 64 * 2**20
_LONGEST_PIECE = 2**20
# Where there is nothing to gain by long pieces: one thread, which goes on in the state that it is in.
_STREAMED_PIECE = 2**16


@dataclass(frozen=True)
class RenderedFile:
    """The result of ``render_file``.

    Attributes
    ----------
    frames, channels, sample_rate : of the file; the rate is in Hz.
    format, subtype : as soundfile calls them, such as WAV and FLOAT.
    peak : largest magnitude of the output, 1.0 being full scale. Samples that are not finite are left out.
    over_full_scale : samples of the output beyond it; a format of integers has clipped them.
    not_finite : samples of the output that are NaN or infinite.
    """

    frames: int
    channels: int
    sample_rate: int
    format: str
    subtype: str
    peak: float
    over_full_scale: int
    not_finite: int


def render_file(
    model: Model,
    input: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    channel: int | str | None = None,
    subtype: str | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RenderedFile:
    """Run a recording of any length through a model, to a file. The bits are those of ``render``.

    The output appears under its name when it is complete; if anything fails, an old file is as it was. It
    has the length and the sample rate of the input. The same input gives the same bytes.

    Parameters
    ----------
    model : any model; it stays as it is.
    input : sound file of any format that libsndfile reads, at the model's sample rate.
    output : file to write, WAV (RF64 beyond 4 GB), AIFF or FLAC by its ending. It must not be the input or
        the model's own file.
    channel : which channel of the input a mono model plays: 1, 2, ..., "left", "right", or "both" for each
        channel of a stereo file by itself, to a file of several channels. None is for mono files.
    subtype : sample format: "FLOAT", "DOUBLE", "PCM_16", "PCM_24", "PCM_32", ...; None takes 32-bit float,
        and for FLAC 24 bits.
    threads : number of threads; None takes one per processor that this process may use.
    progress : called after each piece with the frames that are done and the number of all. If it raises, the
        rendering ends, and nothing is written.

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
        If ``threads`` is less than 1.

    Warns
    -----
    UserWarning
        If the input holds less or more than its header says, the output has samples that are not finite or
        were clipped, or either is so loud that it cannot be sound.

    Notes
    -----
    Memory: at most 200 MB whatever the length, with models of ordinary size.
    """
    threads = check_threads(threads)
    out_path = os.fspath(output)
    check_outputs([out_path], [os.fspath(input), *([model.path] if model.path else [])])
    with open_audio(input) as source:
        check_rate(source, model)
        rows = choose_rows(source, model.input_channels, channel)
        channels = model.output_channels * len(rows)
        encoding = choose_encoding(out_path, subtype, channels, source.frames)
        with create_audio(out_path, encoding, source.sample_rate, channels) as sink:
            for wet in _rendered(model, source, rows, threads):
                sink.write(wet)
                if progress is not None:
                    progress(sink.figures.frames, source.frames)
    sink.warn(out_path)
    return RenderedFile(
        frames=sink.figures.frames,
        channels=channels,
        sample_rate=source.sample_rate,
        format=encoding.format,
        subtype=encoding.subtype,
        peak=sink.figures.peak,
        over_full_scale=sink.figures.over_full_scale,
        not_finite=sink.figures.not_finite,
    )


def choose_rows(source: AudioReader, inputs: int, channel: int | str | None) -> list[Any]:
    """What indexes a block ``(channels, frames)`` of the file, one entry per copy of the model.

    Parameters
    ----------
    source : the file.
    inputs : input channels of the model.
    channel : as in ``render_file``.

    Returns
    -------
    An int for each channel that a mono model plays, or a slice of all channels for a model with several
    inputs.

    Raises
    ------
    NamAudioError
        If it is not clear which channels are meant, or the file does not have them.
    """
    has = f"it has {source.channels} channel" + ("s" if source.channels > 1 else "")
    if inputs > 1:
        if channel is not None:
            raise NamAudioError("a channel is chosen for a model with one input; this one uses all at once")
        if source.channels != inputs:
            raise NamAudioError(f"{has}, and the model takes {inputs}", path=source.path)
        return [slice(None)]
    if channel == "both" and source.channels <= 2:
        return list(range(source.channels))
    if channel is None and source.channels == 1:
        return [0]
    if channel is None or channel == "both":
        names = "left, right or both" if source.channels == 2 else f"1 to {source.channels}"
        raise NamAudioError(
            f"{has}, and the model takes one: choose with --channel {names}", path=source.path
        )
    text = str(channel)
    index = _NAMED_CHANNELS.get(text, int(text) - 1 if text.isdecimal() else -1)
    if not 0 <= index < source.channels:
        raise NamAudioError(f"{has}; there is no channel {text}", path=source.path)
    return [index]


def check_rate(source: AudioReader, model: Model) -> None:
    """Raise NamAudioError, with a way out, if the file's sample rate is not the model's."""
    if source.sample_rate == model.sample_rate:
        return
    wanted = f"{model.sample_rate:.10g}"
    stem, _ = os.path.splitext(source.path)
    command = shlex.join(["sox", source.path, "-r", wanted, f"{stem}-{wanted}.wav", "rate", "-v"])
    if model.architecture == "Linear":
        rate = source.sample_rate
        raise NamAudioError(
            f"recorded at {rate} Hz, and the impulse response at {wanted} Hz; let the response be resampled "
            f"with --sample-rate {rate} (load(..., sample_rate={rate})), or resample this first: {command}",
            path=source.path,
        )
    raise NamAudioError(
        f"recorded at {source.sample_rate} Hz, and the model runs at {wanted} Hz; "
        f"resample it first: {command}",
        path=source.path,
    )


def _rendered(model: Model, source: AudioReader, rows: list[Any], threads: int) -> Iterator[Audio]:
    """The output of all rows, ``(channels, frames)``, piece by piece."""
    length, is_cut = _piece_length(model, source, len(rows), threads)
    copies = threads if is_cut else len(rows)

    def pieces() -> Iterator[Piece]:
        numbers = itertools.cycle(range(copies))
        past = np.zeros((source.channels, 0), model.dtype)
        end = 0
        while (block := source.read(length, model.dtype.name)).shape[1]:
            for row in rows:
                yield Piece(past[row] if is_cut else None, block[row], next(numbers))
            if is_cut:
                end += block.shape[1]
                kept = end - past_start(model, end)
                heard = np.concatenate([past, block[:, max(0, block.shape[1] - kept) :]], axis=1)
                past = heard[:, heard.shape[1] - kept :]

    outputs = run_pieces(model, pieces(), copies, threads)
    while wet := [np.atleast_2d(out) for out in itertools.islice(outputs, len(rows))]:
        yield np.concatenate(wet)


def _piece_length(model: Model, source: AudioReader, rows: int, threads: int) -> tuple[int, bool]:
    """Frames per piece, and whether pieces of one signal are computed at the same time.

    They are where threads would be idle otherwise, if the model settles and a piece can be long enough for
    its warm-up to be a small part of the work.
    """
    held = (threads + 4) * (source.channels + rows * model.output_channels) * model.dtype.itemsize
    longest = max(1024, min(_LONGEST_PIECE, _PIECE_BYTES // held))
    shortest = MEMORIES_PER_PIECE * model.bit_memory
    if rows < threads and model.settles and shortest <= longest:
        count = -(-source.frames // longest)
        # As many for each thread.
        count = min(-(-max(count, 1) // threads) * threads, source.frames // shortest)
        if count > 1:
            return -(-source.frames // count), True
    return min(longest, _STREAMED_PIECE), False
