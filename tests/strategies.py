"""Hypothesis strategies that draw .nam files, as dicts, of every kind the format allows (format 2 to 9).

The structure is drawn by Hypothesis; the weights come from a generator with a drawn seed and are scaled by
fan-in, so that signals neither die nor explode. Sizes are small: a file has some thousand weights at most.
"""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from strategy_weights import Arrays, conv, head_rows, nam_file, uniform, wavenet_weights

from nam_core.format import building
from nam_core.format.config import FILM_NAMES
from nam_core.format.schema.activation import ACTIVATIONS

Nam = dict[str, Any]
Draw = st.DrawFn

BOUNDED = ("Tanh", "Sigmoid", "Softsign", "Softsigmoid", "Hardtanh")
# All others that the package has.
UNBOUNDED = tuple(name for name in ACTIVATIONS if name not in (*BOUNDED, "Fasttanh"))
SLOPES = st.sampled_from((0.01, 0.1, 0.25, 0.3))
RATES = st.sampled_from((48000, 44100.0, None))


def audio(seed: int, frames: int) -> npt.NDArray[np.float32]:
    """``(frames,)`` within -1 to 1: a noise burst, a decaying sine, an impulse, a step and silence."""
    rng = np.random.default_rng(seed)
    t = np.arange(-(-frames // 5))
    parts = (
        rng.uniform(-0.8, 0.8, t.size),
        np.zeros(t.size),
        0.7 * np.sin(rng.uniform(0.02, 0.9) * t) * np.exp(-3.0 * t / t.size),
        0.9 * (t == t.size // 2),
        np.full(t.size, rng.uniform(-0.6, 0.6)),
    )
    return np.concatenate(parts)[:frames].astype(np.float32)


@st.composite
def activations(draw: Draw, channels: int, names: tuple[str, ...] = BOUNDED + UNBOUNDED) -> Nam | str:
    """An activation as a file spells it; a PReLU has one slope, or one for each of ``channels``."""
    name = draw(st.sampled_from(names))
    if name == "LeakyReLU":
        return {"type": name, "negative_slope": draw(SLOPES)}
    if name == "PReLU" and draw(st.booleans()):
        return {"type": name, "negative_slopes": [draw(SLOPES) for _ in range(channels)]}
    if name == "PReLU":
        return {"type": name, "negative_slope": draw(SLOPES)}
    if name in ("Hardtanh", "LeakyHardtanh") and draw(st.booleans()):
        lowest, highest = draw(st.sampled_from((-0.7, -0.25))), draw(st.sampled_from((0.3, 0.5)))
        slopes = {"min_slope": draw(SLOPES), "max_slope": draw(SLOPES)} if name == "LeakyHardtanh" else {}
        return {"type": name, "min_val": lowest, "max_val": highest, **slopes}
    return {"type": name} if draw(st.booleans()) else name


@st.composite
def _gatings(draw: Draw, layers: int, bottleneck: int) -> Nam:
    """Activations and modes for each layer. A product of two unbounded functions would explode."""
    modes = [draw(st.sampled_from(("none", "none", "gated", "blended"))) for _ in range(layers)]
    primary = [draw(activations(bottleneck)) for _ in modes]
    secondary = [None if mode == "none" else draw(activations(bottleneck, BOUNDED)) for mode in modes]
    return {"activation": primary, "gating_mode": modes, "secondary_activation": secondary}


@st.composite
def _layer_arrays(
    draw: Draw, input_size: int, condition_size: int, head_rows: int | None, grouped: bool
) -> Nam:
    """One layer array without its ``head``; ``head_rows`` sets the rows of its head sum."""
    channels = draw(st.sampled_from((1, 2, 3, 4, 6, 8, 12, 16)))
    layers = draw(st.integers(1, 5))
    l1 = draw(st.sampled_from((True, True, True, False)))
    h1 = draw(st.booleans())
    free = draw(st.integers(1, 8))
    bottleneck = channels if not l1 else free if h1 or head_rows is None else head_rows
    if not l1 and not h1 and head_rows not in (None, channels):
        h1 = True
    rows = (head_rows or draw(st.integers(1, 6))) if h1 else bottleneck
    gating = draw(_gatings(layers, bottleneck))
    widths = [bottleneck * (1 if mode == "none" else 2) for mode in gating["gating_mode"]]

    def divisor(*numbers: int) -> int:
        common = gcd(*numbers)
        return draw(st.sampled_from([d for d in range(1, common + 1) if common % d == 0])) if grouped else 1

    films = {}
    dims = ([channels], widths, [condition_size], widths, widths, [bottleneck], [channels], [rows])
    for name, dim in zip(FILM_NAMES, dims, strict=True):
        possible = l1 if name == "layer1x1_post_film" else h1 if name == "head1x1_post_film" else True
        shift = draw(st.booleans())
        active = possible and draw(st.sampled_from((False, False, True)))
        groups = divisor(condition_size, *[d * (1 + shift) for d in dim]) if active else 1
        films[name] = {"active": active, "shift": shift, "groups": groups}
    return {
        "input_size": input_size,
        "condition_size": condition_size,
        "channels": channels,
        "bottleneck": bottleneck,
        "kernel_sizes": [draw(st.sampled_from((1, 2, 3, 3, 6, 7))) for _ in range(layers)],
        "dilations": [draw(st.sampled_from((1, 2, 3, 8, 13, 40))) for _ in range(layers)],
        **gating,
        "groups_input": divisor(channels, *widths),
        "groups_input_mixin": divisor(condition_size, *widths),
        "layer1x1": {"active": l1, "groups": divisor(bottleneck, channels) if l1 else 1},
        "head1x1": {"active": h1, "out_channels": rows, "groups": divisor(bottleneck, rows) if h1 else 1},
        **films,
        "slimmable": None,
    }


@st.composite
def wavenets(
    draw: Draw, rate: float | None = 48000, depth: int = 1, in_channels: int = 1, out_channels: int = 1
) -> Nam:
    """A WaveNet of one to three arrays; ``depth`` limits the nesting of condition_dsp."""
    condition = None
    condition_size = in_channels
    if depth > 0 and draw(st.booleans()):
        condition_size = draw(st.integers(1, 4))
        wavenet = wavenets(rate, depth - 1, in_channels, condition_size)
        kinds = (lstms, conv_nets, *([linears] if _has_linear(in_channels, condition_size) else []))
        others = [kind(rate, in_channels, condition_size) for kind in kinds]
        condition = draw(st.one_of(wavenet, wavenet, wavenet, *others))
    post = draw(st.sampled_from((False, False, True)))
    last = draw(st.integers(1, 4)) if post else out_channels
    arrays: list[Nam] = []
    for index in range(draw(st.integers(1, 3))):
        rows = draw(st.integers(1, 6)) if index else None
        size = arrays[-1]["channels"] if arrays else in_channels
        arrays.append(draw(_layer_arrays(size, condition_size, rows, grouped=True)))
    for array, rows in zip(arrays, [*[head_rows(a) for a in arrays[1:]], last], strict=True):
        array["head"] = {
            "out_channels": rows,
            "kernel_size": draw(st.sampled_from((1, 1, 2, 5, 16))),
            "bias": draw(st.booleans()),
            **({"head_dilation": 2} if draw(st.sampled_from((False, False, False, True))) else {}),
        }
    head = None
    if post:
        head = {
            "channels": draw(st.integers(1, 5)),
            "out_channels": out_channels,
            "kernel_sizes": [draw(st.integers(1, 4)) for _ in range(draw(st.integers(1, 3)))],
            "activation": draw(activations(1).filter(lambda a: "negative_slopes" not in a)),
        }
    config = {"layers": arrays, "head": head, "head_scale": draw(st.sampled_from((0.02, 0.1, 0.3, 0.5)))}
    if in_channels != 1:
        config["in_channels"] = in_channels
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = wavenet_weights(config, rng)
    if condition is not None:
        config["condition_dsp"] = condition
    config["layers"] = [draw(_respelt(array)) for array in arrays]
    return nam_file("WaveNet", config, weights, rate)


@st.composite
def _respelt(draw: Draw, array: Nam) -> Nam:
    """The same layer array in another spelling: scalars for lists of equal entries, and defaults left out."""
    if draw(st.booleans()):
        return array
    short = dict(array)
    for key in ("activation", "gating_mode", "secondary_activation"):
        if all(entry == array[key][0] for entry in array[key]):
            short[key] = array[key][0]
    if isinstance(short["gating_mode"], list) != isinstance(short["secondary_activation"], list):
        # The C++ core wants both as scalars or both as lists.
        short.update({key: array[key] for key in ("gating_mode", "secondary_activation")})
    if len(set(array["kernel_sizes"])) == 1:
        short["kernel_size"] = short.pop("kernel_sizes")[0]
    if array["bottleneck"] == array["channels"]:
        del short["bottleneck"]
    for key in ("groups_input", "groups_input_mixin"):
        if array[key] == 1:
            del short[key]
    for key in (*FILM_NAMES, "head1x1"):
        if not array[key]["active"]:
            del short[key]
    return short


@st.composite
def slimmable_wavenets(draw: Draw) -> Nam:
    """A slimmable WaveNet of one array, in combinations that the package supports, too (format 7.5)."""
    array = draw(_layer_arrays(1, 1, None, grouped=False))
    channels = array["channels"]
    allowed = sorted(draw(st.sets(st.integers(1, channels), min_size=1)) | {channels})
    kwargs = draw(st.sampled_from(({"allowed_channels": allowed}, {})))
    if kwargs or not array["layer1x1"]["active"]:
        array["bottleneck"] = channels
    array["head1x1"] = {"active": False, "out_channels": 1, "groups": 1}
    array.update({name: {"active": False, "shift": False, "groups": 1} for name in FILM_NAMES})
    array["slimmable"] = {"method": "slice_channels_uniform", "kwargs": kwargs}
    array["head"] = {"out_channels": 1, "kernel_size": 1, "bias": draw(st.booleans())}
    for key in ("activation", "secondary_activation"):
        array[key] = [_one_slope(entry) for entry in array[key]]
    config = {"layers": [array], "head": None, "head_scale": 0.3}
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return nam_file("WaveNet", config, wavenet_weights(config, rng), 48000)


def _one_slope(entry: Any) -> Any:
    if isinstance(entry, dict) and "negative_slopes" in entry:
        return {"type": "PReLU", "negative_slope": entry["negative_slopes"][0]}
    return entry


@st.composite
def lstms(draw: Draw, rate: float | None = 48000, in_channels: int = 1, out_channels: int = 1) -> Nam:
    """An LSTM with a random stored state."""
    layers, hidden = draw(st.integers(1, 3)), draw(st.integers(1, 12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights: Arrays = []
    for size in (in_channels, *[hidden] * (layers - 1)):
        gain = 3.0 if not weights else 1.6
        inputs, recurrent = gain * uniform(rng, 4 * hidden, size), 0.5 * uniform(rng, 4 * hidden, hidden)
        bias_and_state = 0.2 * uniform(rng, 4 * hidden + 2 * hidden)
        weights += [np.hstack((inputs, recurrent)), bias_and_state]
    weights += [uniform(rng, out_channels, hidden), 0.1 * uniform(rng, out_channels)]
    config = {"num_layers": layers, "input_size": in_channels, "hidden_size": hidden}
    return nam_file("LSTM", {**config, **_channels(1, out_channels)}, weights, rate)


@st.composite
def conv_nets(draw: Draw, rate: float | None = 48000, in_channels: int = 1, out_channels: int = 1) -> Nam:
    """A ConvNet with or without batch normalisation; grouped if it has several inputs."""
    channels, norm, groups = in_channels * draw(st.integers(1, 8)), draw(st.booleans()), in_channels
    dilations = draw(st.lists(st.sampled_from((1, 2, 4, 8, 64)), min_size=1, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights: Arrays = []
    for rows in (in_channels, *[channels] * (len(dilations) - 1)):
        weights += conv(rng, channels, rows // groups, 2, bias=not norm)
        if norm:
            mean, variance = 0.3 * uniform(rng, channels), rng.uniform(0.2, 2.0, channels)
            scale, shift = rng.uniform(0.6, 1.6, channels), 0.3 * uniform(rng, channels)
            weights += [mean, variance, scale, shift, np.array([1e-5])]
    weights += conv(rng, out_channels, channels, 1)
    config = {
        "channels": channels,
        "dilations": dilations,
        "batchnorm": norm,
        "activation": draw(activations(channels)),
        "groups": groups,
        **_channels(in_channels, out_channels),
    }
    return nam_file("ConvNet", config, weights, rate)


@st.composite
def linears(draw: Draw, rate: float | None = 48000, in_channels: int = 1, out_channels: int = 1) -> Nam:
    """A Linear with decaying random taps, with equal numbers of channels, or with 1 on one side."""
    frames, bias = draw(st.integers(1, 300)), draw(st.booleans())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shared = in_channels == out_channels
    count = 1 if shared else max(in_channels, out_channels)
    taps = 0.4 * uniform(rng, count, frames) * np.exp(-5.0 * np.arange(frames) / frames)
    biases = [0.2 * uniform(rng, 1 if shared else out_channels)] if bias else []
    config = {"receptive_field": frames, "bias": bias, **_channels(in_channels, out_channels)}
    return nam_file("Linear", config, [taps, *biases], rate)


def _has_linear(in_channels: int, out_channels: int) -> bool:
    """Whether a Linear can have these numbers of channels (format 15.2)."""
    return in_channels == out_channels or 1 in (in_channels, out_channels)


def _channels(in_channels: int, out_channels: int) -> Nam:
    return {key: n for key, n in (("in_channels", in_channels), ("out_channels", out_channels)) if n != 1}


@st.composite
def containers(draw: Draw, rate: float | None) -> Nam:
    """A SlimmableContainer of one to three models of any architecture."""
    submodel = st.one_of(wavenets(rate, depth=0), lstms(rate), linears(rate))
    models = draw(st.lists(submodel, min_size=1, max_size=3))
    return nam_file("SlimmableContainer", building.container(*models)["config"], [], rate)


@st.composite
def sequentials(draw: Draw, rate: float | None = 48000, depth: int = 1) -> Nam:
    """A chain of one to three mono models of any architecture, containers and slimmable ones included;
    ``depth`` limits chains in chains, and in the ``condition_dsp`` of their WaveNets.
    """
    kinds = [wavenets(rate, depth=depth), lstms(rate), conv_nets(rate), linears(rate)]
    if depth > 0:
        kinds += [sequentials(rate, depth - 1), _conditioned(rate, depth - 1)]
        kinds += [containers(rate)] + ([slimmable_wavenets()] if rate == 48000 else [])
    models = draw(st.lists(st.one_of(*kinds), min_size=1, max_size=3))
    return nam_file("Sequential", {"models": models}, [], rate)


@st.composite
def stereo_chains(draw: Draw) -> Nam:
    """A chain that has several channels between its models, and perhaps at its ends."""
    first, second, last = (draw(st.integers(1, 3)) for _ in range(3))
    parts = []
    for in_channels, out_channels in ((first, second), (second, last)):
        kinds = [wavenets(48000, 0, in_channels, out_channels), lstms(48000, in_channels, out_channels)]
        if _has_linear(in_channels, out_channels):
            kinds.append(linears(48000, in_channels, out_channels))
        parts.append(draw(st.one_of(*kinds)))
    return nam_file("Sequential", {"models": parts}, [], 48000)


@st.composite
def _conditioned(draw: Draw, rate: float | None, depth: int) -> Nam:
    """A WaveNet whose ``condition_dsp`` is a chain."""
    nam = draw(wavenets(rate, depth=0).filter(lambda nam: nam["config"]["layers"][0]["condition_size"] == 1))
    config = {**nam["config"], "condition_dsp": draw(sequentials(rate, depth))}
    return {**nam, "config": config}


def nam_files() -> st.SearchStrategy[Nam]:
    """Any mono model; half of them are WaveNets."""
    wavenet = RATES.flatmap(lambda rate: wavenets(rate, depth=2))
    others = (slimmable_wavenets(), RATES.flatmap(containers), lstms(), conv_nets(), linears(), sequentials())
    return st.one_of(*[wavenet] * len(others), *others)


@st.composite
def multi_channel_files(draw: Draw) -> Nam:
    """A model with one to three inputs and one to three outputs, but not one of both."""
    sizes = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)).filter(lambda s: s != (1, 1)))
    others = (lstms, conv_nets, *([linears] if _has_linear(*sizes) else []))
    return draw(st.one_of(wavenets(48000, 1, *sizes), *[kind(48000, *sizes) for kind in others]))
