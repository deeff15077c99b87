"""What a loaded model says of itself, for reading: its file, its present size, its memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _core
from ..format.config import DEFAULT_SAMPLE_RATE, Metadata, NamModel
from ..format.quantities import macs_per_frame, num_parameters
from ..format.slimming import Size, loudness
from .control_lock import ControlLock
from .size_family import ChosenSize, SizeFamily


class ModelProperties:
    """The read-only properties of ``Model``. None allocates audio, and none disturbs ``process``."""

    __slots__ = ()

    _family: SizeFamily
    _size: ChosenSize
    _quality: float
    _control: ControlLock
    _engine: _core.EngineF32 | _core.EngineF64

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
        return self._size.receptive_field

    @property
    def bit_memory(self) -> int:
        """``receptive_field``, counted by bits: a long response's transforms round more than it."""
        return self._size.bit_memory

    @property
    def grid(self) -> int:
        """Frames between the places in a stream where a model can take over; 1 without a long response."""
        return self._size.grid

    @property
    def settles(self) -> bool:
        """Whether an output frame depends on the last ``receptive_field`` frames only: False with an LSTM."""
        return self._size.settles

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
    def sha256(self) -> str:
        """SHA-256 of the file's bytes, as 64 hexadecimal digits; equality of models goes by it.

        A dict counts as the JSON text that it makes, and an impulse response that ``load`` resampled or
        normalized as its new taps. Computed once, in about a millisecond per megabyte.
        """
        return self._family.sha256

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
        return self._size.macs

    @property
    def isa(self) -> str:
        """The instruction set in use. "scalar-nofma" is the one whose bits may differ from the others'."""
        return self._family.isa

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the arithmetic and dtype of the output."""
        return self._family.dtype
