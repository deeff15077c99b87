"""The LV2 plug-in in a host on lilv."""

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
MONO, STEREO = "urn:nam_core:player", "urn:nam_core:player:stereo"


class Host:
    """Plays one signal through the plug-in, as often as it is asked."""

    def __init__(self, folder: Path, seconds: float = 10.0) -> None:
        self.dry = guitar(ROOT, seconds)
        self.folder = folder
        self.dry.tofile(folder / "in.f32")
        self.printed = ""
        (folder / "bundles").mkdir()
        (folder / "bundles" / "nam_core.lv2").symlink_to(BUILD / "nam_core.lv2")

    def __call__(self, *wishes: str, uri: str = MONO, rate: int = 48000) -> Signal:
        out = self.folder / "out.f32"
        command = [str(PROGRAMS / "lv2_host"), uri, str(rate), str(self.folder / "in.f32"), str(out), *wishes]
        path = f"{self.folder / 'bundles'}:/usr/lib/lv2"
        environment = {"LV2_PATH": path, "NAM_CORE_PATH": str(self.folder), "HOME": str(self.folder)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        self.printed = done.stdout
        assert self.figure("allocations") == 0
        return np.fromfile(out, np.float32)

    def figure(self, name: str) -> float:
        found = re.search(rf"^{name} (.+)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return float(found[1])


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host(tmp_path_factory.mktemp("lv2"))


def test_the_description_is_valid() -> None:
    known = sorted(Path("/usr/lib/lv2").glob("*/*.ttl"))
    ours = sorted((BUILD / "nam_core.lv2").glob("*.ttl"))
    assert known and len(ours) == 2
    done = subprocess.run(["sord_validate", *known, *ours], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", BLOCKS)
def test_bits(host: Host, block: int) -> None:
    assert np.array_equal(host(f"block={block}", f"model={A2}"), through(host.dry, A2))
    assert host.figure("latency") == 0


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
    # The model has moved to a folder of the user's, and has another name there.
    moved = tmp_path / "moved.nam"
    moved.write_bytes(NANO.read_bytes())
    host(f"model={moved}", f"save={tmp_path / 'first.ttl'}")
    first, again = (tmp_path / name / f"{name}.ttl" for name in ("first", "again"))
    moved.rename(host.folder / "elsewhere.nam")
    assert np.array_equal(host(f"state={first}"), through(host.dry, NANO))
    # It is gone: the signal goes through, with words, and what is saved then is what was saved before.
    (host.folder / "elsewhere.nam").unlink()
    assert np.array_equal(host(f"state={first}", f"save={tmp_path / 'again.ttl'}"), host.dry)
    assert "there is no such file" in host.printed
    values = [re.findall(r'"([^"]*)"', path.read_text("utf-8")) for path in (first, again)]
    hashes = [[value for value in found if re.fullmatch("[0-9a-f]{64}", value)] for found in values]
    assert hashes[0] == hashes[1] != []


def test_bad_files_give_words(host: Host, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nam"
    broken.write_text(NANO.read_text("utf-8")[:500])
    assert np.array_equal(host(f"model={broken}"), host.dry)
    assert f"#model_problem = {broken}: " in host.printed
    assert np.array_equal(host(f"model={tmp_path / 'none.nam'}"), host.dry)
    assert "there is no such file" in host.printed


def test_another_rate(host: Host) -> None:
    out = host(f"model={NANO}", rate=96000)
    assert np.isfinite(out).all()
    assert 0 < host.figure("latency") < 960
