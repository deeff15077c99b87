"""Sizes of a model that can be slimmed, and the model of a given size (format 7 and 8).

Both kinds of slimming look the same from here: a quality from 0 to 1 selects a size; 1 is the full model. A
container picks one of its complete models; a slimmable WaveNet keeps a prefix of the channels of each array.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np

from ..errors import NamConfigError
from .config import (
    Activation,
    Config,
    ContainerConfig,
    ConvNetConfig,
    Layer,
    LayerArray,
    LstmConfig,
    NamModel,
    SequentialConfig,
    Submodel,
    WaveNetConfig,
)
from .quality_steps import first_quality, index_at
from .quantities import macs_per_frame, num_parameters
from .weight_layout import Weights, split_weights, weight_parts


@dataclass(frozen=True)
class Size:
    """One size of a model, selected by every quality from ``low`` up to, but not including, ``high``.

    The last size has ``high`` 1.0, and includes it. ``channels`` has one entry per layer array of a WaveNet,
    one for an LSTM (its hidden size) or a ConvNet, none for a Linear; of a Sequential, those of its models.
    ``parameters`` counts weights, and ``macs_per_frame`` multiply-adds, of this size alone.
    """

    low: float
    high: float
    channels: tuple[int, ...]
    parameters: int
    macs_per_frame: int


def sizes(model: NamModel) -> tuple[Size, ...]:
    """The sizes of the model in ascending order of quality; a single one if it cannot be slimmed.

    A model that says it is slimmable but has parts that cannot be cut (see ``select``) has its full size
    only, and no size for the qualities below it.

    Raises
    ------
    NamConfigError
        If even quality 1 asks for a cut that is not possible.
    """
    lows = [0.0, *_borders(model)]
    highs = [*lows[1:], 1.0]
    result = []
    for low, high in zip(lows, highs, strict=True):
        try:
            config = _slim_config(_choose_submodel(model, low), low)
        except NamConfigError:
            if low == lows[-1]:
                raise
            continue
        result.append(Size(low, high, _channels(config), num_parameters(config), macs_per_frame(config)))
    return tuple(result)


def select(model: NamModel, quality: float) -> NamModel:
    """The model of the size that ``quality`` selects, with no slimming left in it.

    The same object comes back if there is nothing to slim. A chosen submodel keeps its own version, and takes
    over the container's metadata and, if known, its sample rate. A ``condition_dsp`` is not slimmed: it is
    taken at its quality 1.

    Parameters
    ----------
    model : any model.
    quality : 0 is the smallest size, 1 the full model; in a container it also applies to the chosen submodel.

    Raises
    ------
    ValueError
        If the quality is not from 0 to 1.
    NamConfigError
        If the size would cut a grouped convolution, or a head rechannel with a kernel longer than 1 (format
        7.5).
    """
    _check_quality(quality)
    chosen = _choose_submodel(model, quality)
    config = _slim_config(chosen, quality)
    if isinstance(config, WaveNetConfig) and config is not chosen.config:
        weights = _slice_weights(chosen.config, config, chosen.weights)
        chosen = replace(chosen, weights=weights)
    if config is not chosen.config:
        chosen = replace(chosen, config=config, source=None)
    if isinstance(model.config, ContainerConfig):
        sample_rate = chosen.sample_rate if model.sample_rate is None else model.sample_rate
        chosen = replace(chosen, metadata=model.metadata, sample_rate=sample_rate, source=None)
    return chosen


def select_config(model: NamModel, quality: float) -> Config:
    """The config of the model that ``select`` gives, for which the model needs no weights.

    Raises ValueError and NamConfigError as ``select``.
    """
    _check_quality(quality)
    return _slim_config(_choose_submodel(model, quality), quality)


def size_start(model: NamModel, quality: float) -> float:
    """The lowest quality that selects the same size as this one.

    Raises
    ------
    ValueError
        If the quality is not from 0 to 1.
    """
    _check_quality(quality)
    return max((border for border in _borders(model) if border <= quality), default=0.0)


def loudness(model: NamModel, quality: float) -> float | None:
    """Loudness, in dB, of the submodel that a container uses at this quality; of another model, its own."""
    return _choose_submodel(model, quality).metadata.loudness


def _check_quality(quality: float) -> None:
    if not 0.0 <= quality <= 1.0:
        raise ValueError(f"quality must be from 0.0 (smallest) to 1.0 (the full model); found {quality}")


def _borders(model: NamModel) -> list[float]:
    """The qualities above 0 at which a new size starts, ascending."""
    config = model.config
    if isinstance(config, ContainerConfig):
        borders: set[float] = set()
        for index, submodel in enumerate(config.submodels):
            start = _end(config.submodels[index - 1]) if index else 0.0
            inside = [start, *(border for border in _borders(submodel.model) if border > start)]
            borders.update(border for border in inside if _submodel_index(config, border) == index)
        return sorted(borders - {0.0})
    if isinstance(config, SequentialConfig):
        return sorted({border for part in config.models for border in _borders(part)})
    if isinstance(config, WaveNetConfig):
        return sorted({border for array in config.layers for border in _array_borders(array)})
    return []


def _choose_submodel(model: NamModel, quality: float) -> NamModel:
    """The model itself, or the submodel that a container, or a container in it, uses at this quality."""
    while isinstance(model.config, ContainerConfig):
        model = model.config.submodels[_submodel_index(model.config, quality)].model
    return model


def _submodel_index(config: ContainerConfig, quality: float) -> int:
    """The first submodel with quality < max_value, or the last one."""
    return bisect_right(config.submodels, quality, hi=len(config.submodels) - 1, key=_end)


def _end(submodel: Submodel) -> float:
    """The upper border of a submodel. A border above 1 counts as 1, so that quality 1 always selects the
    last."""
    return min(max(submodel.max_value, 0.0), 1.0)


def _array_borders(array: LayerArray) -> list[float]:
    if array.slimmable is None:
        return []
    allowed = array.slimmable.allowed_channels
    counts = {array.channels, array.bottleneck} if allowed is None else {len(allowed)}
    return [first_quality(index, count) for count in counts for index in range(1, count)]


def _slim_widths(array: LayerArray, quality: float) -> tuple[int, int]:
    """Channels and bottleneck of the slimmed array (format 7.4)."""
    if array.slimmable is None:
        return array.channels, array.bottleneck
    allowed = array.slimmable.allowed_channels
    if allowed is None:
        return 1 + index_at(quality, array.channels), 1 + index_at(quality, array.bottleneck)
    # An explicit list holds for the bottleneck too, even at quality 1.
    channels = allowed[index_at(quality, len(allowed))]
    return channels, channels


def _slim_config(model: NamModel, quality: float) -> Config:
    """The config of the slimmed model; the same object if nothing in it can be slimmed."""
    config = model.config
    if isinstance(config, SequentialConfig):
        models = tuple(select(part, quality) for part in config.models)
        same = all(part is before for part, before in zip(models, config.models, strict=True))
        return config if same else SequentialConfig(models)
    if not isinstance(config, WaveNetConfig):
        return config
    condition = config.condition_dsp and select(config.condition_dsp, 1.0)
    if condition is config.condition_dsp and all(array.slimmable is None for array in config.layers):
        return config
    widths = [_slim_widths(array, quality) for array in config.layers]
    if widths != [(array.channels, array.bottleneck) for array in config.layers]:
        for i, array in enumerate(config.layers):
            _refuse_uncuttable(model, i, array)

    arrays: list[LayerArray] = []
    for i, (array, (channels, bottleneck)) in enumerate(zip(config.layers, widths, strict=True)):
        arrays.append(
            replace(
                array,
                input_size=arrays[i - 1].channels if i else array.input_size,
                channels=channels,
                bottleneck=bottleneck,
                layers=tuple(_slim_layer(layer, bottleneck) for layer in array.layers),
                slimmable=None,
            )
        )
    # What an array's head gives is what the next array's head sum takes.
    for i in range(len(arrays) - 1):
        head = replace(arrays[i].head, out_channels=arrays[i + 1].head_channels)
        arrays[i] = replace(arrays[i], head=head)
    return replace(config, layers=tuple(arrays), condition_dsp=condition)


def _slim_layer(layer: Layer, bottleneck: int) -> Layer:
    secondary = layer.secondary_activation
    return replace(
        layer,
        activation=_slim_activation(layer.activation, bottleneck),
        secondary_activation=secondary and _slim_activation(secondary, bottleneck),
    )


def _slim_activation(activation: Activation, bottleneck: int) -> Activation:
    if activation.name != "PReLU":
        return activation
    return replace(activation, parameters=activation.parameters[:bottleneck])


def _refuse_uncuttable(model: NamModel, index: int, array: LayerArray) -> None:
    """Refuse to slim arrays that neither the PyTorch package nor the C++ core can slim (format 7.5)."""
    groups = [array.groups_input, array.groups_input_mixin, *(film.groups for film in array.films.values())]
    groups += [part.groups for part in (array.layer1x1, array.head1x1) if part]
    if any(count != 1 for count in groups):
        obstacle = "a grouped convolution"
    elif array.head.kernel_size != 1:
        obstacle = f"a head with kernel size {array.head.kernel_size}"
    else:
        return
    prefix = f"{model.location}." if model.location else ""
    raise NamConfigError(
        f"an array with {obstacle} cannot be slimmed; only the full size can be used",
        path=model.path,
        location=f"{prefix}config.layers[{index}]",
    )


def _slice_weights(full: Config, slim: Config, weights: Weights) -> Weights:
    """The weights of the slimmed model: of every tensor the first rows and columns (format 7.3).

    Pairs and FiLMs with shift are no exception: one prefix of the doubled rows, then split in the middle.
    """
    tensors = split_weights(weight_parts(full), weights)
    kept = (
        tensors[name][tuple(slice(extent) for extent in shape)].ravel() for name, shape in weight_parts(slim)
    )
    sliced = np.concatenate(tuple(kept))
    sliced.flags.writeable = False
    return sliced


def _channels(config: Config) -> tuple[int, ...]:
    if isinstance(config, WaveNetConfig):
        return tuple(array.channels for array in config.layers)
    if isinstance(config, LstmConfig):
        return (config.hidden_size,)
    if isinstance(config, ConvNetConfig):
        return (config.channels,)
    if isinstance(config, SequentialConfig):
        return tuple(count for model in config.models for count in _channels(model.config))
    return ()
