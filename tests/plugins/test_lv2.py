"""The LV2 plug-in in a host on lilv."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from plugins.building import BUILD, ROOT
from plugins.hosts import BitsHost
from plugins.sounds import BLOCKS, Signal, cabinet, through

A2 = ROOT / "examples" / "overdrive_a2.nam"
NANO = ROOT / "examples" / "overdrive_nano.nam"
MONO, STEREO = "urn:nam_core:player", "urn:nam_core:player:stereo"


class Host(BitsHost):
    """The host `lv2_host` with one of the plug-ins. `bundles` keeps other bundles of the build out."""

    def __init__(self, program: str, folder: Path) -> None:
        super().__init__(program, folder)
        (folder / "bundles").mkdir()
        (folder / "bundles" / "nam_core.lv2").symlink_to(BUILD / "nam_core.lv2")
        self.environment["LV2_PATH"] = f"{folder / 'bundles'}:/usr/lib/lv2"

    def __call__(self, *settings: str, uri: str = MONO, rate: int = 48000) -> Signal:
        return self.play(uri, rate, settings)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host("lv2_host", tmp_path_factory.mktemp("lv2"))


def test_the_description_is_valid() -> None:
    known = sorted(Path("/usr/lib/lv2").glob("*/*.ttl"))
    ours = sorted((BUILD / "nam_core.lv2").glob("*.ttl"))
    assert known and len(ours) == 2
    done = subprocess.run(["sord_validate", *known, *ours], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", BLOCKS)
def test_bits(host: Host, block: int) -> None:
    assert np.array_equal(host(f"block={block}", f"model={A2}"), through(host.dry, A2))
    assert host.last.figure("latency") == 0


def test_bits_of_a_chain_in_both_channel_counts(host: Host, tmp_path: Path) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    expected = through(host.dry, NANO, response)
    for uri in (MONO, STEREO):
        assert np.array_equal(host(f"model={NANO}", f"cabinet={response}", uri=uri), expected)


def test_ports(host: Host) -> None:
    half = host(f"model={A2}", "quality=0.5")
    assert np.array_equal(half, through(host.dry, A2, quality=0.5))
    assert np.array_equal(host(f"model={A2}", "enabled=0"), host.dry)
    louder = host(f"model={NANO}", "output=6")
    assert np.allclose(louder, through(host.dry, NANO) * 10 ** (6 / 20), rtol=1e-6, atol=1e-9)
    strange = host(f"model={NANO}", "input=nan", "quality=-7", "gate=1e30")
    assert np.isfinite(strange).all()


def test_states(host: Host, tmp_path: Path) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    expected = host(f"model={NANO}", f"cabinet={response}", f"save={tmp_path / 'state.ttl'}")
    state = tmp_path / "state" / "state.ttl"
    assert state.read_text("utf-8").count("sha256") == 2
    assert np.array_equal(host(f"state={state}"), expected)
    # The model moves to a folder in NAM_CORE_PATH and gets another name. Its hash finds it.
    moved = tmp_path / "moved.nam"
    moved.write_bytes(NANO.read_bytes())
    host(f"model={moved}", f"save={tmp_path / 'first.ttl'}")
    first, again = (tmp_path / name / f"{name}.ttl" for name in ("first", "again"))
    moved.rename(host.folder / "elsewhere.nam")
    assert np.array_equal(host(f"state={first}"), through(host.dry, NANO))
    # The model is deleted: the signal goes through, a message says so, and the state stays the same.
    (host.folder / "elsewhere.nam").unlink()
    assert np.array_equal(host(f"state={first}", f"save={tmp_path / 'again.ttl'}"), host.dry)
    assert "there is no such file" in host.last.printed
    values = [re.findall(r'"([^"]*)"', path.read_text("utf-8")) for path in (first, again)]
    hashes = [[value for value in found if re.fullmatch("[0-9a-f]{64}", value)] for found in values]
    assert hashes[0] == hashes[1] != []


def test_a_bad_file_gives_a_message(host: Host, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nam"
    broken.write_text(NANO.read_text("utf-8")[:500])
    assert np.array_equal(host(f"model={broken}"), host.dry)
    assert f"#model_problem = {broken}: " in host.last.printed
    assert np.array_equal(host(f"model={tmp_path / 'none.nam'}"), host.dry)
    assert "there is no such file" in host.last.printed


def test_another_rate(host: Host) -> None:
    out = host(f"model={NANO}", rate=96000)
    assert np.isfinite(out).all()
    assert 0 < host.last.figure("latency") < 960
