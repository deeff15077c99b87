"""The memory that a file may make us allocate: counted in advance, exact, and refused above the limit."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import container, noise, wavenet

import nam_core
from nam_core.format.slimming import sizes

ROOT = Path(__file__).parents[2]
GOLDEN = sorted(
    path for folder in ("golden", "golden060") for path in (ROOT / "tests" / folder).glob("*.nam")
)
LIMIT = 2**26

# Loads everything that is hostile, and says what came of it and how much memory that took.
CHILD = """
import json, resource, sys, warnings
sys.path.insert(0, sys.argv[1])
import nam_core
from hostile_models import hostile
warnings.simplefilter("ignore")
def held(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
files = hostile()
nam_core.load(files["10,000 blocks"], max_bytes=2**28)
before, found = held(), {}
for name, file in files.items():
    for dtype in ("float32", "float64"):
        try:
            nam_core.load(file, dtype=dtype, max_bytes=int(sys.argv[2]))
            found[name] = "ok"
        except nam_core.NamError as error:
            found[name] = str(error)
        except BaseException as error:
            found[name] = f"FAULT {type(error).__name__}: {error}"
print(json.dumps([held() - before, found]))
"""


def loadable(path: Path) -> list[float]:
    """The lowest quality of each size that can be made."""
    try:
        return [size.low for size in sizes(nam_core.read_nam(path))]
    except nam_core.NamConfigError:
        return []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_exactly_at_the_limit_loads(path: Path, dtype: Any) -> None:
    file = json.loads(path.read_text("utf-8"))
    for quality in loadable(path):
        taken = nam_core.load(file, dtype=dtype, quality=quality).memory_bytes
        model = nam_core.load(file, dtype=dtype, quality=quality, max_bytes=taken)
        assert model.memory_bytes == taken
        with pytest.raises(
            nam_core.NamConfigError, match=rf"would take {taken:,} bytes .* limit is {taken - 1:,}"
        ):
            nam_core.load(file, dtype=dtype, quality=quality, max_bytes=taken - 1)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_info_says_what_load_takes(path: Path) -> None:
    if not loadable(path):
        return
    info, model = nam_core.info(path), nam_core.load(path)
    assert info.memory_bytes == model.memory_bytes
    assert info.executed_macs_per_frame == model.executed_macs_per_frame


def test_the_place_is_that_of_what_takes_most() -> None:
    small, large = wavenet(channels=2), wavenet(channels=2)
    large["config"]["layers"][0]["dilations"] = [10**6] * len(large["config"]["layers"][0]["dilations"])
    with pytest.raises(nam_core.NamConfigError, match=r"conv of layer \d+ alone [\d,]+\)") as caught:
        nam_core.load(container(small, large), max_bytes=10**6)
    assert caught.value.location == "config.submodels[1].model.config.layers[0]"
    nam_core.load(container(small, large), quality=0.0, max_bytes=10**8)


def test_a_size_above_the_limit_is_refused_and_the_model_plays_on() -> None:
    file = container(wavenet(channels=2), wavenet(channels=64))
    small = nam_core.load(file, quality=0.0)
    model = nam_core.load(file, quality=0.0, max_bytes=small.memory_bytes + 10_000)
    audio = noise(200)
    with pytest.raises(nam_core.NamConfigError, match="would take"):
        model.set_quality(1.0)
    assert model.quality == 0.0
    np.testing.assert_array_equal(model.process(audio), small.process(audio))


def test_while_a_size_changes_no_more_is_held_than_was_allowed() -> None:
    file = container(wavenet(channels=2), wavenet(channels=8))
    model = nam_core.load(file, quality=0.0)
    model.set_quality(1.0)
    most = model.memory_bytes
    exact = nam_core.load(file, quality=0.0, max_bytes=most)
    exact.set_quality(1.0)
    assert exact.memory_bytes == most
    with pytest.raises(nam_core.NamConfigError, match="would take"):
        nam_core.load(file, quality=0.0, max_bytes=most - 1).set_quality(1.0)


def test_large_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.nam"
    path.write_text(json.dumps(wavenet()) + " " * 10_000)
    size = path.stat().st_size
    nam_core.load(path, max_bytes=40 * size)
    for source in (path, path.read_bytes(), path.open("rb"), path.open("r", encoding="utf-8")):
        with pytest.raises(nam_core.NamFileError, match="more than 1,000 bytes"):
            nam_core.load(source, max_bytes=40_000)
        if hasattr(source, "close"):
            source.close()


def test_hostile_files_take_no_more_than_the_limit() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(ROOT / "tests" / "api"), str(LIMIT)],
        capture_output=True,
        text=True,
        check=True,
    )
    grown, found = json.loads(done.stdout)
    assert [text for text in found.values() if text.startswith("FAULT")] == []
    assert grown < 1.2 * LIMIT
    limited = [name for name, text in found.items() if f"the limit is {LIMIT:,} bytes" in text]
    assert {"far tap, 8 channels", "linear, 100000 channels", "LSTMs at 1e+07 Hz"} <= set(limited)
    assert found["10,000 LSTM layers"] == found["2,000 submodels"] == "ok"


def test_copies_and_changes_of_size_count() -> None:
    """All memory that a file makes the process hold: its sizes, all streams, and sizes that a stream still
    plays.
    """
    file = container(wavenet(channels=2), wavenet(channels=4))
    one = nam_core.load(file)
    limit = one.memory_bytes + 3 * one.state_bytes
    model = nam_core.load(file, max_bytes=limit)
    copies = [model.copy() for _ in range(3)]
    for make in (model.copy, lambda: copy.deepcopy(model), lambda: model.set_quality(0.0)):
        with pytest.raises(nam_core.NamConfigError, match=rf"the limit is {limit:,} bytes"):
            make()
    assert model.quality == 1.0
    x = noise(500)
    expected = one.process(x)
    assert all(np.array_equal(each.process(x), expected) for each in (model, *copies))
    copies.clear()
    model.set_quality(0.0)  # what is given back can be taken again
    for _ in range(50):
        for quality in (1.0, 0.0):
            model.set_quality(quality)
    held = model.memory_bytes
    assert held == model._family._limit.used <= limit


def test_several_quick_changes_stay_below_the_limit() -> None:
    file = container(wavenet(channels=2), wavenet(channels=4))
    built = nam_core.load(file)
    built.quality = 0.0
    limit = built.memory_bytes + 1000
    model = nam_core.load(file, max_bytes=limit)
    refused = 0
    for number in range(20):
        try:
            model.set_quality(number % 2, crossfade=1.0)
        except nam_core.NamConfigError as error:
            assert "another size of this model" in str(error) or "would take" in str(error)
            refused += 1
        model.process(noise(10))
        assert model._family._limit.used <= limit
    assert refused > 0
