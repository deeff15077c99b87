"""Any change to a valid file gives a model or a NamError, within a short time."""

from __future__ import annotations

import copy
import json
import warnings
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nam_core.errors import NamError
from nam_core.format.nam_file import Source, read_nam
from nam_core.format.slimming import select, sizes

GOLDEN = Path(__file__).parents[1] / "golden"
NAMES = (
    "plain_one_array_legacy",
    "fuzz_3",
    "film_all_blended",
    "act_prelu",
    "gating_per_layer",
    "condition_dsp_nested",
    "container_two",
    "slim_explicit",
    "slim_bottleneck",
    "post_head_three",
    "convnet_batchnorm",
    "lstm_1x6",
    "linear_bias",
)
FILES = {path.stem: json.loads(path.read_bytes()) for path in (GOLDEN / f"{name}.nam" for name in NAMES)}
TEXTS = {name: json.dumps(data).encode() for name, data in FILES.items()}

ODD_VALUES: list[Any] = [None, True, False, "", "Tanh", "none", [], [[]], [1, 2, 3], {}, {"active": True}]
ODD_VALUES += [-1, 0, 1, 2, 7, 0.5, -0.0, 1e30, 2**31 - 1, 2**63, 10**400, float("nan"), float("inf")]

# Slow machines and cold caches included; what this guards against takes hours.
SOON_MS = 5000


def check(source: Source) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = read_nam(source)
            for size in sizes(model):
                select(model, size.low)
            select(model, 0.0)
        except NamError:
            return


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value; of long arrays of numbers, only the ends."""
    found: list[tuple[Any, Any]] = []
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    if isinstance(value, list) and len(items) > 64:
        items = [items[0], items[-1]]
    for key, inner in items:
        found.append((value, key))
        if isinstance(inner, (dict, list)):
            found += places(inner)
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A golden file with one to three changes."""
    data: dict[str, Any] = copy.deepcopy(FILES[draw(st.sampled_from(NAMES))])
    for _ in range(draw(st.integers(1, 3))):
        candidates = places(data)
        if not candidates:
            break
        container, key = candidates[draw(st.integers(0, len(candidates) - 1))]
        change = draw(st.sampled_from(("replace", "delete", "scale", "truncate", "repeat", "swap")))
        value = container[key]
        if change == "delete":
            del container[key]
        elif change == "scale" and isinstance(value, (int, float)):
            container[key] = value * draw(st.sampled_from((-1, 2, 3, 1000, 10**9)))
        elif change == "truncate" and isinstance(value, list):
            del value[draw(st.integers(0, len(value))) :]
        elif change == "repeat" and isinstance(value, list):
            container[key] = value * 2
        elif change == "swap":
            container[key] = copy.deepcopy(FILES[draw(st.sampled_from(NAMES))])
        else:
            container[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
    return data


@settings(max_examples=400, deadline=SOON_MS)
@given(mutated())
def test_changed_values(data: dict[str, Any]) -> None:
    check(data)


@settings(max_examples=150, deadline=SOON_MS)
@given(st.sampled_from(NAMES), st.data())
def test_changed_bytes(name: str, data: st.DataObject) -> None:
    text = bytearray(TEXTS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 8)))
        text[start:end] = data.draw(
            st.binary(max_size=4) | st.sampled_from((b"NaN", b"-", b"9", b"e9", b"["))
        )
    check(text)


@settings(max_examples=100, deadline=SOON_MS)
@given(st.recursive(st.sampled_from(ODD_VALUES), lambda inner: st.lists(inner, max_size=3)))
def test_any_json_value_at_the_top(value: Any) -> None:
    check({"version": "0.7.0", "architecture": "WaveNet", "config": value, "weights": value})
