"""A loaded model: what ``nam_core.load`` returns."""

from __future__ import annotations

import os
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _core
from .config import Metadata, NamModel
from .cost import macs_per_frame, num_parameters
from .errors import NamConfigError, NamIsaError
from .lowering import Choices, Compat, Tanh, describe
from .nam_file import Source, read_nam
from .slimming import Size, select, sizes

Dtype = Literal["float32", "float64"]
Audio = npt.NDArray[np.floating[Any]]

# The rate that a model without one is taken to run at (spec 1.1).
DEFAULT_SAMPLE_RATE = 48000.0


def load(
    source: Source,
    *,
    dtype: Dtype = "float32",
    quality: float = 1.0,
    isa: str | None = None,
    compat: Compat = "pytorch",
    tanh: Tanh = "exact",
) -> Model:
    """Load a .nam model, ready to process audio.

    Parameters
    ----------
    source : path, bytes, file object, or the parsed JSON object as a dict.
    dtype : precision of all arithmetic. "float64" gives the PyTorch package's float64 result.
    quality : size of a slimmable model, 0.0 (smallest) to 1.0 (full); without effect on others.
    isa : instruction set, one of ``runtime_info()["isas"]``; None takes the environment variable
        ``NAM_CORE_ISA`` or else the best one of this processor.
    compat : "pytorch" computes what the trainer's package computes; "core" what the C++ core (and so the
        plugin) computes where the two differ: docs/file-format.md lists where.
    tanh : "exact", or "fast" for the rational approximation that the plugin uses for every tanh, those of an
        LSTM's gates included: up to 9e-4 off (spec D38). With compat="core" it mirrors the plugin.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    NamError
        If the file is not a valid .nam file (NamFileError, NamVersionError, NamConfigError, NamWeightError),
        or the instruction set is not available (NamIsaError).
    ValueError
        If an option is not one of the above.
    """
    if dtype not in ("float32", "float64"):
        raise ValueError(f'dtype must be "float32" or "float64"; found {dtype!r}')
    if isa is not None and not isinstance(isa, str):
        raise TypeError(f"isa must be the name of an instruction set; found {isa!r}")
    if compat not in ("pytorch", "core"):
        raise ValueError(f'compat must be "pytorch" or "core"; found {compat!r}')
    if tanh not in ("exact", "fast"):
        raise ValueError(f'tanh must be "exact" or "fast"; found {tanh!r}')
    return Model(read_nam(source), np.dtype(dtype), quality, isa, Choices(compat, tanh))


