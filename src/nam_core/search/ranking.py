"""Finds the architectures that fit a budget, by the cost model, and ranks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..costing import cost
from ..costing.device_profile import DeviceProfile
from ..format.config import DEFAULT_SAMPLE_RATE
from .space import CHANNELS, Architecture, Layers, layouts

# What A1 standard reaches, 85 ms (format 10.1).
DEFAULT_RECEPTIVE_FIELD = 4093


@dataclass(frozen=True)
class Priced:
    """An architecture and what it would cost on the device.

    Attributes
    ----------
    ns_per_sample : predicted. core_share : of one core that playing in real time takes, at 48 kHz.
    macs_per_frame : multiply-adds, every weight once.
    """

    architecture: Architecture
    ns_per_sample: float
    macs_per_frame: int

    @property
    def core_share(self) -> float:
        """The share of one core that playing in real time takes, at 48 kHz."""
        return self.ns_per_sample * DEFAULT_SAMPLE_RATE / 1e9


@dataclass(frozen=True)
class Found:
    """One line of the result: the full size, and with a second budget a small size of the same layers."""

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
    """What the cost model says of it. Raises ValueError as ``DeviceProfile.predict``."""
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
    """The architectures that fit, the most promising first.

    None of them is beaten: no other that fits has as many parameters and as many layers. They range from wide
    and shallow to narrow and deep, and are ranked by parameters, which is how the presets of A1 and A2 are
    ordered by quality as well; only training tells which is best. With ``small_share`` each also has the
    widest small size that fits it.

    Parameters
    ----------
    profile : of the device.
    share, small_share : of one core, 1.0 being all of it.
    block : frames.
    receptive_field : frames at 48 kHz that the full size must reach at least.
    advance : is told of steps done, ``steps`` of them in all.

    Raises
    ------
    ValueError
        As ``DeviceProfile.predict``; or nothing fits.
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
    """How many steps ``search`` takes."""
    return len(layouts(receptive_field))


def _unbeaten(priced: list[Priced]) -> list[Priced]:
    """Those that no other beats in parameters and layers, most parameters first."""
    kept: list[Priced] = []
    deepest = 0
    for item in sorted(priced, key=lambda item: (-item.architecture.parameters, item.ns_per_sample)):
        depth = len(item.architecture.layers.dilations)
        if depth > deepest:
            kept.append(item)
            deepest = depth
    return kept
