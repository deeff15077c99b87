"""The CLAP plug-in in a host of our own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from plugins.building import BUILD, PROGRAMS, ROOT
from plugins.sounds import BLOCKS, Signal, cabinet, guitar, through

A2 = ROOT / "examples" / "overdrive_a2.nam"
NANO = ROOT / "examples" / "overdrive_nano.nam"


class Host:
    """Plays one signal through the plug-in, as often as it is asked."""

    def __init__(self, folder: Path, seconds: float = 10.0) -> None:
        self.dry = guitar(ROOT, seconds)
        self.folder = folder
        self.dry.tofile(folder / "in.f32")
        self.printed = self.said = ""

    def __call__(self, *wishes: str, name: str = "nam_core", rate: int = 48000) -> Signal:
        out = self.folder / "out.f32"
        plugin = str(BUILD / f"{name}.clap")
        command = [
            str(PROGRAMS / "clap_host"),
            plugin,
            str(rate),
            str(self.folder / "in.f32"),
            str(out),
            *wishes,
        ]
        environment = {"NAM_CORE_PATH": str(self.folder), "HOME": str(self.folder)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        self.printed, self.said = done.stdout, done.stderr
        assert done.returncode == 0, done.stdout + done.stderr
        assert self.figure("allocations") == 0
        return np.fromfile(out, np.float32)

    def figure(self, name: str) -> float:
        found = re.search(rf"^{name} (.+)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return float(found[1])


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host(tmp_path_factory.mktemp("clap"))


@pytest.mark.parametrize("block", BLOCKS)
def test_bits(host: Host, block: int) -> None:
    assert np.array_equal(host(f"block={block}", f"model={A2}"), through(host.dry, A2))
    assert host.figure("latency") == 0


@pytest.mark.parametrize("name", ["nam_core", "nam_core_stereo"])
def test_bits_of_a_chain(host: Host, tmp_path: Path, name: str) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    expected = through(host.dry, NANO, response)
    assert np.array_equal(host(f"model={NANO}", f"cabinet={response}", name=name), expected)


def test_parameters(host: Host) -> None:
    louder = host(f"model={NANO}", "Output=6")
    assert np.allclose(louder, through(host.dry, NANO) * 10 ** (6 / 20), rtol=1e-6, atol=1e-9)
    assert np.array_equal(host(f"model={NANO}", "Bypass=1"), host.dry)
    # The size that is asked for comes while the sound runs, with a fade; the end has its bits.
    half = host(f"model={A2}", "Quality=0", "loads=1")
    assert np.array_equal(half[-48000:], through(host.dry, A2, quality=0.0)[-48000:])
    assert np.isfinite(host(f"model={NANO}", "Input=nan", "Quality=-7", "Gate threshold=1e30")).all()


def test_states(host: Host, tmp_path: Path) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    state, again = tmp_path / "state", tmp_path / "again"
    expected = host(f"model={NANO}", f"cabinet={response}", f"save={state}")
    assert np.array_equal(host(f"state={state}", f"save={again}"), expected)
    assert again.read_bytes() == state.read_bytes()
    # The response has moved to a folder of the user's; then it is gone, and the state stays whole.
    response.rename(host.folder / "elsewhere.wav")
    assert np.array_equal(host(f"state={state}"), expected)
    (host.folder / "elsewhere.wav").unlink()
    assert np.array_equal(host(f"state={state}", f"save={again}"), through(host.dry, NANO))
    assert "there is no such file" in host.said
    assert again.read_bytes() == state.read_bytes()


def test_another_rate(host: Host) -> None:
    assert np.isfinite(host(f"model={NANO}", rate=96000)).all()
    assert 0 < host.figure("latency") < 960