class Model:
    """A model and its state. Made by ``load``.

    ``process`` streams: each call continues where the last one ended, and the output does not depend, to the
    bit, on how a signal is cut into calls. One thread at a time may use a model; different models, copies
    included, run in parallel.
    """

    def __init__(
        self, nam: NamModel, dtype: np.dtype[Any], quality: float, isa: str | None, choices: Choices
    ) -> None:
        self._nam = nam
        self._dtype = dtype
        self._quality = float(quality)
        self._selected = select(nam, quality)
        engine = _core.EngineF32 if dtype == np.float32 else _core.EngineF64
        wanted = os.environ.get("NAM_CORE_ISA", "") if isa is None else isa
        try:
            self._engine = engine(describe(self._selected, choices), wanted)
        except _core.IsaError as error:
            raise NamIsaError(str(error)) from None
        except (_core.ConfigError, _core.WeightError) as error:
            raise NamConfigError(str(error), path=nam.path, location="config") from None

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

        Notes
        -----
        Real time: with arrays of the model's dtype, contiguous in time, and ``out``, a call neither allocates
        audio nor waits; it releases the GIL. Denormals count as zero inside.
        """
        result = self._engine.process(block, out)
        return result if result is not None else self._process_general(block, out)

    def _process_general(self, block: npt.ArrayLike, out: Audio | None) -> Audio:
        """What ``process`` does with arrays that the engine cannot use as they are, or must refuse."""
        prepared = self._prepare(block)
        if out is None:
            return self._run(prepared)
        shape = self._shape(self.output_channels, prepared.shape[-1])
        if not isinstance(out, np.ndarray) or out.dtype != self._dtype:
            found = out.dtype if isinstance(out, np.ndarray) else type(out).__name__
            raise TypeError(f"out must be a {self._dtype} array; found {found}")
        if out.shape != shape:
            raise ValueError(f"out must have shape {shape}; found {out.shape}")
        if not out.flags.writeable:
            raise ValueError("out must be writeable; found a read-only array")
        out[...] = self._run(prepared)
        return out

    def _run(self, prepared: Audio) -> Audio:
        result = self._engine.process(prepared, None)
        assert result is not None
        return result

    def _prepare(self, block: npt.ArrayLike) -> Audio:
        """A contiguous array of the model's dtype, checked."""
        array = np.asarray(block)
        if array.dtype.kind != "f":
            # Signed samples of a sound file; unsigned ones have an offset, and Python's ints no full scale.
            scalable = isinstance(block, np.ndarray) and array.dtype.kind == "i"
            how = f", and divide by {np.iinfo(array.dtype).max + 1}" if scalable else ""
            raise TypeError(
                f"audio must be floating-point with full scale 1.0; found {array.dtype}: convert it{how}"
            )
        channels = self.input_channels
        if channels == 1 and array.ndim != 1:
            raise ValueError(
                f"this model takes one channel, shape (frames,); found shape {array.shape}: "
                "process each channel with a model of its own (Model.copy)"
            )
        if channels > 1 and (array.ndim != 2 or array.shape[0] != channels):
            raise ValueError(f"this model takes shape ({channels}, frames); found {array.shape}")
        # Too large for float32 is infinite there, and refused below.
        with np.errstate(over="ignore"):
            converted = np.require(array, self._dtype, ["C_CONTIGUOUS", "ALIGNED"])
        finite = np.isfinite(converted)
        if not finite.all():
            place = tuple(int(i) for i in np.argwhere(~finite)[0])
            value = array[place]
            where = f"frame {place[-1]}" + (f" of channel {place[0]}" if channels > 1 else "")
            raise ValueError(f"audio must be finite; found {value} at {where}")
        return converted

    @staticmethod
    def _shape(channels: int, frames: int) -> tuple[int, ...]:
        return (frames,) if channels == 1 else (channels, frames)

    def reset(self) -> None:
        """Return to the start state: settled on silence; an LSTM's stored state (spec 6.2, 6.4).

        Raises RuntimeError if another thread is in this model.
        """
        self._engine.reset()

    def copy(self) -> Model:
        """Return an independent model in the same state. Weights are shared, state is not.

        Raises RuntimeError if another thread is in this model.
        """
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        copied._engine = self._engine.copy()
        return copied

    def __copy__(self) -> Model:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Model:
        return self.copy()

    @property
    def quality(self) -> float:
        """The quality that selected the present size, from 0.0 to 1.0 (full)."""
        return self._quality

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes that ``quality`` can select, smallest first; one for a model that cannot be slimmed."""
        return sizes(self._nam)

    @property
    def sample_rate(self) -> float:
        """Hz; 48000.0 when the file does not say (see ``sample_rate_known``)."""
        return self._selected.sample_rate or DEFAULT_SAMPLE_RATE

    @property
    def sample_rate_known(self) -> bool:
        """Whether the file states a sample rate."""
        return self._selected.sample_rate is not None

    @property
    def receptive_field(self) -> int:
        """Frames that influence one output frame, the present one included; 1 for an LSTM."""
        return self._engine.receptive_field

    @property
    def settles(self) -> bool:
        """Whether an output frame depends on the last ``receptive_field`` frames only: False with an LSTM."""
        return self._engine.settles

    @property
    def input_channels(self) -> int:
        """Channels of a block."""
        return self._selected.config.in_channels

    @property
    def output_channels(self) -> int:
        """Channels of the result."""
        return self._selected.config.out_channels

    @property
    def architecture(self) -> str:
        """The file's architecture: WaveNet, LSTM, ConvNet, Linear or SlimmableContainer."""
        return self._nam.architecture

    @property
    def version(self) -> str:
        """The file-format version."""
        return self._nam.version

    @property
    def metadata(self) -> Metadata:
        """What the file says about the capture."""
        return self._nam.metadata

    @property
    def num_parameters(self) -> int:
        """Weights of the present size, a ``condition_dsp`` included."""
        return num_parameters(self._selected.config)

    @property
    def macs_per_frame(self) -> int:
        """Multiply-adds per frame of the present size: every weight that meets a signal, once."""
        return macs_per_frame(self._selected.config)

    @property
    def isa(self) -> str:
        """The instruction set in use. "scalar-nofma" is the one whose bits may differ from the others'."""
        return self._engine.isa

    @property
    def dtype(self) -> np.dtype[Any]:
        """Precision of the arithmetic and dtype of the output."""
        return self._dtype

    def __repr__(self) -> str:
        rate = f"{self.sample_rate:g} Hz" + ("" if self.sample_rate_known else " (assumed)")
        return (
            f"<nam_core.Model {self.architecture} {self._nam.path or ''} quality={self.quality:g} "
            f"{self.num_parameters} parameters, {rate}, receptive field {self.receptive_field}, "
            f"{self.dtype}, {self.isa}>"
        )
