"""Finds the architectures that fit a budget according to the cost model, and ranks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..costing import cost
from ..costing.device_profile import DeviceProfile
from ..format.config import DEFAULT_SAMPLE_RATE
from .space import CHANNELS, Architecture, Layers, layouts

# The receptive field of A1 standard, 85 ms (format 10.1).
DEFAULT_RECEPTIVE_FIELD = 4093


@dataclass(frozen=True)
class Priced:
    """An architecture and its predicted cost on the device.

    Attributes
    ----------
    ns_per_sample : predicted time. core_share : share of one core for real-time playing at 48 kHz.
    macs_per_frame : nominal multiply-adds, one for each weight.
    """

    architecture: Architecture
    ns_per_sample: float
    macs_per_frame: int

    @property
    def core_share(self) -> float:
        """The share of one core for real-time playing at 48 kHz, 1.0 being all of it."""
        return self.ns_per_sample * DEFAULT_SAMPLE_RATE / 1e9


@dataclass(frozen=True)
class Found:
    """One result: a full size, and, if there is a second budget, a small size with the same layers."""

    full: Priced
    small: Priced | None

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        layers = self.full.architecture.layers
        sizes = [self.full] if self.small is None else [self.small, self.full]
        return {
            "kernel_sizes": list(layers.kernel_sizes),
            "dilations": list(layers.dilations),
            "head_kernel_size": layers.head_kernel_size,
            "receptive_field": layers.receptive_field,
            "sizes": [
                {
                    "channels": size.architecture.channels,
                    "parameters": size.architecture.parameters,
                    "macs_per_frame": size.macs_per_frame,
                    "ns_per_sample": size.ns_per_sample,
                    "core_share": size.core_share,
                }
                for size in sizes
            ],
        }


def price(architecture: Architecture, profile: DeviceProfile, block: int) -> Priced:
    """The cost of an architecture by the cost model. Raises ValueError as ``DeviceProfile.predict`` does."""
    counted = cost(architecture.file(), isa=profile.isa, dtype=profile.dtype)
    return Priced(architecture, profile.predict(counted, block), counted.macs_per_frame)


def search(
    profile: DeviceProfile,
    share: float,
    *,
    small_share: float | None = None,
    block: int = 64,
    receptive_field: int = DEFAULT_RECEPTIVE_FIELD,
    advance: Callable[[int], None] = lambda steps: None,
) -> list[Found]:
    """Return the architectures that fit the budget, the most promising first.

    An architecture is left out if another one that fits has as many parameters and as many layers, or more.
    The results range from wide and shallow to narrow and deep. They are ranked by number of parameters. This
    also orders the presets of A1 and A2 by quality, but only training tells which architecture is best. With
    ``small_share``, each result also has the widest small size that fits that budget.

    Parameters
    ----------
    profile : the profile of the device.
    share, small_share : budgets as a share of one core, 1.0 being all of it.
    block : frames per call.
    receptive_field : least receptive field of the full size, in frames at 48 kHz.
    advance : called with the number of steps done; there are ``steps`` of them.

    Raises
    ------
    ValueError
        As ``DeviceProfile.predict``, or if no architecture fits.
    """
    priced: list[Priced] = []
    widths: dict[Layers, list[Priced]] = {}
    for layers in layouts(receptive_field):
        for channels in CHANNELS:
            found = price(Architecture(channels, layers), profile, block)
            if found.core_share > share:
                break
            priced.append(found)
            widths.setdefault(layers, []).append(found)
        advance(1)
    results = []
    for full in _unbeaten(priced):
        small = None
        if small_share is not None:
            fitting = [item for item in widths[full.architecture.layers] if item.core_share <= small_share]
            narrower = [item for item in fitting if item.architecture.channels < full.architecture.channels]
            if not narrower:
                continue
            small = narrower[-1]
        results.append(Found(full, small))
    if not results:
        reach = f"a receptive field of {receptive_field:,} frames"
        raise ValueError(f"no architecture with {reach} fits; allow more, or a shorter receptive field")
    return results


def steps(receptive_field: int) -> int:
    """The number of steps that ``search`` reports."""
    return len(layouts(receptive_field))


def _unbeaten(priced: list[Priced]) -> list[Priced]:
    """The architectures that no other one equals or exceeds in both parameters and layers, most parameters
    first.
    """
    kept: list[Priced] = []
    deepest = 0
    for item in sorted(priced, key=lambda item: (-item.architecture.parameters, item.ns_per_sample)):
        depth = len(item.architecture.layers.dilations)
        if depth > deepest:
            kept.append(item)
            deepest = depth
    return kept
