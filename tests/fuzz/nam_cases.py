"""Mutants of .nam files, and what must hold of whatever they load as.

A mutant is a golden file, or one that was once a finding, with a few changes in its structure. Most of them
then get as many weights as their changed config asks for, so that they load, and the engine runs sizes that
no trainer has made; the others try what the reader refuses.
"""

from __future__ import annotations

import copy
import json
import pickle
import random
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import nam_core
from nam_core.format.nam_file import read_architecture
from nam_core.format.weight_layout import count_weights

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [
    *sorted((ROOT / "tests" / "golden").glob("*.nam")),
    *sorted((ROOT / "tests" / "fuzz" / "seeds").glob("*.nam")),
]
MOST_WEIGHTS = 100_000
# What one model may take, and the work of one frame, so that a case takes milliseconds.
MOST_BYTES = 64 << 20
MOST_MACS = 300_000
# A build with sanitizers has asserts too, is hardly optimised, and checks each access: up to 20 times slower.
SECONDS_PER_CASE = 20.0 * (20 if nam_core.runtime_info()["asserts"] else 1)

SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 24, 31, 32, 33, 48, 64, 65, 127, 128, 129, 500]
HUGE = [2**15, 2**16, 2**24 - 2, 2**24, 2**31 - 1, 2**31, 2**32, 2**63, 2**64, 10**30]
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    0.5,
    3.0,
    -0.0,
    1e-320,
    1e30,
    3e38,
    1e308,
    "",
    "x" * 300,
    "\ud800",
]
ODD += [[], {}, [[]], [None], {"active": True}, float("nan"), float("inf"), [1, 2, 3]]
WORDS = ["Tanh", "ReLU", "LeakyReLU", "PReLU", "Sigmoid", "SiLU", "Hardswish", "Hardtanh", "LeakyHardtanh"]
WORDS += ["Softsign", "Softsigmoid", "Fasttanh", "none", "gated", "blended", "WaveNet", "LSTM", "ConvNet"]
WORDS += ["Linear", "SlimmableContainer", "Sequential", "slice_channels_uniform", "0.5.4", "0.6.0", "0.7.0"]
KEYS = ["condition_dsp", "slimmable", "head", "bias", "in_channels", "out_channels", "groups", "groups_input"]
KEYS += [
    "gating_mode",
    "layer1x1",
    "head1x1",
    "bottleneck",
    "sample_rate",
    "metadata",
    "kernel_sizes",
    "weights",
]

Finding = AssertionError


def random_case(rng: random.Random) -> bytes:
    """The text of one mutant."""
    nam = _seed(rng)
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 5))):
        _change(nam, rng)
    if rng.random() < 0.75:
        _refill(nam, rng)
    text = json.dumps(nam).encode("utf-8", "surrogatepass")
    return _change_bytes(text, rng) if rng.random() < 0.1 else text


