"""The kernel calls of one frame of a WaveNet, in the engine's order (``cpp/architectures/wavenet``)."""

from __future__ import annotations

from collections.abc import Iterator

from ..format.config import Layer, LayerArray, PostStackHead, WaveNetConfig
from .kernel_work import Work, activation, conv, one_pass


def wavenet_work(config: WaveNetConfig) -> Iterator[Work]:
    """The arrays and the post-stack head, without a ``condition_dsp``: that is a model of its own."""
    for index, array in enumerate(config.layers):
        yield from conv("rechannel", array.input_size, array.channels)
        for j, layer in enumerate(array.layers):
            is_last = index + 1 == len(config.layers) and j + 1 == len(array.layers)
            yield from _layer(array, layer, is_last, folded=j == 0 and _folds_rechannel(array))
        head = array.head
        yield from conv(
            "head_rechannel", array.head_channels, head.out_channels, head.kernel_size, head.head_dilation
        )
    yield one_pass("head_scale", "elementwise", config.layers[-1].head.out_channels, 1)
    if config.head is not None:
        yield from _post_stack_head(config.head)


def _folds_rechannel(array: LayerArray) -> bool:
    """Whether the first convolution reads the array's own input (folds_rechannel of layer_array.cpp)."""
    return array.input_size < array.channels // array.groups_input and "conv_pre_film" not in array.films


def _is_plain(array: LayerArray, layer: Layer) -> bool:
    """Whether one kernel does the convolution, the activation and the head sum (Layer::is_plain)."""
    return (
        not array.films
        and not layer.is_pair
        and array.head1x1 is None
        and (layer.activation.name == "Tanh" or layer.activation.is_leaky)
    )


def _layer(array: LayerArray, layer: Layer, is_last: bool, folded: bool) -> Iterator[Work]:
    plain = _is_plain(array, layer)
    rows, bottleneck = array.conv_channels(layer), array.bottleneck
    in_channels, in_groups = array.channels, array.groups_input
    if folded:
        spared = (in_channels // in_groups - array.input_size) * layer.kernel_size
        yield Work("conv of the first layer, folded", "unused", rows, spared, calls=0)
        in_channels, in_groups = array.input_size, 1
        yield one_pass("conv input", "copy", in_channels, 1)
    yield from _film(array, layer, "conv_pre_film")
    yield from _film(array, layer, "input_mixin_pre_film")
    mixin_apart = "conv_post_film" in array.films or "input_mixin_post_film" in array.films
    condition, groups = array.condition_size, array.groups_input_mixin
    yield from conv(
        "conv",
        in_channels,
        rows,
        layer.kernel_size,
        layer.dilation,
        groups=in_groups,
        mixin=0 if mixin_apart else condition,
        mixin_groups=1 if mixin_apart else groups,
        stored=not plain,
    )
    if mixin_apart:
        yield from _film(array, layer, "conv_post_film")
        yield from conv("input_mixin", condition, rows, groups=groups)
        yield from _film(array, layer, "input_mixin_post_film")
        yield one_pass("input_mixin add", "elementwise", rows, 2)
    yield from _film(array, layer, "activation_pre_film")
    sum_in_activation = not (layer.is_pair or array.head1x1 or "activation_post_film" in array.films)
    if plain:
        stored = 0 if is_last else bottleneck
        yield Work(
            "activation",
            "activation",
            bottleneck,
            fused=True,
            activations={layer.activation.name: bottleneck},
            read=bottleneck,  # of the head sum
            written=bottleneck + stored,
            calls=0,
        )
    elif layer.is_pair:
        assert layer.secondary_activation is not None
        yield activation("activation", layer.secondary_activation, bottleneck)
        yield activation("activation", layer.activation, bottleneck)
        yield one_pass(layer.gating_mode, "elementwise", bottleneck, 2 if layer.gating_mode == "gated" else 3)
    else:
        yield activation("activation", layer.activation, bottleneck, adds_to_sum=sum_in_activation)
    yield from _film(array, layer, "activation_post_film")
    if array.head1x1 is not None:
        head1x1 = array.head1x1
        yield from conv("head1x1", bottleneck, head1x1.out_channels, groups=head1x1.groups)
        yield from _film(array, layer, "head1x1_post_film")
    if not plain and not sum_in_activation:
        yield one_pass("head_sum", "elementwise", array.head_channels, 2)
    yield from _residual(array, layer, is_last, plain)


def _residual(array: LayerArray, layer: Layer, is_last: bool, plain: bool) -> Iterator[Work]:
    """The residual path to the next layer; the last layer of a model does not need it."""
    layer1x1 = array.layer1x1
    if is_last:
        if layer1x1 is not None:
            terms = array.bottleneck // layer1x1.groups
            yield Work("layer1x1 of the last layer", "unused", array.channels, terms, calls=0)
        if film := array.films.get("layer1x1_post_film"):
            rows = array.channels * (2 if film.shift else 1)
            terms = array.condition_size // film.groups
            yield Work("layer1x1_post_film of the last layer", "unused", rows, terms, calls=0)
        return
    if layer1x1 is None:
        yield one_pass("residual", "elementwise", array.channels, 2)
        return
    modulated = "layer1x1_post_film" in array.films
    yield from conv(
        "layer1x1",
        array.bottleneck,
        array.channels,
        groups=layer1x1.groups,
        residual=not modulated,
        fused=plain and array.bottleneck == array.channels,
    )
    if modulated:
        yield from _film(array, layer, "layer1x1_post_film")
        yield one_pass("residual", "elementwise", array.channels, 2)


def _film(array: LayerArray, layer: Layer, name: str) -> Iterator[Work]:
    film = array.films.get(name)
    if film is None:
        return
    rows, factors = array.film_width(name, layer), 2 if film.shift else 1
    inputs = array.condition_size // film.groups
    yield Work(
        name,
        "film",
        rows,
        factors * inputs,
        read=rows * (1 + factors * inputs),
        written=rows,
        weights=rows * factors * (inputs + 1),
    )


def _post_stack_head(head: PostStackHead) -> Iterator[Work]:
    for width, next_width, kernel_size in zip(
        head.widths[:-1], head.widths[1:], head.kernel_sizes, strict=True
    ):
        yield activation("post_stack_head activation", head.activation, width)
        yield from conv("post_stack_head", width, next_width, kernel_size)
