"""``nam-core cost``: count, predict, fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from costing.synthetic_bench import TRUTH, bench

import nam_core
from nam_core.costing.device_profile import DeviceProfile
from nam_core.costing.profile_fitting import fit
from nam_core.survey.modelset.architectures import a2
from nam_core.survey.modelset.sweep import architectures as sweep
from nam_core.survey.presets import preset


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "device.json"
    fit(bench()).save(path)
    return path


def test_table(run: Any, write_nam: Any) -> None:
    path = write_nam()
    result = run("cost", path)
    assert (result.status, result.err) == (0, "")
    found = nam_core.cost(path)
    last = result.out.split("\n")[-3].split()
    assert last == ["all", f"{found.executed_macs_per_frame:,}", "9", str(found.bytes), str(found.calls)]


def test_json_of_a_size(run: Any, write_nam: Any) -> None:
    path = write_nam(preset("a2-container"))
    result = run("cost", path, "--quality", "0", "--json")
    assert json.loads(result.out) == nam_core.cost(a2(3)).to_dict()


def test_an_architecture_without_weights_and_a_preset(run: Any, write_nam: Any) -> None:
    expected = nam_core.cost(a2(8)).to_dict()
    assert json.loads(run("cost", write_nam(a2(8)), "--json").out) == expected
    assert json.loads(run("cost", "a2-full", "--json").out) == expected


def test_prediction(run: Any, write_nam: Any, device: Path) -> None:
    path = write_nam({**a2(5), "sample_rate": 96000})
    result = run("cost", path, "--device", device)
    assert (result.status, result.err) == (0, "")
    assert "Predicted for an imaginary device, avx2, float32:" in result.out
    rows = [line.split() for line in result.out.splitlines()]
    profile = DeviceProfile.load(device)
    for block in (16, 64, 256):
        ns = profile.predict(nam_core.cost(path, isa="avx2"), block)
        assert [str(block), f"{ns:.1f}", f"{100 * ns * 96000 / 1e9:.2f}"] in rows
    assert result.out.splitlines()[-1].startswith(
        "For models that were not in the fit, the median error was 0.0 %"
    )


def test_prediction_as_json(run: Any, device: Path) -> None:
    found = json.loads(run("cost", "a2-full", "--device", device, "--json").out)
    blocks = found["predicted"]["blocks"]
    assert [row["block"] for row in blocks] == [16, 64, 256]
    assert blocks[0]["ns_per_sample"] > blocks[1]["ns_per_sample"] > 0
    assert found["predicted"]["error"]["folds"] == 10


def test_fit(run: Any, tmp_path: Path) -> None:
    measured, device = tmp_path / "bench.json", tmp_path / "device.json"
    measured.write_text(json.dumps(bench()))
    result = run("cost", "--fit", measured, "-o", device)
    assert (result.status, result.err) == (0, f"nam-core cost: wrote {device}\n")
    rows = [line.split() for line in result.out.splitlines()]
    assert ["tanh", "2.500", "vector", "of", "tanh"] in rows
    error = DeviceProfile.load(device).error
    assert result.out.splitlines()[-1].startswith(
        f"Held-out models (10 folds, {error.models} models, {error.results} results): median error 0.0 %"
    )
    printed = json.loads(run("cost", "--fit", measured, "--json").out)
    assert printed["coefficients"] == pytest.approx(TRUTH, rel=1e-6)
    assert printed["error"]["median"] < 1e-6


def test_fit_with_families(run: Any, tmp_path: Path) -> None:
    measured, index = tmp_path / "bench.json", tmp_path / "index.json"
    measured.write_text(json.dumps(bench()))
    index.write_text(json.dumps({"models": [{"name": item.name, "family": item.family} for item in sweep()]}))
    result = run("cost", "--fit", measured, "--families", index)
    families = {item.family for item in sweep()}
    # The presets are not in this index, so each is a family of its own.
    alone = len({item["model"] for item in bench()["results"]} - {item.name for item in sweep()})
    assert f"Held-out families ({len(families) + alone} folds" in result.out.splitlines()[-1]


def test_what_does_not_go_together(run: Any, write_nam: Any, device: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text("{}")
    for arguments, message in (
        ((), "give either a model, or results with --fit"),
        (("a2-full", "--fit", other), "give either a model, or results with --fit"),
        (("a2-full", "-o", other), "-o and --families need --fit"),
        (("--fit", other, "--families", other), f"{other}: this file is not the index of a modelset"),
        (("--fit", other), f"{other}: this is not a file of nam-core bench"),
        (("--fit", tmp_path / "none.json"), "No such file"),
        (("a2-full", "--device", other), f"{other}: this is not a device profile"),
        (("a2-fuller",), "a2-fuller: neither a file nor one of the presets"),
        (("a2-full", "--quality", "2"), "quality must be from 0.0"),
    ):
        result = run("cost", *arguments)
        assert (result.status, result.out) == (2, "")
        assert message in result.err
        assert len(result.err.splitlines()) == 1
