"""Small files that ask for a lot of memory, layers, channels or models."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def _file(architecture: str, config: Json, weights: int, **top: Any) -> Json:
    return {
        "version": "0.7.0",
        "architecture": architecture,
        "config": config,
        "weights": [0.01] * weights,
        **top,
    }


def linear(in_channels: int = 1, out_channels: int = 1, taps: int = 4, weights: int | None = None) -> Json:
    channels = {"in_channels": in_channels, "out_channels": out_channels}
    config = {"receptive_field": taps, "bias": False, **channels}
    return _file("Linear", config, taps if weights is None else weights)


def array(**changes: Any) -> Json:
    plain = {"input_size": 1, "condition_size": 1, "channels": 1, "head_size": 1, "head_bias": False}
    return {**plain, "kernel_size": 1, "dilations": [1], "activation": "Tanh", **changes}


def wavenet(arrays: list[Json], weights: int, **config: Any) -> Json:
    return _file("WaveNet", {"layers": arrays, "head": None, "head_scale": 1.0, **config}, weights)


def far_tap(channels: int, dilation: int) -> Json:
    """One layer with a group for each channel: few weights, and a history as long as the dilation."""
    groups = {"groups_input": channels, "layer1x1": {"active": True, "groups": channels}}
    return wavenet(
        [array(channels=channels, kernel_size=2, dilations=[dilation], **groups)], 8 * channels + 1
    )


def lstm(layers: int = 1, weights: int | None = None, **top: Any) -> Json:
    config = {"num_layers": layers, "input_size": 1, "hidden_size": 1}
    return _file("LSTM", config, 14 * layers + 2 if weights is None else weights, **top)


def convnet(blocks: int) -> Json:
    config = {"channels": 1, "dilations": [1] * blocks, "batchnorm": False, "activation": "ReLU"}
    return _file("ConvNet", config, 3 * blocks + 2)


def container(models: list[Json], **top: Any) -> Json:
    submodels = [
        {"max_value": (index + 1) / len(models), "model": model} for index, model in enumerate(models)
    ]
    return _file("SlimmableContainer", {"submodels": submodels}, 0, **top)


def hostile() -> dict[str, Json]:
    """The files, by name."""
    far, most = 2**24 - 2, 2**31 - 1
    return {
        **{f"far tap, {c} channels": far_tap(c, far) for c in (1, 8, 32, 1000)},
        "far tap, beyond a history": far_tap(1, 10**9),
        **{f"linear, {c} channels": linear(c, c) for c in (10**4, 10**5, 10**6, 4 * 10**6, most)},
        **{f"linear, 1 to {c}": linear(1, c, weights=4 * 10**4) for c in (10**4, most)},
        **{f"linear, {c} to 1": linear(c, 1, weights=4 * 10**4) for c in (10**4, most)},
        "linear without its taps": linear(taps=10**9, weights=4),
        "10,000 layers": wavenet([array(dilations=[1] * 10**4)], 5 * 10**4 + 3),
        "3,000 arrays": wavenet([array() for _ in range(3000)], 7 * 3000 + 1),
        "10,000 blocks": convnet(10**4),
        "10,000 LSTM layers": lstm(10**4),
        "LSTM layers without weights": lstm(most, weights=16),
        "2,000 submodels": container([linear() for _ in range(2000)]),
        **{
            f"LSTMs at {rate:g} Hz": container([lstm(), lstm()], sample_rate=rate)
            for rate in (1e7, 1e9, 1e12, 1e30, 1e308, 1e-320)
        },
    }
