"""The candidate architectures: layer arrays like A2's, with other widths, depths and kernel sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..format.building import head, layer_array, wavenet

CHANNELS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24)
KERNEL_SIZES = (3, 4, 6, 8, 12, 15)
HEAD_KERNEL_SIZES = (1, 16)
# Dilations of a stack; the next stack starts at 1 again. A1 has powers of two, A2 primes (format 10.1, 10.2).
DILATIONS = (
    (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
    (1, 3, 7, 17, 41, 101, 239, 577),
    (1, 3, 9, 27, 81, 243, 729),
)
SHORTEST_STACK = 5
MOST_LAYERS = 32
# Least number of layers. A1's arrays have ten layers each, A2 has 23.
FEWEST_LAYERS = 8
NEGATIVE_SLOPE = 0.01
HEAD_SCALE = 0.01


@dataclass(frozen=True)
class Layers:
    """The layers of an array without the number of channels: kernel sizes, dilations, and the head's kernel
    size.
    """

    kernel_sizes: tuple[int, ...]
    dilations: tuple[int, ...]
    head_kernel_size: int

    @property
    def receptive_field(self) -> int:
        """The receptive field in frames."""
        reach = sum((k - 1) * d for k, d in zip(self.kernel_sizes, self.dilations, strict=True))
        return reach + self.head_kernel_size


@dataclass(frozen=True)
class Architecture:
    """One layer array: layers and a number of channels, with LeakyReLU as in A2."""

    channels: int
    layers: Layers

    @property
    def parameters(self) -> int:
        """The number of weights, biases and the head scale included."""
        c = self.channels
        of_layers = sum(c * c * k + c + c + c * c + c for k in self.layers.kernel_sizes)
        return c + of_layers + c * self.layers.head_kernel_size + 1 + 1

    def file(self) -> dict[str, Any]:
        """The JSON object of a .nam file, without its weights."""
        layers = self.layers
        array = layer_array(
            self.channels,
            layers.kernel_sizes,
            layers.dilations,
            activation={"type": "LeakyReLU", "negative_slope": NEGATIVE_SLOPE},
            head=head(kernel_size=layers.head_kernel_size),
        )
        return wavenet(array, head_scale=HEAD_SCALE)


def layouts(receptive_field: int) -> list[Layers]:
    """Every stack of layers with at least this receptive field in frames; of stacks with equal cost, only the
    one with the smallest receptive field.

    A larger dilation costs no time, but taps farther apart than needed leave larger gaps between them.
    """
    nearest: dict[tuple[int, int, int], Layers] = {}
    for kernel_size in KERNEL_SIZES:
        for head_kernel_size in HEAD_KERNEL_SIZES:
            for dilations in _dilations():
                layers = Layers((kernel_size,) * len(dilations), dilations, head_kernel_size)
                if layers.receptive_field < receptive_field:
                    continue
                key = (kernel_size, len(dilations), head_kernel_size)
                known = nearest.get(key)
                if known is None or layers.receptive_field < known.receptive_field:
                    nearest[key] = layers
    a2 = _a2()
    return [*nearest.values(), *([a2] if a2.receptive_field >= receptive_field else [])]


def _dilations() -> Iterator[tuple[int, ...]]:
    for row in DILATIONS:
        for length in range(SHORTEST_STACK, len(row) + 1):
            for stacks in range(1, MOST_LAYERS // length + 1):
                if stacks * length >= FEWEST_LAYERS:
                    yield row[:length] * stacks


def _a2() -> Layers:
    stack: Sequence[int] = DILATIONS[1][:7]
    return Layers((6,) * 14 + (15, 15) + (6,) * 7, (*stack, *stack, 1, 13, *stack), 16)
