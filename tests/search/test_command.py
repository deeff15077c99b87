"""``nam-core search``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nam_core.cli import main
from nam_core.costing.device_profile import DeviceProfile


@pytest.fixture
def device(profile: DeviceProfile, tmp_path: Path) -> str:
    """The imaginary device, as a file."""
    profile.save(tmp_path / "device.json")
    return str(tmp_path / "device.json")


def search(device: str, *arguments: str) -> int:
    return main(["search", "--device", device, "--receptive-field", "180", *arguments])


def test_table(device: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert search(device, "--budget", "1%", "--small", "0.3%", "--top", "3") == 0
    out = capsys.readouterr().out
    assert "Fit 1% of an imaginary device (avx2) in blocks of 64" in out
    assert "small:" in out
    assert "the median error was 2.0 %" in out


def test_json_and_files_for_the_trainer(
    device: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "configs"
    options = ("--budget", "1%", "--json", "--top", "2", "--train-config", str(folder), "--wet", "amp.wav")
    assert search(device, *options) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert (found["block"], found["budget"]) == (64, "1%")
    assert found["device"]["isa"] == "avx2"
    assert len(found["results"]) == 2
    for number, result in enumerate(found["results"], 1):
        model = json.loads((folder / f"model-{number}.json").read_text())
        (array,) = model["net"]["config"]["layers_configs"]
        assert array["dilations"] == result["dilations"]
        assert array["channels"] == result["sizes"][0]["channels"]
    data = json.loads((folder / "data.json").read_text())
    assert (data["common"]["x_path"], data["common"]["y_path"]) == ("input.wav", "amp.wav")
    assert json.loads((folder / "learning.json").read_text())["trainer"] == {"max_epochs": 100}
    assert f"nam-full {folder}/data.json {folder}/model-1.json {folder}/learning.json OUTDIR" in captured.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--budget", "much"), "a budget is a share of one core such as 3%"),
        (("--budget", "1%", "--small", "2%"), "--small 2% must be less than --budget 1%"),
        (("--budget", "1%", "--block", "0"), "--block and --top must be 1 or more"),
        (
            ("--budget", "1%", "--receptive-field", "0"),
            "--receptive-field must be above 0 and at most 1000 milliseconds",
        ),
        (("--budget", "0.00001%"), "no architecture with a receptive field of 8,640 frames fits"),
    ],
)
def test_refuses(
    device: str, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert search(device, *options) == 2
    assert words in capsys.readouterr().err


def test_refuses_another_file_than_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "device.json").write_text("{}")
    assert main(["search", "--budget", "1%", "--device", str(tmp_path / "device.json")]) == 2
    assert "device.json: this is not a device profile" in capsys.readouterr().err
