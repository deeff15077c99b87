"""Models are equal if the bytes of their files and their options are; their past does not count."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from realtime.switching_models import two_wavenets
from small_models import linear, noise, wavenet

import nam_core


def test_the_same_file_under_two_names(tmp_path: Path) -> None:
    text = json.dumps(wavenet()).encode()
    for name in ("one.nam", "two.nam"):
        (tmp_path / name).write_bytes(text)
    one, two = (nam_core.load(tmp_path / name) for name in ("one.nam", "two.nam"))
    same = [one, two, nam_core.load(text), one.copy(), copy.deepcopy(one), pickle.loads(pickle.dumps(one))]
    assert all(model == one and hash(model) == hash(one) for model in same)
    assert len(set(same)) == 1
    assert len(one.sha256) == 64 and one.sha256 == two.sha256


def test_state_and_quality_do_not_count() -> None:
    text = json.dumps(two_wavenets()).encode()
    one, two = nam_core.load(text), nam_core.load(text, quality=0.0, max_bytes=2**40)
    before = hash(one)
    one.process(noise(100))
    one.quality = 0.0
    assert one == two and hash(one) == before
    assert one is not two


def test_other_files_are_not_equal() -> None:
    text = json.dumps(wavenet())
    for other in (
        text + "\n",
        json.dumps(wavenet(channels=4)),
        json.dumps({**wavenet(), "metadata": {"name": "a"}}),
    ):
        assert nam_core.load(text.encode()) != nam_core.load(other.encode())
    assert nam_core.load(text.encode()) != text


@pytest.mark.parametrize(
    "option",
    [
        {"dtype": "float64"},
        {"compat": "core"},
        {"tanh": "fast"},
        {"match_loudness": True},
        {"linear_taps": "oldest_first"},
        # All but the first, which is the default.
        *({"isa": isa} for isa in nam_core.runtime_info()["isas"][1:]),
    ],
)
def test_other_options_are_not_equal(option: dict[str, Any]) -> None:
    text = json.dumps(wavenet()).encode()
    plain, other = nam_core.load(text), nam_core.load(text, **option)
    assert plain != other
    assert other == nam_core.load(text, **option)
    assert plain == nam_core.load(text, isa=plain.isa)


def test_dicts_count_as_their_json_text() -> None:
    nam = wavenet()
    weights: Any = np.float32(nam["weights"])
    spellings: list[Any] = [weights, weights.tolist(), tuple(weights), list(weights)]
    same = [{**nam, "weights": given} for given in spellings]
    assert len({nam_core.load(given) for given in same}) == 1
    strange = {**nam, "metadata": {"name": "\udcff", "x": float("nan"), "y": {1, 2}}}
    with pytest.warns(UserWarning, match="metadata"):
        assert nam_core.load(strange) == nam_core.load(strange) != nam_core.load(nam)


def test_impulse_responses(tmp_path: Path) -> None:
    path = tmp_path / "cab.wav"
    soundfile.write(path, noise(100), 48000)
    plain = nam_core.load(path)
    assert plain == nam_core.load(path.read_bytes())
    changes: list[dict[str, Any]] = [{"normalize": True}, {"sample_rate": 44100}]
    for options in changes:
        changed = nam_core.load(path, **options)
        assert changed != plain
        assert changed == nam_core.load(path, **options)


def test_chains() -> None:
    def rig(gain: float) -> nam_core.Model:
        return nam_core.chain([linear([0.5]), wavenet()], [gain])

    assert rig(0.0) == rig(0.0) != rig(1.0)