def _seed(rng: random.Random) -> Any:
    return json.loads(rng.choice(SEEDS).read_bytes())


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value; of a long array of numbers, only its ends."""
    if not isinstance(value, (dict, list)):
        return []
    found: list[tuple[Any, Any]] = []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if isinstance(value, list) and len(keys) > 40:
        keys = [keys[0], keys[-1]]
    for key in keys:
        found.append((value, key))
        found += _places(value[key])
    return found


def _change(nam: Any, rng: random.Random) -> None:
    places = _places(nam)
    if not places:
        return
    numbers = [(c, k) for c, k in places if isinstance(c[k], int) and not isinstance(c[k], bool)]
    how = rng.random()
    if how < 0.3:  # what no reader expects there
        container, key = rng.choice([(c, k) for c, k in places if isinstance(c, dict)] or places)
        container[key] = copy.deepcopy(rng.choice(ODD))
        return
    if how < 0.45 and numbers:  # one size for another wherever it stands, so that all still fits together
        value, size = rng.choice([c[k] for c, k in numbers]), rng.choice((1, 2, 3, 4, 5, 8))
        for container, key in numbers:
            if container[key] == value:
                container[key] = size
        return
    # Mostly sizes: that is where buffers are.
    container, key = rng.choice(numbers) if numbers and rng.random() < 0.5 else rng.choice(places)
    value = container[key]
    if isinstance(value, bool):
        container[key] = not value if rng.random() < 0.8 else rng.choice(ODD)
    elif isinstance(value, int):
        close = [value + 1, value - 1, 2 * value, value // 2]
        container[key] = rng.choice(close + SIZES + (HUGE if rng.random() < 0.1 else []))
    elif isinstance(value, str):
        container[key] = rng.choice(WORDS + (ODD if rng.random() < 0.2 else []))
    elif isinstance(value, list) and rng.random() < 0.8:
        what = rng.randrange(4)
        if what == 0 and value:
            del value[rng.randrange(len(value))]
        elif what == 1 and value:
            value.insert(rng.randrange(len(value) + 1), copy.deepcopy(rng.choice(value)))
        elif what == 2:
            rng.shuffle(value)
        else:
            container[key] = value * 2
    elif isinstance(container, dict) and rng.random() < 0.3:
        del container[key]
    elif isinstance(value, dict) and rng.random() < 0.5:
        value[rng.choice(KEYS)] = _seed(rng) if rng.random() < 0.4 else rng.choice(SIZES + WORDS + ODD)
    elif rng.random() < 0.3:
        other = rng.choice(places)
        container[key] = copy.deepcopy(other[0][other[1]])
    else:
        container[key] = copy.deepcopy(rng.choice(ODD))


def _refill(value: Any, rng: random.Random) -> None:
    """Give every model in the value, innermost first, the number of weights that its config needs."""
    if isinstance(value, list):
        for inner in value[:64]:
            _refill(inner, rng)
    if not isinstance(value, dict):
        return
    for inner in value.values():
        _refill(inner, rng)
    if "architecture" not in value or "config" not in value:
        return
    without = {key: inner for key, inner in value.items() if key != "weights"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            count = count_weights(read_architecture(without).config)
    except nam_core.NamError:
        return
    if count <= MOST_WEIGHTS:
        weights = np.random.default_rng(rng.getrandbits(32)).uniform(-0.4, 0.4, count)
        if count and rng.random() < 0.1:
            weights[rng.randrange(count)] = rng.choice([0.0, -0.0, 1e-42, 3e38, -3e38, 1e20])
        value["weights"] = weights.astype(np.float32).tolist()


def _change_bytes(text: bytes, rng: random.Random) -> bytes:
    changed = bytearray(text)
    for _ in range(rng.randrange(1, 4)):
        start = rng.randrange(len(changed) + 1)
        new = rng.choice([b"", b"NaN", b"-", b"9", b"e9", b"[", b"{", b"\xff", b"\0", b'"', b"Infinity"])
        changed[start : start + rng.randrange(4)] = new
    return bytes(changed)


def check(text: bytes, seed: int) -> str:
    """Load and play the mutant. Returns the outcome; raises an error if a rule is violated."""
    rng = random.Random(seed)
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = _check(text, rng)
    seconds = time.process_time() - began
    if seconds > SECONDS_PER_CASE:
        raise Finding(f"took {seconds:.1f} s")
    return outcome


def _check(text: bytes, rng: random.Random) -> str:
    options: dict[str, Any] = {
        "dtype": rng.choice(["float32", "float32", "float64"]),
        "quality": rng.choice([1.0, 0.0, rng.random()]),
        "compat": rng.choice(["pytorch", "pytorch", "core"]),
        "tanh": rng.choice(["exact", "exact", "fast"]),
        "match_loudness": rng.random() < 0.2,
    }
    try:
        nam_core.info(text)
        model = nam_core.load(text, **options)
    except nam_core.NamError as error:
        if len(str(error)) > 20_000:
            raise Finding("a message of more than 20,000 characters") from error
        return "refused"
    if model.memory_bytes > MOST_BYTES or model.macs_per_frame > MOST_MACS:
        return "large"
    blocks = [rng.choice((0, 1, 2, 15, 16, 17, 64, 127, 128, 129, 300, 1025)) for _ in range(4)]
    audio = _audio(model, sum(blocks), rng)
    whole = model.copy().process(audio)
    if whole.dtype != model.dtype or whole.shape[-1] != sum(blocks):
        raise Finding(f"output of {whole.dtype} and shape {whole.shape}")
    parts, start = [], 0
    for frames in blocks:
        parts.append(model.process(audio[..., start : start + frames]))
        start += frames
    _same(np.concatenate(parts, axis=-1), whole, "in blocks")
    model.reset()
    _same(model.process(audio), whole, "after a reset")
    _same(pickle.loads(pickle.dumps(model)).process(audio), whole, "pickled")
    isas = [isa for isa in nam_core.runtime_info()["exact_isas"] if isa != model.isa]
    if isas and rng.random() < 0.5:
        isa = rng.choice(isas)
        _same(nam_core.load(text, isa=isa, **options).process(audio), whole, f"with {isa}")
    for size in rng.sample(model.sizes, min(3, len(model.sizes))):
        try:
            model.set_quality(size.low, crossfade=rng.choice([0.0, 0.001]))
        except nam_core.NamError:
            continue
        model.process(audio)
        model.reset()
        options["quality"] = size.low
        _same(model.process(audio), nam_core.load(text, **options).process(audio), f"at {size.low}")
    return "played"


def _audio(model: nam_core.Model, frames: int, rng: random.Random) -> npt.NDArray[Any]:
    shape = (frames,) if model.input_channels == 1 else (model.input_channels, frames)
    level = rng.choice([0.9, 0.9, 1e-3, 1e-39, 0.0, 100.0])
    audio = np.random.default_rng(rng.getrandbits(32)).uniform(-level, level, shape)
    return audio.astype(model.dtype)


def _same(found: npt.NDArray[Any], expected: npt.NDArray[Any], where: str) -> None:
    # Which of several NaNs comes out is the processor's business.
    if not np.array_equal(found, expected, equal_nan=True):
        frame = int(np.argmax((found != expected).reshape(-1, found.shape[-1]).any(axis=0)))
        raise Finding(f"other bits {where}, frame {frame}")
