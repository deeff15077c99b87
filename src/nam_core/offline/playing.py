"""Turns a recording into the output of a model: rates, gains, channels, delay and tail, block by block."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from ..audio.arrays import Audio
from ..audio.resampler import RINGING_FRAMES, rate_ratio, resampled
from ..levels.gain_staging import Gains, gains
from ..levels.impulse import delay
from ..model import Model
from .blending import Blend, BlendPart
from .blocks import Blocks, DelayLine, recut, silence, window
from .options import RenderOptions
from .pieces import MEMORIES_PER_PIECE, Piece, Voice, past_start, run_pieces, scaled
from .recording import Recording, Stretch, check_rate, choose_rows

# Most bytes of all pieces in memory, input and output together. Python, numpy and the libraries take some 60
# MB more.
_PIECE_BYTES = 64 * 2**20
_LONGEST_PIECE = 2**20
# Frames of a piece if longer pieces gain nothing: one thread continues in its state.
_STREAMED_PIECE = 2**16


class Playing:
    """A model or a blend that is ready to play a recording: everything is checked, nothing is computed.

    Attributes
    ----------
    channels, frames : of the output, at the recording's rate; frames as far as known.
    first : frame of the recording at which the output begins.
    dtype : of the output.
    gains : of each model.
    delay : frames at the model's rate that are removed.

    Raises
    ------
    NamAudioError
        If the recording does not suit the model, or does not have the requested part.
    ValueError
        If ``compensate`` is set for a model without a delay, or ``tail="full"`` for one without a finite
        receptive field.
    """

    def __init__(
        self, model: Model | Blend, recording: Recording, options: RenderOptions, threads: int
    ) -> None:
        self._parts = model.parts if isinstance(model, Blend) else (BlendPart(model, 0.0, 1, 0),)
        self._recording, self._options, self._threads = recording, options, threads
        self._model = self._parts[0].model
        self._dtype = self._model.dtype
        self._check_rate()
        rows = choose_rows(recording, self._model.input_channels, options.channel)
        self._stretch = Stretch(recording, options.start, options.end)
        self.first = self._stretch.first
        self.gains = tuple(_gains(part.model, options) for part in self._parts)
        self._voices = [
            Voice(part.model, row, gain.input_factor)
            for row in rows
            for part, gain in zip(self._parts, self.gains, strict=True)
        ]
        self.delay = 0
        if options.compensate:
            self.delay = model.delay if isinstance(model, Blend) else delay(model).frames
        self.channels = self._model.output_channels * len(rows)
        self.dtype = np.dtype(np.float64) if isinstance(model, Blend) else self._dtype
        self._tail = self._tail_frames()
        self.frames = self._stretch.frames + self._tail

    def blocks(self) -> Blocks:
        """The output ``(channels, frames)``, block by block. Abandoning the iteration cancels the work.

        Raises every error of reading the recording.
        """
        here, there = self._recording.sample_rate, self._model.sample_rate
        ratio = rate_ratio(there, here)
        before = 0
        if ratio != 1:
            # A number of frames that is whole at the other rate, too.
            ringing = math.ceil(RINGING_FRAMES * max(Fraction(1), 1 / ratio))
            before = -(-ringing // ratio.denominator) * ratio.denominator
        after = before + math.ceil(self.delay / ratio)
        total = round((before + self.frames + after) * ratio)
        first, others, is_cut = self.piece_lengths(total)

        def lengths() -> Iterator[int]:
            return itertools.chain([first], itertools.repeat(others))

        channels = self._recording.channels
        signal: Blocks = itertools.chain(
            silence(channels, before, self._dtype),
            self._stretch.blocks(lengths() if ratio == 1 else itertools.repeat(_STREAMED_PIECE)),
            silence(channels, self._tail + after, self._dtype),
        )
        if ratio != 1:
            signal = resampled(signal, channels, here, there, self._dtype)
        signal = window(self._played(recut(signal, lengths()), is_cut), self.delay)
        if ratio != 1:
            signal = resampled(signal, self.channels, there, here, self.dtype)
            signal = window(signal, before, lambda: before + self._stretch.frames + self._tail)
        return signal

    def _check_rate(self) -> None:
        model, recording = self._model, self._recording
        if not self._options.resample:
            check_rate(recording, model, "--resample (resample=True) resamples it there and back")
        elif not model.sample_rate_known and recording.sample_rate != model.sample_rate:
            warnings.warn(
                f"{model.path or 'the model'}: states no sample rate; {model.sample_rate:.10g} Hz are "
                f"assumed, and the recording at {recording.sample_rate:.10g} Hz is resampled to that",
                stacklevel=4,
            )

    def _tail_frames(self) -> int:
        """Frames of the tail, at the recording's rate."""
        rate = self._recording.sample_rate
        if self._options.tail != "full":
            return round(self._options.tail * rate)
        for part in self._parts:
            if not part.model.settles:
                raise ValueError(
                    'a recurrent model (LSTM) has no end of its tail; give seconds instead of "full"'
                )
        most = max(part.delay for part in self._parts)
        frames = max(part.model.receptive_field - 1 + most - part.delay for part in self._parts)
        return math.ceil(frames / rate_ratio(self._model.sample_rate, rate))

    def piece_lengths(self, frames: int) -> tuple[int, int, bool]:
        """Frames of the first piece and of each other one, and whether pieces of the same signal are computed
        at the same time.

        They are if threads would be idle otherwise, if the models settle, and if a piece can be so long that
        its warm-up is a small part of the work. The first piece has no warm-up, and is so much longer: all
        take the same time.
        """
        voices, threads = len(self._voices), self._threads
        rows = self._recording.channels + voices * self._model.output_channels
        held = (threads + 4) * rows * self._dtype.itemsize
        longest = max(1024, min(_LONGEST_PIECE, _PIECE_BYTES // held))
        memory = max(part.model.bit_memory for part in self._parts)
        shortest = MEMORIES_PER_PIECE * memory
        settle = all(part.model.settles for part in self._parts)
        if voices < threads and settle and shortest <= longest:
            count = max(1, -(-frames // longest))
            # The same number of pieces for each thread.
            count = min(-(-count // threads) * threads, frames // shortest)
            if count > 1:
                others = -(-(frames - memory) // count)
                return others + memory, others, True
        streamed = min(longest, _STREAMED_PIECE)
        return streamed, streamed, False

    def _played(self, blocks: Blocks, is_cut: bool) -> Blocks:
        """The mixed output of all voices."""

        def pieces() -> Iterator[Piece]:
            past = np.zeros((self._recording.channels, 0), self._dtype)
            end = 0
            for block in blocks:
                for number, voice in enumerate(self._voices):
                    heard = past[:, past.shape[1] - end + past_start(voice.model, end) :] if is_cut else None
                    yield Piece(number, None if heard is None else heard[voice.row], block[voice.row])
                if is_cut:
                    end += block.shape[1]
                    kept = end - min(past_start(part.model, end) for part in self._parts)
                    heard = np.concatenate([past, block[:, max(0, block.shape[1] - kept) :]], axis=1)
                    past = heard[:, heard.shape[1] - kept :]

        outputs = run_pieces(self._voices, pieces(), self._threads, is_cut)
        most = max(part.delay for part in self._parts)
        lines = [
            DelayLine(most - part.delay) for _ in self._voices[:: len(self._parts)] for part in self._parts
        ]
        factors = [
            part.polarity * gain.output_factor * 10.0 ** (part.gain_db / 20.0)
            for part, gain in zip(self._parts, self.gains, strict=True)
        ]
        while wet := [np.atleast_2d(out) for out in itertools.islice(outputs, len(self._voices))]:
            rows = []
            for first in range(0, len(wet), len(factors)):
                parts = zip(wet[first:], lines[first:], factors, strict=False)
                if self.dtype == self._dtype and len(factors) == 1:
                    rows += [scaled(line.process(out), factor) for out, line, factor in parts]
                else:
                    rows.append(_mixed([(line.process(out), factor) for out, line, factor in parts]))
            yield rows[0] if len(rows) == 1 else np.concatenate(rows)


def _mixed(parts: list[tuple[Audio, float]]) -> Audio:
    """The sum of the signals, each times its factor, in float64."""
    total = np.zeros(parts[0][0].shape)
    for out, factor in parts:
        total += out.astype(np.float64) * factor
    return total


def _gains(model: Model, options: RenderOptions) -> Gains:
    return gains(
        model,
        input_gain_db=options.input_gain_db,
        output_gain_db=options.output_gain_db,
        normalize=options.normalize,
        interface_dbu=options.interface_dbu,
    )
