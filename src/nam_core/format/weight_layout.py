"""The order of the weights in a .nam file: names and shapes of the tensors (format 5, 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import NamWeightError
from .config import (
    Config,
    ContainerConfig,
    ConvNetConfig,
    Layer,
    LayerArray,
    LinearConfig,
    LstmConfig,
    PostStackHead,
    SequentialConfig,
    WaveNetConfig,
)

Weights = npt.NDArray[np.float32]


class WeightPart(NamedTuple):
    """One tensor of the flat weights: its name, and its shape, stored row by row.

    The weights of a convolution are ``(out_channels, in_channels / groups, kernel_size)``, tap 0 the oldest;
    only a Linear's tap 0 is the newest.
    """

    name: str
    shape: tuple[int, ...]


def weight_parts(config: Config) -> list[WeightPart]:
    """The tensors that the ``weights`` of a model of this config consist of, in order.

    The weights of a ``condition_dsp`` are not among them: it is a model of its own. A container and a
    Sequential have none.
    """
    return list(_parts(config))


def count(parts: Iterable[WeightPart]) -> int:
    """Number of weights in the parts."""
    return sum(prod(part.shape) for part in parts)


def count_weights(config: Config) -> int:
    """Number of ``weights`` of a model of this config, its ``condition_dsp`` or submodels not included.

    Takes time in proportion to the file, whatever sizes it claims.
    """
    if isinstance(config, LstmConfig):
        # num_layers is the one size that is also a number of parts; all layers but the first are alike.
        first, other = count(_lstm_layer(config, 0)), count(_lstm_layer(config, 1))
        return first + (config.num_layers - 1) * other + count(_lstm_head(config))
    if isinstance(config, WaveNetConfig):
        bare = replace(config, layers=tuple(replace(array, layers=()) for array in config.layers))
        return count(_parts(bare)) + sum(_count_of_layers(array) for array in config.layers)
    return count(_parts(config))


def _count_of_layers(array: LayerArray) -> int:
    """Number of weights of all layers. Of 100,000 layers, listing the parts of each takes a second."""
    alike = Counter((layer.kernel_size, layer.gating_mode) for layer in array.layers)
    one_of = {(layer.kernel_size, layer.gating_mode): layer for layer in array.layers}
    return sum(times * count(_layer("", 0, array, one_of[kind])) for kind, times in alike.items())


def check_weights(config: Config, weights: Weights, path: str | None, location: str) -> None:
    """Refuse weights whose number is not exactly what the config implies (format 1.5).

    Parameters
    ----------
    config : the model's config.
    weights : ``(count,)``.
    path, location : where the weights stood, for the error message.

    Raises
    ------
    NamWeightError
        With the part in which the weights run out, or the last part if there are too many.
    """
    expected, got = count_weights(config), weights.size
    if got == expected:
        return
    used, part = 0, None
    for part in _parts(config):
        used += prod(part.shape)
        if used > got:
            break
    name = part.name if part else None
    where = f"they run out in {name}" if got < expected else f"{got - expected} are left over after {name}"
    raise NamWeightError(
        f"found {got} weights; the config needs {expected}: {where}",
        part=name,
        expected=expected,
        got=got,
        path=path,
        location=location,
    )


def split_weights(parts: Iterable[WeightPart], weights: Weights) -> dict[str, Weights]:
    """The parts by name, as shaped views of the flat weights.

    Raises
    ------
    ValueError
        If the number of weights is not that of the parts.
    """
    parts = list(parts)
    if weights.size != count(parts):
        raise ValueError(f"found {weights.size} weights; the parts need {count(parts)}")
    tensors = {}
    start = 0
    for name, shape in parts:
        end = start + prod(shape)
        tensors[name] = weights[start:end].reshape(shape)
        start = end
    return tensors


def _parts(config: Config) -> Iterator[WeightPart]:
    if isinstance(config, WaveNetConfig):
        return _wavenet(config)
    if isinstance(config, LstmConfig):
        return _lstm(config)
    if isinstance(config, ConvNetConfig):
        return _convnet(config)
    if isinstance(config, LinearConfig):
        return _linear(config)
    assert isinstance(config, (ContainerConfig, SequentialConfig))
    return iter(())


def _convolution(
    name: str, out: int, inner: int, kernel_size: int = 1, *, bias: bool
) -> Iterator[WeightPart]:
    """The weight of a convolution that reads ``inner`` channels per group, and its bias if it has one."""
    yield WeightPart(f"{name}.weight", (out, inner, kernel_size))
    if bias:
        yield WeightPart(f"{name}.bias", (out,))


def _wavenet(config: WaveNetConfig) -> Iterator[WeightPart]:
    for i, array in enumerate(config.layers):
        yield from _layer_array(f"layers[{i}]", array)
    if config.head:
        yield from _post_stack_head(config.head)
    yield WeightPart("head_scale", (1,))


def _layer_array(prefix: str, array: LayerArray) -> Iterator[WeightPart]:
    yield from _convolution(f"{prefix}.rechannel", array.channels, array.input_size, bias=False)
    for j, layer in enumerate(array.layers):
        yield from _layer(prefix, j, array, layer)
    head = array.head
    yield from _convolution(
        f"{prefix}.head", head.out_channels, array.head_channels, head.kernel_size, bias=head.bias
    )


def _layer(prefix: str, j: int, array: LayerArray, layer: Layer) -> Iterator[WeightPart]:
    rows = array.conv_channels(layer)
    inner = array.channels // array.groups_input
    yield from _convolution(f"{prefix}.conv[{j}]", rows, inner, layer.kernel_size, bias=True)
    inner = array.condition_size // array.groups_input_mixin
    yield from _convolution(f"{prefix}.input_mixin[{j}]", rows, inner, bias=False)
    if array.layer1x1:
        inner = array.bottleneck // array.layer1x1.groups
        yield from _convolution(f"{prefix}.layer1x1[{j}]", array.channels, inner, bias=True)
    if array.head1x1:
        inner = array.bottleneck // array.head1x1.groups
        yield from _convolution(f"{prefix}.head1x1[{j}]", array.head1x1.out_channels, inner, bias=True)
    for name, film in array.films.items():
        rows = array.film_width(name, layer) * (2 if film.shift else 1)
        yield from _convolution(f"{prefix}.{name}[{j}]", rows, array.condition_size // film.groups, bias=True)


def _post_stack_head(head: PostStackHead) -> Iterator[WeightPart]:
    widths = head.widths
    for r, kernel_size in enumerate(head.kernel_sizes):
        yield from _convolution(f"head[{r}]", widths[r + 1], widths[r], kernel_size, bias=True)


def _lstm(config: LstmConfig) -> Iterator[WeightPart]:
    for index in range(config.num_layers):
        yield from _lstm_layer(config, index)
    yield from _lstm_head(config)


def _lstm_layer(config: LstmConfig, index: int) -> Iterator[WeightPart]:
    hidden = config.hidden_size
    inputs = hidden if index else config.input_size
    # Rows are the gates i, f, g, o, hidden_size of each; columns the input, then the hidden state.
    yield WeightPart(f"layers[{index}].weight", (4 * hidden, inputs + hidden))
    yield WeightPart(f"layers[{index}].bias", (4 * hidden,))
    yield WeightPart(f"layers[{index}].initial_hidden", (hidden,))
    yield WeightPart(f"layers[{index}].initial_cell", (hidden,))


def _lstm_head(config: LstmConfig) -> Iterator[WeightPart]:
    yield WeightPart("head.weight", (config.out_channels, config.hidden_size))
    yield WeightPart("head.bias", (config.out_channels,))


def _convnet(config: ConvNetConfig) -> Iterator[WeightPart]:
    channels = config.channels
    for b in range(len(config.dilations)):
        inner = (channels if b else config.in_channels) // config.groups
        yield from _convolution(f"blocks[{b}].conv", channels, inner, 2, bias=not config.batchnorm)
        if config.batchnorm:
            for name in ("running_mean", "running_var", "weight", "bias"):
                yield WeightPart(f"blocks[{b}].batchnorm.{name}", (channels,))
            yield WeightPart(f"blocks[{b}].batchnorm.eps", (1,))
    yield from _convolution("head", config.out_channels, channels, bias=True)


def _linear(config: LinearConfig) -> Iterator[WeightPart]:
    # As many outputs as inputs share one response: every channel by itself (format 15.2).
    shared = config.in_channels == config.out_channels
    out, inner = (1, 1) if shared else (config.out_channels, config.in_channels)
    yield WeightPart("weight", (out, inner, config.receptive_field))
    if config.bias:
        yield WeightPart("bias", (out,))
