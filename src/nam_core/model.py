"""A loaded model: what ``nam_core.load`` returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .audio.arrays import Audio, audio_shape, check_out, prepare
from .engine.control_lock import ControlLock
from .engine.size_family import SizeFamily
from .format.config import DEFAULT_SAMPLE_RATE, Metadata, NamModel
from .format.quantities import macs_per_frame, num_parameters
from .format.slimming import Size, loudness

# Long enough to hide the difference between two sizes, short enough to pass as at once.
DEFAULT_CROSSFADE = 0.01
LONGEST_CROSSFADE = 3600


class Model:
    """A model and its state. Made by ``load``.

    ``process`` streams: each call continues where the last one ended, and the output does not depend, to the
    bit, on how a signal is cut into calls. One thread at a time may use a model; different models, copies
    included, run in parallel.

    Pickling stores the file's contents, the options of ``load`` and the quality. A deep copy shares the
    weights. Both begin in the start state; ``copy`` keeps the present one.
    """

    __slots__ = ("__weakref__", "_control", "_engine", "_family", "_quality", "_size")

    def __init__(self, family: SizeFamily, quality: float) -> None:
        self._family = family
        self._quality = float(quality)
        self._size = family.at(quality)
        self._control = ControlLock()
        self._engine = family.engine(self._size)

    def process(self, block: npt.ArrayLike, out: Audio | None = None) -> Audio:
        """Run the next frames of a stream.

        Parameters
        ----------
        block : floating-point audio, full scale 1.0. ``(frames,)`` for one input channel, ``(channels,
            frames)`` for several; any number of frames, 0 included; strides are fine. Another float dtype
            than the model's is converted.
        out : where to write, of the model's dtype and the output's shape; may be ``block`` itself. Without
            it a new array is made.

        Returns
        -------
        ``out``, or the new array: as many frames as ``block``, of the model's dtype; ``(frames,)`` for one
        output channel, ``(channels, frames)`` for several.

        Raises
        ------
        TypeError
            For integer audio, or an ``out`` of another dtype.
        ValueError
            For a wrong shape, or a sample that is NaN or infinite. The state is then unchanged.
        RuntimeError
            If another thread is in this model.
        KeyboardInterrupt, or what else a signal's handler raises
            In the main thread, at most 0.1 s after the signal, if the block has more than 1024 frames. The
            model is then reset; ``out`` holds what was ready.

        Notes
        -----
        Real time: with arrays of the model's dtype, contiguous in time, and ``out``, a call neither allocates
        audio nor waits, not even while another thread changes the quality; it releases the GIL. Denormals
        count as zero inside (docs/realtime.md).
        """
        result = self._engine.process(block, out)
        return result if result is not None else self._process_general(block, out)

    def _process_general(self, block: npt.ArrayLike, out: Audio | None) -> Audio:
        """``process`` for arrays that the engine cannot use without a conversion, or must refuse."""
        prepared = prepare(block, self.input_channels, self._family.dtype)
        if out is not None:
            check_out(out, audio_shape(self.output_channels, prepared.shape[-1]), self._family.dtype)
        result = self._engine.process(prepared, None)
        assert result is not None
        if out is None:
            return result
        out[...] = result
        return out

    def time_blocks(self, audio: Audio, block: int) -> npt.NDArray[np.float64]:
        """Process ``audio`` in blocks inside the engine, output dropped, and return the time of each.

        Parameters
        ----------
        audio : as ``process`` takes it without a conversion; frames beyond the last whole block are left out.
        block : frames.

        Returns seconds, float64 ``(blocks,)``. Raises TypeError or ValueError if the engine cannot use the
        array as it is or the block is shorter than 1, and RuntimeError if another thread is in this model.
        """
        return self._engine.time_blocks(audio, block)  # type: ignore[arg-type]  # of this model's dtype

    def reset(self) -> None:
        """Return to the start state: settled on silence; an LSTM's stored state (format 6.2, 6.4).

        A change of quality that is under way is then complete. For any thread: the next call of ``process``
        does the work when it begins. Does not allocate.
        """
        self._engine.reset()

    def copy(self) -> Model:
        """Return an independent model in the same state. The copy shares the weights of all sizes, not the
        state. For any thread: ``process`` is not disturbed, and the copy has the state between two blocks.

        Raises RuntimeError if another thread's ``process`` leaves no gap for 20 ms.
        """
        copied = object.__new__(type(self))
        with self._control:
            copied._family, copied._quality, copied._size = self._family, self._quality, self._size
            copied._engine = self._engine.copy()
        copied._control = ControlLock()
        return copied

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Model:
        return Model(self._family, self._quality)

    def __reduce__(self) -> tuple[Any, ...]:
        return Model, (self._family, self._quality)

    def set_quality(self, quality: float, crossfade: float = DEFAULT_CROSSFADE) -> None:
        """Change the size of a slimmable model while it plays, from any thread.

        This call builds the new size when it is selected for the first time, and runs it on the input that
        the model has heard. So after the crossfade the output has the bits of a model that ran at this size
        from the start (an LSTM: nearly, docs/realtime.md). The thread in ``process`` does not wait: it plays
        the old size, runs the new one on the frames that arrive in the meantime, and then crossfades. With
        ``crossfade=0``, and no thread in ``process`` during this call, the very next sample is of the new
        size. A change during a crossfade waits for its end. Not real time: runs some ``bit_memory`` frames.

        Parameters
        ----------
        quality : 0.0 (smallest) to 1.0 (full), see ``sizes``. One that selects the present size changes
            nothing, nor does any on a model that cannot be slimmed.
        crossfade : seconds, up to an hour, equal gain; 0 switches hard.

        Raises
        ------
        ValueError
            If the quality is not from 0 to 1, or the crossfade not from 0 to an hour.
        NamConfigError
            If the file says it can be slimmed, but this size cannot be made (format 7.5).
        """
        if not 0.0 <= crossfade <= LONGEST_CROSSFADE:
            raise ValueError(f"crossfade must be from 0 to {LONGEST_CROSSFADE} seconds; found {crossfade}")
        with self._control:
            size = self._family.at(quality)
            if size is not self._size:
                fade_frames = round(crossfade * self.sample_rate)
                self._family.switch(self._engine, size, fade_frames)
                self._size = size
            self._quality = float(quality)

    @property
    def quality(self) -> float:
        """The value that selected the present size, 0.0 to 1.0 (full). Setting it calls ``set_quality``."""
        return self._quality

    @quality.setter
    def quality(self, quality: float) -> None:
        self.set_quality(quality)

    @property
    def switching(self) -> bool:
        """Whether a change of quality is under way: the new size catches up, waits or fades in."""
        return self._engine.switching

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes that ``quality`` can select, smallest first; one for a model that cannot be slimmed."""
        return self._family.sizes

    @property
    def memory_bytes(self) -> int:
        """Bytes that the engine holds: the sizes used so far, which copies share, and ``state_bytes``."""
        return self._family.memory_bytes + self.state_bytes

    @property
    def state_bytes(self) -> int:
        """Bytes that belong to this model alone, and that a copy takes: state and the input's history."""
        with self._control:
            return self._engine.memory_bytes()

    @property
    def sample_rate(self) -> float:
        """Hz; 48000.0 when the file does not say (see ``sample_rate_known``)."""
        return self._size.model.sample_rate or DEFAULT_SAMPLE_RATE

    @property
    def sample_rate_known(self) -> bool:
        """Whether the file states a sample rate."""
        return self._size.model.sample_rate is not None

    @property
    def receptive_field(self) -> int:
        """Frames that influence one output frame, the present one included; 1 for an LSTM."""
        return self._size.settled.receptive_field

    @property
    def bit_memory(self) -> int:
        """``receptive_field``, counted by bits: a long response's transforms round more than it."""
        return self._size.settled.bit_memory

    @property
    def grid(self) -> int:
        """Frames between the places in a stream where a model can take over; 1 without a long response."""
        return self._size.settled.grid

    @property
    def settles(self) -> bool:
        """Whether an output frame depends on the last ``receptive_field`` frames only: False with an LSTM."""
        return self._size.settled.settles

    @property
    def input_channels(self) -> int:
        """Channels of a block."""
        return self._size.model.config.in_channels

    @property
    def output_channels(self) -> int:
        """Channels of the result."""
        return self._size.model.config.out_channels

    @property
    def architecture(self) -> str:
        """The file's architecture: WaveNet, LSTM, ConvNet, Linear, SlimmableContainer or Sequential."""
        return self._family.nam.architecture

    @property
    def nam(self) -> NamModel:
        """The whole file, as ``read_nam`` returns it."""
        return self._family.nam

    @property
    def path(self) -> str | None:
        """The file, as its name was given to ``load``; None for bytes and dicts."""
        return self._family.nam.path

    @property
    def version(self) -> str:
        """The file-format version."""
        return self._family.nam.version

    @property
    def metadata(self) -> Metadata:
        """The file's metadata about the capture."""
        return self._family.nam.metadata

    @property
    def stated_loudness(self) -> float | None:
        """Loudness in dB that the file states for the present size (format 11.2); None if it states none."""
        return loudness(self._family.nam, self._quality)

    @property
    def num_parameters(self) -> int:
        """Weights of the present size, a ``condition_dsp`` included."""
        return num_parameters(self._size.model.config)

    @property
    def macs_per_frame(self) -> int:
        """Multiply-adds per frame of the present size, one for each weight that multiplies a signal."""
        return macs_per_frame(self._size.model.config)

    @property
    def executed_macs_per_frame(self) -> int:
        """Multiply-adds per frame that are executed: without those that the engine folds or leaves out."""
        return self._size.settled.macs

    @property
    def isa(self) -> str:
        """The instruction set in use. "scalar-nofma" is the one whose bits may differ from the others'."""
        return self._size.settled.isa

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the arithmetic and dtype of the output."""
        return self._family.dtype

    def __repr__(self) -> str:
        rate = f"{self.sample_rate:g} Hz" + ("" if self.sample_rate_known else " (assumed)")
        return (
            f"<nam_core.Model {self.architecture} {self.path or ''} quality={self.quality:g} "
            f"{self.num_parameters} parameters, {rate}, receptive field {self.receptive_field}, "
            f"{self.dtype}, {self.isa}>"
        )
