"""A loaded model: what ``nam_core.load`` returns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from .audio.arrays import Audio, audio_shape, check_out, prepare
from .engine.control_lock import ControlLock
from .engine.model_properties import ModelProperties
from .engine.size_family import SizeFamily

# Long enough to hide the difference between two sizes, short enough to pass as at once.
DEFAULT_CROSSFADE = 0.01
LONGEST_CROSSFADE = 3600


def check_model(found: object, name: str = "model") -> None:
    """Raises TypeError, which says what to do, unless the argument of this name is a ``Model``."""
    if isinstance(found, Model):
        return
    is_path = isinstance(found, (str, PathLike))
    what = repr(found) if is_path or found is None else type(found).__name__
    call = f"nam_core.load({what})" if is_path else "nam_core.load(...)"
    raise TypeError(f"{name} must be a nam_core.Model; found {what}: {call} makes one")


class Model(ModelProperties):
    """A model and its state. Made by ``load``.

    ``process`` streams: each call continues where the last one ended, and the output does not depend, to the
    bit, on how a signal is cut into calls. One thread at a time may use a model; different models, copies
    included, run in parallel.

    Pickling stores the file's contents, the options of ``load`` and the quality. A deep copy shares the
    weights. Both begin in the start state; ``copy`` keeps the present one.

    Two models are equal, and have one hash, if their files have the same bytes (``sha256``), whatever their
    names, and they were loaded with the same options for the same instruction set. What changes while a model
    plays does not count: its state and its quality. Nor does ``max_bytes``. So copies are equal, and models
    serve as keys of a dict or a cache; whether two names mean the same stream is asked with ``is``.
    """

    __slots__ = ("__weakref__", "_control", "_engine", "_family", "_quality", "_size")

    def __init__(self, family: SizeFamily, quality: float, counted: bool = True) -> None:
        if not isinstance(family, SizeFamily):
            raise TypeError("nam_core.load(...) makes a Model")
        self._family = family
        self._quality = float(quality)
        self._size = family.at(quality)
        self._control = ControlLock()
        self._engine = family.engine(self._size, counted)

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

    def stream(self, blocks: Iterable[npt.ArrayLike]) -> Iterator[Audio]:
        """Run ``process`` on block after block, as an iterator.

        Parameters
        ----------
        blocks : an iterable of blocks, each as ``process`` takes it, of any number of frames; they may differ
            in length. A block is asked for when its output is: a generator, a queue or ``soundfile.blocks``
            is never read ahead. How the signal is cut does not change a bit of the output.

        Yields
        ------
        The output of each block, as ``process`` returns it: as many outputs as blocks, each as long as its
        block.

        Raises
        ------
        TypeError
            At once, if ``blocks`` is one array and not an iterable of arrays.
        TypeError, ValueError, RuntimeError
            As ``process``, in the place of the block's output. The state is then that after the block
            before; whoever asks on gets the output of the next block.

        Notes
        -----
        The stream goes on from the present state, and leaves the state after the last block; ``reset`` before
        it begins anew. Each output is a new array, so that they can be kept; for a stream without allocation,
        such as one in an audio thread, call ``process`` with ``out``.
        """
        if isinstance(blocks, (np.ndarray, bytes, str, Mapping)) or not isinstance(blocks, Iterable):
            raise TypeError(
                f"blocks must be an iterable of arrays; found one {type(blocks).__name__}: give one array to "
                "process, or cut it first (numpy.array_split(audio, count, axis=-1))"
            )
        return map(self.process, blocks)

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

        Raises RuntimeError if another thread's ``process`` leaves no gap for 20 ms, and NamConfigError if all
        streams of this model would take more than the ``max_bytes`` of ``load``.
        """
        copied = object.__new__(type(self))
        with self._control:
            copied._family, copied._quality, copied._size = self._family, self._quality, self._size
            copied._engine = self._family.copy(self._engine)
        copied._control = ControlLock()
        return copied

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Model:
        return Model(self._family, self._quality)

    def player(self) -> Model:
        """A deep copy for work that is done with the model, such as a render. What it takes does not count
        towards the ``max_bytes`` of ``load``, so that a model at the limit can be rendered."""
        return Model(self._family, self._quality, counted=False)

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
        In a chain each model that has the size switches on its own input, and those behind it play on: the
        bits are those of the new size once the ``bit_memory`` of all of them has passed.

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
            If the file says it can be slimmed, but this size cannot be made (format 7.5), or if it would take
            more than is left of the ``max_bytes`` of ``load``.
        """
        if not 0.0 <= crossfade <= LONGEST_CROSSFADE:
            raise ValueError(f"crossfade must be from 0 to {LONGEST_CROSSFADE} seconds; found {crossfade}")
        with self._control:
            size = self._family.at(quality)
            if size is not self._size:
                fade_frames = round(crossfade * self.sample_rate)
                self._family.switch(self._engine, self._size, size, fade_frames)
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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        return self._family is other._family or self._family.identity == other._family.identity

    def __hash__(self) -> int:
        return hash(self._family.identity)

    def __repr__(self) -> str:
        rate = f"{self.sample_rate:g} Hz" + ("" if self.sample_rate_known else " (assumed)")
        return (
            f"<nam_core.Model {self.architecture} {self.path or ''} quality={self.quality:g} "
            f"{self.num_parameters} parameters, {rate}, receptive field {self.receptive_field}, "
            f"{self.dtype}, {self.isa}>"
        )
