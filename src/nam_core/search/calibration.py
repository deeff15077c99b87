"""Fits a device profile of this machine in a few seconds, for architectures like those of ``space``."""

from __future__ import annotations

from collections.abc import Callable

from ..audio.dry_signal import dry_signal
from ..costing.device_profile import DeviceProfile
from ..costing.profile_fitting import fit
from ..survey.measure import measure
from ..survey.modelset.sounding_weights import with_weights
from ..survey.results import Settings
from ..survey.subjects import Subject, subjects
from .space import Architecture, Layers

# Shapes that cover every way in which the engine cuts a convolution into panels, short and long sums, few and
# many layers.
_CHANNELS = (2, 3, 4, 5, 6, 8, 10, 14, 24)
_SHAPES = ((3, 10, 1), (4, 30, 16), (8, 14, 16), (15, 20, 1))
_SECONDS = 0.05
_REPETITIONS = 30


def calibrate(block: int, advance: Callable[[int], None] = lambda steps: None) -> DeviceProfile:
    """Measure 36 models on this machine in float32 with the best instruction set, and fit a profile to the
    times.

    The profile covers convolutions and plain activations only; the architectures of ``space`` need no more.

    Parameters
    ----------
    block : frames per call.
    advance : called with the number of steps done; there are ``calibration_steps`` of them.
    """
    measured = [subject for channels in _CHANNELS for subject in _subjects(channels)]
    settings = Settings((block,), "float32", max(_SECONDS, block / 48000), "synthesised guitar", None)
    return fit(measure(measured, settings, dry_signal, _REPETITIONS, advance).to_dict())


def calibration_steps() -> int:
    """The number of steps that ``calibrate`` reports."""
    return len(_CHANNELS) * len(_SHAPES) * 2 * (_REPETITIONS + 1)


def _subjects(channels: int) -> list[Subject]:
    found = []
    for kernel_size, layers, head_kernel_size in _SHAPES:
        dilations = tuple(2 ** (index % 10) for index in range(layers))
        shape = Layers((kernel_size,) * layers, dilations, head_kernel_size)
        file = with_weights(Architecture(channels, shape).file(), 0)
        found += subjects(file, f"{channels} channels, kernel size {kernel_size}, {layers} layers")
    return found
