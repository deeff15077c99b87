"""The CLAP plug-in in a host of our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plugins.building import BUILD, EMULATED, ROOT
from plugins.hosts import BitsHost
from plugins.sounds import BLOCKS, Signal, cabinet, through

A2 = ROOT / "examples" / "overdrive_a2.nam"
NANO = ROOT / "examples" / "overdrive_nano.nam"


class Host(BitsHost):
    """The host `clap_host` with one of the plug-ins."""

    def __call__(self, *settings: str, name: str = "nam_core", rate: int = 48000) -> Signal:
        return self.play(str(BUILD / f"{name}.clap"), rate, settings)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host("clap_host", tmp_path_factory.mktemp("clap"))


@pytest.mark.parametrize("block", BLOCKS)
def test_bits(host: Host, block: int) -> None:
    assert np.array_equal(host(f"block={block}", f"model={A2}"), through(host.dry, A2))
    assert host.last.figure("latency") == 0


@pytest.mark.parametrize("name", ["nam_core", "nam_core_stereo"])
def test_bits_of_a_chain(host: Host, tmp_path: Path, name: str) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    expected = through(host.dry, NANO, response)
    assert np.array_equal(host(f"model={NANO}", f"cabinet={response}", name=name), expected)


def test_parameters(host: Host) -> None:
    louder = host(f"model={NANO}", "Output=6")
    assert np.allclose(louder, through(host.dry, NANO) * 10 ** (6 / 20), rtol=1e-6, atol=1e-9)
    assert np.array_equal(host(f"model={NANO}", "Bypass=1"), host.dry)
    assert np.isfinite(host(f"model={NANO}", "Input=nan", "Quality=-7", "Gate threshold=1e30")).all()


@pytest.mark.skipif(EMULATED, reason="under emulation, making a model takes longer than the signal")
def test_a_change_of_size(host: Host) -> None:
    # The size changes with a fade while the signal plays. The last second has the new size's bits.
    half = host(f"model={A2}", "Quality=0", "loads=1")
    assert np.array_equal(half[-48000:], through(host.dry, A2, quality=0.0)[-48000:])


def test_states(host: Host, tmp_path: Path) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    state, again = tmp_path / "state", tmp_path / "again"
    expected = host(f"model={NANO}", f"cabinet={response}", f"save={state}")
    assert np.array_equal(host(f"state={state}", f"save={again}"), expected)
    assert again.read_bytes() == state.read_bytes()
    # The response moves to a folder in NAM_CORE_PATH and is found. Then it is deleted; the state keeps it.
    response.rename(host.folder / "elsewhere.wav")
    assert np.array_equal(host(f"state={state}"), expected)
    (host.folder / "elsewhere.wav").unlink()
    assert np.array_equal(host(f"state={state}", f"save={again}"), through(host.dry, NANO))
    assert "there is no such file" in host.last.printed
    assert again.read_bytes() == state.read_bytes()


def test_another_rate(host: Host) -> None:
    assert np.isfinite(host(f"model={NANO}", rate=96000)).all()
    assert 0 < host.last.figure("latency") < 960
