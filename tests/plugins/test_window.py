"""The plug-ins' window, on a screen of its own (Xvfb) in hosts of our own: CLAP's, and VST3's."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from plugins.building import BUILD, LIMIT, ROOT, command_of, vst3_module
from plugins.sounds import cabinet

A2 = ROOT / "examples" / "overdrive_a2.nam"
NANO = ROOT / "examples" / "overdrive_nano.nam"
# The program, and the plug-in in it.
CLAP = ("window_host", BUILD / "nam_core.clap")
VST3 = ("vst3_window_host", vst3_module())
EACH = pytest.mark.parametrize("host", [CLAP, VST3], ids=["clap", "vst3"])
Host = tuple[str, Path]
Picture = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """The name of an X11 screen. Xvfb chooses it, and writes it when clients may come."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x800x24", "-nolisten", "tcp"]
    running = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        yield ":" + told.readline().strip()
    running.terminate()
    running.wait(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three models, the second of them broken, and two cabinets."""
    shutil.copy(A2, tmp_path / "a.nam")
    (tmp_path / "b.nam").write_text('{"version": ')
    shutil.copy(NANO, tmp_path / "c.nam")
    for name in ("x.wav", "y.wav"):
        cabinet(tmp_path / name)
    return tmp_path


def shown(
    screen: str, folder: Path, *steps: str, scale: float = 1.0, host: Host = CLAP, model: str = "a.nam"
) -> dict[str, str]:
    """What the window's host prints at its end, when it began with a model and x.wav."""
    files = (folder / model, folder / "x.wav")
    program, plugin = host
    command = command_of(program, plugin, scale, *files, *steps)
    environment = {"DISPLAY": screen, "HOME": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.rpartition(" ") for line in done.stdout.splitlines()]
    return {name: value.removeprefix(f"{folder}/") for name, _, value in rows}


def picture(path: Path) -> Picture:
    header, _, pixels = path.read_bytes().partition(b"\n")
    width, height = map(int, header.split()[1:3])
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def pixels_of(picture: Picture, *color: int) -> int:
    """How many pixels have this colour."""
    return int((picture == np.array(color, np.uint8)).all(axis=-1).sum())


@EACH
def test_keys(screen: str, folder: Path, host: Host) -> None:
    after = shown(screen, folder, "key=Down", "key=Down", "shift+key=Up", "key=Left", "key=b", host=host)
    assert after["file_amp"] == "c.nam"
    assert after["file_cabinet"] == "y.wav"
    assert after["Quality"] == "0.9"
    assert after["Bypass"] == "1"


def test_arrows_go_around_the_folder(screen: str, folder: Path) -> None:
    assert shown(screen, folder, "key=Up")["file_amp"] == "c.nam"
    assert shown(screen, folder, *3 * ["key=Down"])["file_amp"] == "a.nam"


@EACH
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_clicks_at_each_scale(screen: str, folder: Path, scale: float, host: Host) -> None:
    clicks = ("click=525,64", "click=485,134", "click=215,207", "click=500,263", "click=500,295")
    after = shown(screen, folder, *clicks, scale=scale, host=host)
    assert (after["width"], after["height"]) == (f"{600 * scale:g}", f"{330 * scale:g}")
    assert after["file_amp"] == "b.nam"
    assert after["file_cabinet"] == "y.wav"
    assert abs(float(after["Input"])) < 1.0
    assert after["Size by load"] == after["Bypass"] == "1"
    assert shown(screen, folder, "click=565,64", scale=scale, host=host)["file_amp"] == ""


@EACH
def test_what_it_shows(screen: str, folder: Path, host: Host) -> None:
    first, broken = folder / "first.ppm", folder / "broken.ppm"
    shown(screen, folder, f"picture={first}", "key=Down", f"picture={broken}", host=host)
    # A meter is green; what is wrong is red.
    meter, wrong = (80, 170, 90), (255, 120, 100)
    assert pixels_of(picture(first), *meter) > 500
    assert pixels_of(picture(first), *wrong) == 0
    assert pixels_of(picture(broken), *wrong) > 0


def test_pictures_follow_the_scale(screen: str, folder: Path) -> None:
    sizes = []
    for scale in (1.0, 2.0):
        shown(screen, folder, f"picture={folder / 'window.ppm'}", scale=scale)
        window = picture(folder / "window.ppm")
        assert window.shape == (330 * scale, 600 * scale, 3)
        # The meters are where they were, at the right: in the window's units between 460 and 586.
        columns = (
            np.flatnonzero((window == np.array((80, 170, 90), np.uint8)).all(axis=-1).any(axis=0)) / scale
        )
        sizes.append((columns.min(), columns.max()))
    plain, double = sizes
    assert np.allclose(plain, double, atol=5.0)


@EACH
def test_a_choice_in_the_chooser(screen: str, folder: Path, host: Host) -> None:
    assert shown(screen, folder, "windows", host=host)["windows"] == "1"
    assert shown(screen, folder, "key=o", "windows", host=host)["windows"] == "2"
    # In the chooser a letter goes to the next file that begins with it.
    model = ("key=o", "chooser+key=c", "chooser+key=Return")
    response = ("key=c", "chooser+key=y", "chooser+key=Return")
    after = shown(screen, folder, *model, *response, "windows", host=host)
    assert (after["file_amp"], after["file_cabinet"]) == ("c.nam", "y.wav")
    assert after["windows"] == "1"
    # The arrows go on from the file that was chosen.
    assert shown(screen, folder, *model, "key=Up", host=host)["file_amp"] == "b.nam"
    refused = ("key=o", "chooser+key=c", "chooser+key=Escape")
    assert shown(screen, folder, *refused, host=host)["file_amp"] == "a.nam"


def test_arrows_from_a_file_that_is_gone_go_to_its_neighbours(screen: str, folder: Path) -> None:
    for step, neighbour in {"Down": "c.nam", "Up": "b.nam"}.items():
        assert shown(screen, folder, f"key={step}", model="bb.nam")["file_amp"] == neighbour
    assert shown(screen, folder, model="bb.nam")["file_amp"] == "bb.nam"
