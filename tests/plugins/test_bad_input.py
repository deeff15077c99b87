"""What may go wrong, in each format: the sound goes on or is silent, with words, and never a crash."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plugins.building import ROOT
from plugins.hosts import HOSTS, Host
from plugins.sounds import gain_model, through

NANO = ROOT / "examples" / "overdrive_nano.nam"


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Host:
    return Host(*HOSTS[request.param], tmp_path)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        pytest.param(NANO.read_bytes()[:500], "amp.nam: ", id="broken"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(200), "amp.nam: ", id="foreign"),
        pytest.param(b"", "amp.nam: ", id="empty"),
        pytest.param(b"RIFF\x10\0\0\0WAVEjunkjunk", "amp.nam: ", id="broken sound"),
        pytest.param(None, "there is no such file", id="deleted"),
    ],
)
def test_files_that_are_no_models(host: Host, tmp_path: Path, contents: bytes | None, words: str) -> None:
    path = tmp_path / "amp.nam"
    if contents is not None:
        path.write_bytes(contents)
    played = host(f"model={path}")
    assert np.array_equal(played.sound, host.dry)
    assert words in played.printed


def test_a_model_with_two_inputs(host: Host, tmp_path: Path) -> None:
    played = host(f"model={gain_model(tmp_path / 'two.nam', inputs=2)}")
    assert np.array_equal(played.sound, host.dry)
    assert "has 2 inputs" in played.printed


def test_a_model_of_another_rate_than_the_host(host: Host, tmp_path: Path) -> None:
    played = host(f"model={gain_model(tmp_path / 'cd.nam', rate=44100.0)}", rate=96000)
    late = int(played.figure("latency"))
    assert late > 0
    expected = 0.5 * host.dry[: len(host.dry) - late]
    error = played.sound[late:] - expected
    assert np.sqrt(np.mean(error**2)) < 0.01 * np.sqrt(np.mean(expected**2))


@pytest.mark.parametrize("format_", ["clap", "vst3"])
def test_changes_of_rate_and_block_before_the_sound(format_: str, tmp_path: Path) -> None:
    host = Host(*HOSTS[format_], tmp_path)
    assert np.array_equal(host(f"model={NANO}", "rates=7", "block=0").sound, through(host.dry, NANO))


@pytest.mark.parametrize("value", ["nan", "-1e30", "inf"])
def test_parameters_that_are_none(host: Host, value: str) -> None:
    names = ("Input", "Quality", "Gate threshold", "input", "quality", "gate", "levels", "gate_hold")
    played = host(f"model={NANO}", *(f"{name}={value}" for name in names))
    assert np.isfinite(played.sound).all()


def test_blocks_that_change_while_it_runs(host: Host) -> None:
    assert np.array_equal(host(f"model={NANO}", "block=0").sound, through(host.dry, NANO))
