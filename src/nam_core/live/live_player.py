"""A model between the input and the output of a sound card: meters, bypass, and a count of late blocks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio
from ..model import Model, check_model
from .governor import Governor

# Most frames that are processed at a time; longer blocks of the sound card are cut.
_MOST_FRAMES = 4096
_FADE_SECONDS = 0.01


@dataclass
class Tally:
    """What has been played so far.

    Attributes
    ----------
    blocks : blocks of the sound card.
    late : blocks that took longer to process than they last.
    lost : blocks for which the sound card reported lost input or missing output (xruns).
    worst : the longest time of a block, as a share of its duration.
    """

    blocks: int = 0
    late: int = 0
    lost: int = 0
    worst: float = 0.0


class LivePlayer:
    """Plays a model in the callback of a sound card.

    ``callback`` has the signature of a callback of ``sounddevice.Stream``. It allocates no audio: its buffers
    are allocated here, for blocks of any length. Another thread may call all other methods while it runs.

    Parameters
    ----------
    model : a model with one input. A model with two outputs plays in stereo if the sound card has two.
    governed : whether the load of the blocks chooses the size (``Governor``), until the user chooses one.

    Raises
    ------
    TypeError
        If ``model`` is not loaded.
    ValueError
        If the model has several inputs.
    """

    def __init__(self, model: Model, governed: bool = False) -> None:
        check_model(model)
        if model.input_channels != 1:
            raise ValueError(f"a model with one input is played live; this one has {model.input_channels}")
        self.model = model
        self.tally = Tally()
        self.bypass = False
        self._governor = Governor(model) if governed else None
        self._heard_before = model.quality
        self._dry = np.zeros(_MOST_FRAMES, model.dtype)
        outputs = model.output_channels
        self._wet: Audio = np.zeros((outputs, _MOST_FRAMES) if outputs > 1 else _MOST_FRAMES, model.dtype)
        self._share = 0.0  # share of the dry signal, 0 to 1
        self._peaks = [0.0, 0.0]

    def __enter__(self) -> LivePlayer:
        if self._governor is not None:
            self._governor.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if self._governor is not None:
            self._governor.__exit__(*error)

    @property
    def governed(self) -> bool:
        """Whether the load chooses the size."""
        return self._governor is not None

    @property
    def quality(self) -> float:
        """The quality of the size that plays."""
        return self.model.quality

    def step_quality(self, steps: int) -> None:
        """Go to a larger (1) or smaller (-1) size. From now on only the user chooses the size."""
        sizes = self.model.sizes
        present = max(i for i, size in enumerate(sizes) if size.low <= self.quality)
        self._choose(sizes[min(max(present + steps, 0), len(sizes) - 1)].low)

    def swap_quality(self) -> None:
        """Go back to the quality that played before, for A/B comparisons."""
        self._choose(self._heard_before)

    def take_peaks(self) -> tuple[float, float]:
        """The largest magnitudes of input and output samples since the last call; full scale is 1.0."""
        peaks = self._peaks[0], self._peaks[1]
        self._peaks[:] = [0.0, 0.0]
        return peaks

    def callback(
        self,
        indata: npt.NDArray[np.float32],
        outdata: npt.NDArray[np.float32],
        frames: int,
        when: Any,
        status: Any,
    ) -> None:
        """Play a block. Arrays are float32 ``(frames, channels)``; the guitar is the last input channel."""
        start = time.perf_counter()
        for first in range(0, frames, _MOST_FRAMES):
            self._play(indata[first : first + _MOST_FRAMES, -1], outdata[first : first + _MOST_FRAMES])
        load = (time.perf_counter() - start) * self.model.sample_rate / frames
        tally = self.tally
        tally.blocks += 1
        tally.late += load > 1.0
        tally.lost += bool(status)
        tally.worst = max(tally.worst, load)
        if self._governor is not None and not self.model.switching:
            self._governor.note(load)

    def _play(self, indata: npt.NDArray[np.float32], outdata: npt.NDArray[np.float32]) -> None:
        frames = len(indata)
        dry, wet = self._dry[:frames], self._wet[..., :frames]
        dry[:] = indata
        self.model.process(dry, out=wet)
        wanted = 1.0 if self.bypass else 0.0
        if self._share or wanted:
            self._mix(dry, wet, wanted)
        if wet.ndim == 1:
            outdata[:] = wet[:, None]
        else:
            for channel in range(outdata.shape[1]):
                outdata[:, channel] = wet[min(channel, len(wet) - 1)]
        self._peaks[0] = max(self._peaks[0], float(dry.max()), -float(dry.min()))
        self._peaks[1] = max(self._peaks[1], float(wet.max()), -float(wet.min()))

    def _mix(self, dry: Audio, wet: Audio, wanted: float) -> None:
        step = 1.0 / (_FADE_SECONDS * self.model.sample_rate)
        ramp = self._share + np.arange(1, len(dry) + 1) * (step if wanted > self._share else -step)
        ramp = np.clip(ramp, min(self._share, wanted), max(self._share, wanted)).astype(dry.dtype)
        self._share = float(ramp[-1])
        if self._share == 1.0 == float(ramp[0]):
            wet[...] = dry
        else:
            wet += ramp * (dry - wet)

    def _choose(self, quality: float) -> None:
        if self._governor is not None:
            self._governor.__exit__(None, None, None)
            self._governor = None
        if quality != self.quality:
            self._heard_before, self.model.quality = self.quality, quality
