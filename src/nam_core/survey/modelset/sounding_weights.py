"""Random weights that give a model an audible output: neither silent nor saturated, and silent for silence.

The draw keeps signals at one order of magnitude from layer to layer. Then the engine plays a synthesised
guitar, and the last linear step is set so that the output is as loud as the input.
"""

from __future__ import annotations

from math import prod, sqrt

import numpy as np
import numpy.typing as npt

from ...audio.dry_signal import dry_signal
from ...format.building import SAMPLE_RATE, Json, filled
from ...format.config import FILM_NAMES, Config, ConvNetConfig, LinearConfig, LstmConfig, WaveNetConfig
from ...format.weight_layout import WeightPart, weight_parts
from ...loading import load

Tensors = dict[str, npt.NDArray[np.float64]]

# The guitar is amplified by this, so that it reaches the range in which activations are not linear. The input
# of the post-stack head is scaled to the same end.
_INPUT_GAIN = 2.0
_POST_STACK_GAIN = 4.0
_SECONDS = 1.0
_DECIMALS = 6


def with_weights(file: Json, seed: int) -> Json:
    """The file with weights, also in nested models.

    Parameters
    ----------
    file : the JSON object of a .nam file; models in it that lack ``weights`` get them.
    seed : the same seed gives the same weights, on every machine with fused multiply-add.
    """
    rng = np.random.default_rng(seed)

    def fill(outer: Json, config: Config) -> Json:
        return _calibrated(
            outer, config, {part.name: _draw(part, config, rng) for part in weight_parts(config)}
        )

    return filled(file, fill)


def _draw(part: WeightPart, config: Config, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """The weights of one tensor: biases small, and rows that keep the level of the signal they read."""
    uniform = rng.uniform(-1.0, 1.0, part.shape)
    path, _, kind = part.name.rpartition(".")
    name = path.rpartition(".")[2].partition("[")[0]
    if isinstance(config, LstmConfig) and name == "layers":
        return _draw_lstm(path, kind, uniform, config)
    if isinstance(config, LinearConfig) and kind == "weight":
        # An impulse response that dies away; the newest tap comes first.
        return uniform * np.exp(np.linspace(0.0, -6.0, part.shape[-1]))
    if name == "batchnorm":
        norm = {
            "eps": np.full(part.shape, 1e-5),
            "running_var": 1.0 + 0.5 * uniform,
            "weight": 1.0 + 0.5 * uniform,
        }
        return norm.get(kind, 0.05 * uniform)
    if kind == "head_scale":
        return np.ones(1)
    if name in FILM_NAMES and kind == "bias":
        return _film_centre(path, part.shape[0], config) + 0.2 * uniform
    if kind == "bias":
        return 0.05 * uniform
    return _gain(path, name, config) * sqrt(3 / prod(part.shape[1:])) * uniform


def _draw_lstm(
    path: str, kind: str, uniform: npt.NDArray[np.float64], config: LstmConfig
) -> npt.NDArray[np.float64]:
    """One tensor of a layer whose state is settled on silence from the start, because its cell has no input
    then.
    """
    if kind == "weight":
        inputs = uniform.shape[1] - config.hidden_size
        gain = _INPUT_GAIN if path == "layers[0]" else 2.0
        return uniform * np.where(
            np.arange(uniform.shape[1]) < inputs, gain / sqrt(inputs), 1.0 / sqrt(config.hidden_size)
        )
    if kind == "bias":
        gate = np.arange(uniform.size) // config.hidden_size  # i, f, g, o
        return np.where(gate == 2, 0.0, 0.5 * uniform)
    return np.zeros(uniform.shape)


def _film_centre(path: str, rows: int, config: Config) -> npt.NDArray[np.float64]:
    """Scales of 1 and shifts of 0; the rows of all scales come first (format 2.4)."""
    assert isinstance(config, WaveNetConfig)
    array = config.layers[int(path.partition("[")[2].partition("]")[0])]
    name = path.rpartition(".")[2].partition("[")[0]
    scales = rows // 2 if array.films[name].shift else rows
    return np.where(np.arange(rows) < scales, 1.0, 0.0)


def _gain(path: str, name: str, config: Config) -> float:
    if isinstance(config, WaveNetConfig):
        if path == "layers[0].rechannel" or name == "input_mixin":
            return _INPUT_GAIN
        # The residual stream and the head sum are sums over layers. Small gains keep saturation rare.
        return {"conv": 0.8, "layer1x1": 0.3, "head": 0.5}.get(name, 0.4 if name in FILM_NAMES else 1.0)
    if isinstance(config, ConvNetConfig):
        return _INPUT_GAIN if path == "blocks[0].conv" else 1.0
    return 1.0


def _calibrated(file: Json, config: Config, tensors: Tensors) -> Json:
    """The file with these weights, scaled so that the output is as loud as the input, and silent for silence
    if the model has a last bias.
    """
    if isinstance(config, WaveNetConfig) and config.head is not None:
        # Scale the input of the post-stack head to where its activations are not linear.
        body = {name: tensor for name, tensor in tensors.items() if not name.startswith("head[")}
        gain, _ = _measure({**file, "config": {**file["config"], "head": None}}, body)
        tensors["head_scale"] = np.array([_short(_POST_STACK_GAIN * gain)])
    gain, offset = _measure(file, tensors)
    scaled, bias = _last_step(config)
    if bias in tensors:
        tensors[bias] -= offset / (tensors["head_scale"][0] if scaled == ["head_scale"] else 1.0)
    for name in scaled:
        if name in tensors:
            tensors[name] *= gain
    if scaled == ["head_scale"]:
        tensors["head_scale"] = np.array([_short(tensors["head_scale"][0])])
    return _with_tensors(file, tensors)


def _last_step(config: Config) -> tuple[list[str], str]:
    """The tensors whose scaling scales the output, and the bias that is added last."""
    if isinstance(config, WaveNetConfig):
        if config.head is None:
            return ["head_scale"], f"layers[{len(config.layers) - 1}].head.bias"
        last = f"head[{len(config.head.kernel_sizes) - 1}]"
        return [f"{last}.weight", f"{last}.bias"], f"{last}.bias"
    prefix = "" if isinstance(config, LinearConfig) else "head."
    return [f"{prefix}weight", f"{prefix}bias"], f"{prefix}bias"


def _measure(file: Json, tensors: Tensors) -> tuple[float, npt.NDArray[np.float64]]:
    """The gain that makes output and input equally loud, and the output for silence, ``(out_channels,)``."""
    model = load(_with_tensors(file, tensors), dtype="float64")
    guitar = dry_signal(round(_SECONDS * SAMPLE_RATE), SAMPLE_RATE, 1)[0].astype(np.float64)
    # Models start settled on silence.
    silence = np.atleast_2d(model.process(np.zeros(1)))[:, -1].astype(np.float64)
    model.reset()
    change = np.atleast_2d(model.process(guitar)) - silence[:, None]
    return sqrt(np.mean(guitar**2) / np.mean(change**2)), silence


def _with_tensors(file: Json, tensors: Tensors) -> Json:
    flat = np.concatenate([tensor.ravel() for tensor in tensors.values()])
    weights = np.round(flat, _DECIMALS).tolist()
    if "head_scale" not in tensors:
        return {**file, "weights": weights}
    return {**file, "config": {**file["config"], "head_scale": weights[-1]}, "weights": weights}


def _short(value: float) -> float:
    return float(f"{value:.4g}")
