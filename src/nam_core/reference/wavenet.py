"""WaveNet (format 2 to 7) from the package's own layers."""

from __future__ import annotations

from typing import Any

import torch
from nam.models.wavenet import WaveNet
from nam.models.wavenet._head import Head
from nam.models.wavenet._layer_array import LayerArray
from nam.models.wavenet._wavenet import WaveNet as InnerWaveNet

from ..format.config import LayerArray as ArrayConfig
from ..format.config import NamModel, PostStackHead, WaveNetConfig
from .activations import PAIR_PLACEHOLDER, PLACEHOLDER, activation, layer_activation
from .channels import Condition, MultiChannel
from .weights import check_all_used

_SLICING = "slice_channels_uniform"


class _DilatedHeadArray(LayerArray):  # type: ignore[misc]
    """A layer array whose head rechannel is dilated; the package ignores ``head_dilation`` (format D22)."""

    def __init__(self, plain: LayerArray, dilation: int) -> None:
        super().__init__(plain._rechannel, plain._layers, plain._head_rechannel)
        self._head_rechannel.dilation = (dilation,)

    @property
    def receptive_field(self) -> int:
        """Frames, the dilated head rechannel included."""
        head = self._head_rechannel
        return int(self._receptive_field_no_head_rechannel + (head.kernel_size[0] - 1) * head.dilation[0])


def package_slims(config: WaveNetConfig) -> bool:
    """Whether the package's own slimmable classes can express a slimmable model (format 7.5).

    Per-channel PReLU slopes are constructed but fail once they are slimmed.
    """
    array = config.layers[0]
    return (
        len(config.layers) == 1
        and array.slimmable is not None
        and config.condition_dsp is None
        and array.groups_input == array.groups_input_mixin == 1
        and (array.layer1x1 is None or array.layer1x1.groups == 1)
        and array.head1x1 is None
        and not array.films
        and array.head.kernel_size == 1
        and not any(
            a is not None and a.name == "PReLU" and len(a.parameters) > 1
            for layer in array.layers
            for a in (layer.activation, layer.secondary_activation)
        )
    )


def wavenet(
    model: NamModel, config: WaveNetConfig, condition: torch.nn.Module | None, quality: float
) -> torch.nn.Module:
    """The network of a WaveNet. If it is slimmable, ``package_slims`` must hold.

    Parameters
    ----------
    condition : the network of ``config.condition_dsp``.
    quality : 0 to 1, for the package's ``set_slimming``.
    """
    last = len(config.layers) - 1
    arrays = [_layer_array(array, index == 0, index == last) for index, array in enumerate(config.layers)]
    inner = InnerWaveNet(
        layer_arrays=torch.nn.ModuleList(arrays),
        head=_post_stack_head(config.head),
        head_scale=config.head_scale,
        condition_dsp=None if condition is None else Condition(condition),
    )
    check_all_used(inner.import_weights(torch.tensor(model.weights)), model.weights)
    if package_slims(config):
        # Never where there is a condition_dsp: the package would slim that too (format 2.6).
        inner.set_slimming(quality)
    if config.in_channels == 1 and config.out_channels == 1:
        return WaveNet(wavenet=inner, sample_rate=model.sample_rate)
    return MultiChannel(inner, inner.receptive_field, config.in_channels, config.out_channels)


def _layer_array(array: ArrayConfig, is_first: bool, is_last: bool) -> LayerArray:
    built = LayerArray.init_from_config({**_array_config(array), "is_first": is_first, "is_last": is_last})
    for module, layer in zip(built._layers, array.layers, strict=True):
        module._activation = layer_activation(layer)
    return _DilatedHeadArray(built, array.head.head_dilation) if array.head.head_dilation > 1 else built


def _array_config(array: ArrayConfig) -> dict[str, Any]:
    """The package's constructor spelling of a layer array (format 13)."""
    head1x1 = array.head1x1
    config: dict[str, Any] = {
        "input_size": array.input_size,
        "condition_size": array.condition_size,
        "channels": array.channels,
        "bottleneck": array.bottleneck,
        "kernel_sizes": [layer.kernel_size for layer in array.layers],
        "dilations": [layer.dilation for layer in array.layers],
        "activation": [PAIR_PLACEHOLDER if layer.is_pair else PLACEHOLDER for layer in array.layers],
        "head": {
            "out_channels": array.head.out_channels,
            "kernel_size": array.head.kernel_size,
            "bias": array.head.bias,
        },
        "groups_input": array.groups_input,
        "groups_input_mixin": array.groups_input_mixin,
        "layer_1x1_config": {
            "active": array.layer1x1 is not None,
            "groups": array.layer1x1.groups if array.layer1x1 else 1,
        },
        "head_1x1_config": {
            "active": head1x1 is not None,
            "out_channels": head1x1.out_channels if head1x1 else 1,
            "groups": head1x1.groups if head1x1 else 1,
        },
        "film_params": {
            name: {"active": True, "shift": film.shift, "groups": film.groups}
            for name, film in array.films.items()
        },
    }
    if array.slimmable is not None:
        allowed = array.slimmable.allowed_channels
        kwargs = {} if allowed is None else {"allowed_channels": list(allowed)}
        config["slimmable"] = {"method": _SLICING, "kwargs": kwargs}
    return config


def _post_stack_head(config: PostStackHead | None) -> Head | None:
    if config is None:
        return None
    head = Head(
        in_channels=config.in_channels,
        channels=config.channels,
        activation=PLACEHOLDER,
        out_channels=config.out_channels,
        kernel_sizes=config.kernel_sizes,
    )
    for block in head._layers:
        block[0] = activation(config.activation)
    return head
