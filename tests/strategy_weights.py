"""Random weights for the configurations of ``strategies``, in the order of the file (format 5).

The order is written down here a second time on purpose: what ``weight_layout`` says is checked against it.
Uniform and scaled by fan-in: signals keep their order of magnitude from layer to layer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from nam_core.format import building
from nam_core.format.config import FILM_NAMES

Nam = dict[str, Any]
Arrays = list[npt.NDArray[Any]]


def head_rows(array: Nam) -> int:
    """Rows of a layer array's head sum."""
    h1 = array["head1x1"]
    return int(h1["out_channels"] if h1["active"] else array["bottleneck"])


def nam_file(architecture: str, config: Nam, weights: Arrays, rate: float | None) -> Nam:
    """The outer object; weights become float32 values."""
    flat = np.concatenate([np.zeros(0), *[np.ravel(w) for w in weights]]).astype(np.float32)
    return {**building.file(architecture, config, rate), "weights": flat.tolist()}


def wavenet_weights(config: Nam, rng: np.random.Generator) -> Arrays:
    """Weights of a WaveNet whose arrays are spelt in full."""
    weights: Arrays = []
    for array in config["layers"]:
        weights += _array_weights(array, rng)
    if config["head"] is not None:
        head, rows = config["head"], config["layers"][-1]["head"]["out_channels"]
        sizes = head["kernel_sizes"]
        widths = [*[head["channels"]] * (len(sizes) - 1), head["out_channels"]]
        for width, kernel in zip(widths, sizes, strict=True):
            weights += conv(rng, width, rows, kernel)
            rows = width
    return [*weights, np.array([config["head_scale"]])]


def _array_weights(array: Nam, rng: np.random.Generator) -> Arrays:
    channels, bottleneck, condition = array["channels"], array["bottleneck"], array["condition_size"]
    l1, h1, rows = array["layer1x1"], array["head1x1"], head_rows(array)
    weights = conv(rng, channels, array["input_size"], 1, bias=False)
    for kernel, mode in zip(array["kernel_sizes"], array["gating_mode"], strict=True):
        width = bottleneck * (1 if mode == "none" else 2)
        weights += conv(rng, width, channels // array["groups_input"], kernel)
        weights += conv(rng, width, condition // array["groups_input_mixin"], 1, bias=False)
        if l1["active"]:
            weights += conv(rng, channels, bottleneck // l1["groups"], 1)
        if h1["active"]:
            weights += conv(rng, rows, bottleneck // h1["groups"], 1)
        dims = (channels, width, condition, width, width, bottleneck, channels, rows)
        for name, dim in zip(FILM_NAMES, dims, strict=True):
            if array[name]["active"]:
                out = dim * (2 if array[name]["shift"] else 1)
                scale_first = 1.0 * (np.arange(out) < dim)
                weights.append(0.4 * uniform(rng, out, condition // array[name]["groups"]))
                weights.append(scale_first + 0.2 * uniform(rng, out))
    head = array["head"]
    return weights + conv(rng, head["out_channels"], rows, head["kernel_size"], head["bias"])


def conv(rng: np.random.Generator, out: int, rows: int, kernel: int, bias: bool = True) -> Arrays:
    weight = 1.6 / np.sqrt(rows * kernel) * uniform(rng, out, rows, kernel)
    return [weight, 0.25 * uniform(rng, out)] if bias else [weight]


def uniform(rng: np.random.Generator, *shape: int) -> npt.NDArray[Any]:
    return rng.uniform(-1.0, 1.0, shape)
