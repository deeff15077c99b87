"""Listening tests in a browser: from disk and from a server, by keyboard, and their sound output."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from listening.tests_to_hear import abx_answers, make_test, mushra_answers
from pages.conftest import WIDTHS, Browsers, Scheme, Visitor

from nam_core.listening import report
from nam_core.listening.answers import check_answers, read_answers, read_key
from nam_core.listening.scoring import score_abx, score_mushra
from nam_core.listening.serving import Server

RATE = 48000
FADE = 240  # frames of 5 ms


@pytest.fixture(scope="module")
def abx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three items, two systems, one trial of each."""
    return make_test(tmp_path_factory.mktemp("abx"), "abx", trials=1)


@pytest.fixture(scope="module")
def mushra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three items, two systems, two anchors."""
    return make_test(tmp_path_factory.mktemp("mushra"), "mushra")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen(visit: Visitor, abx: Path, mushra: Path, width: str, scheme: Scheme) -> None:
    for name, folder in (("abx", abx), ("mushra", mushra)):
        with visit(folder / "page" / "index.html", width, scheme, sounds=True) as seen:
            seen.shoot(f"listen-{name}-start-{scheme}-{width}")
            assert seen.overflow() <= 0
            seen.page.get_by_label("Your name").fill("Ann")
            seen.page.get_by_role("button", name="Begin").click()
            seen.wait_for("document.querySelector('fieldset.loop') !== null")
            seen.page.get_by_text("Keys").click()
            seen.shoot(f"listen-{name}-trial-{scheme}-{width}")
            assert seen.overflow() <= 0


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_fit_every_screen(
    visit: Visitor, abx: Path, mushra: Path, tmp_path: Path, width: str, scheme: Scheme
) -> None:
    rng = np.random.default_rng(0)
    means = {
        "hidden reference": 99.0,
        "near": 85.0,
        "far": 60.0,
        "anchor 7 kHz": 45.0,
        "anchor 3.5 kHz": 20.0,
    }
    keys = read_key(abx), read_key(mushra)
    hits = [check_answers(keys[0], abx_answers(keys[0], "Ann", {"near": 0.5, "far": 0.9}, rng))]
    rated = [check_answers(keys[1], mushra_answers(keys[1], f"n{i}", means, rng)) for i in range(8)]
    pages = (
        report.page(keys[0], score_abx(keys[0], hits)),
        report.page(keys[1], score_mushra(keys[1], rated)),
    )
    for name, page in zip(("abx", "mushra"), pages, strict=True):
        path = tmp_path / f"{name}.html"
        path.write_text(page, "utf-8")
        with visit(path, width, scheme) as seen:
            seen.shoot(f"listen-{name}-result-{scheme}-{width}")
            assert seen.overflow() <= 0
            assert seen.page.locator("table.sortable").count() == (2 if name == "abx" else 3)


def test_abx_by_keyboard_from_a_disk(visit: Visitor, abx: Path) -> None:
    key = read_key(abx)
    with visit(abx / "page" / "index.html", sounds=True) as seen:
        keyboard = seen.page.keyboard
        keyboard.type("Ann Müller")
        keyboard.press("Enter")
        for trial in range(1, 7):
            seen.wait_for(f"document.querySelector('h2').textContent === 'Trial {trial} of 6'")
            seen.wait_for("document.querySelector('fieldset.loop') !== null")
            keyboard.press("1")  # before anything was heard: not taken
            assert seen.page.locator("h2").inner_text() == f"Trial {trial} of 6"
            for sound in "abx":
                keyboard.press(sound)
                pressed = seen.page.get_by_role("button", name=sound.upper(), exact=True)
                assert pressed.get_attribute("aria-pressed") == "true"
            keyboard.press("1")
        with seen.page.expect_download() as download:
            seen.page.get_by_role("link", name="Save your answers").press("Enter")
        given = check_answers(key, Path(download.value.path()).read_bytes())
    assert given.listener == "Ann Müller"
    assert all(trial["answer"] == trial["a"] for trial in given.trials)
    # The order of A and B, and what X is, are drawn.
    assert len({trial["a"] == trial["x"] for trial in given.trials}) == 2


def test_the_order_depends_on_the_listener(visit: Visitor, mushra: Path) -> None:
    with visit(mushra / "page" / "index.html", sounds=True) as seen:
        order = (
            "name => trialsFor(TEST, seedOf(TEST.test + '/' + name)).map(t => t.item.name + t.stimuli.join())"
        )
        first, again, other = (seen.page.evaluate(order, name) for name in ("Ann", "Ann", "Bob"))
    assert first == again != other
    assert len(first) == 3


@pytest.fixture
def server(mushra: Path) -> Iterator[Server]:
    """The test as the server serves it."""
    with Server(mushra) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_mushra_to_the_server(mushra: Path, server: Server, browsers: Browsers) -> None:
    context = browsers.context(offline=False)
    page = context.new_page()
    page.goto(server.url)
    page.get_by_label("Your name").fill("Bob")
    page.keyboard.press("Enter")
    for item in range(1, 4):
        page.get_by_role("heading", name=f"Item {item} of 3").wait_for()
        page.get_by_role("button", name="Reference").wait_for()
        page.keyboard.press("r")
        done = page.get_by_role("button", name="Next")
        for number in range(1, 6):
            assert done.is_disabled()
            page.keyboard.press(str(number))
            # The slider has the focus.
            page.keyboard.press("Home" if number > 1 else "ArrowLeft")
        page.keyboard.press("n")
        assert "give it 100" in page.get_by_role("alert").inner_text()
        page.keyboard.press("End")
        page.keyboard.press("n")
    page.get_by_text("Your answers have been saved").wait_for()
    context.close()
    (given,) = read_answers(mushra, read_key(mushra))
    assert given.listener == "Bob"
    assert sorted(given.trials[0]["ratings"].values()) == [0, 0, 0, 49, 100]


# Two sounds whose samples tell where in the loop they are: what is heard is read from an OfflineAudioContext.
RECORD = """
async ({ length, frames, switches, loop }) => {
  const context = new OfflineAudioContext(1, frames, 48000);
  const make = (sign) => {
    const buffer = new AudioBuffer({ length, sampleRate: 48000 });
    buffer.copyToChannel(Float32Array.from({ length }, (_, i) => sign * (i + 1) / length), 0);
    return buffer;
  };
  const player = new Player(context, new Map([["up", make(1)], ["down", make(-1)], ["low", make(0.25)]]));
  if (loop) player.setLoop(loop[0] / 48000, loop[1] / 48000);
  player.start("up", 0);
  for (const [frame, name] of switches) player.select(name, frame / 48000);
  return JSON.stringify(Array.from((await context.startRendering()).getChannelData(0)));
}
"""
FACTORS = {"up": 1.0, "down": -1.0, "low": 0.25}


@pytest.mark.parametrize(
    ("switches", "loop"),
    [
        pytest.param([(9600, "down"), (20000, "low"), (36001, "up")], None, id="switches"),
        pytest.param([(9600, "down"), (9650, "low"), (9700, "up")], None, id="switches within a fade"),
        pytest.param([(5000, "low")], (2400, 7200), id="a loop"),
    ],
)
def test_switching_is_gapless_and_keeps_the_place(
    visit: Visitor, abx: Path, switches: list[tuple[int, str]], loop: tuple[int, int] | None
) -> None:
    length, frames = 14400, 48000
    settings = {"length": length, "frames": frames, "switches": switches, "loop": loop}
    with visit(abx / "page" / "index.html", sounds=True) as seen:
        heard = np.array(json.loads(seen.page.evaluate(RECORD, settings)))
    first, last = loop or (0, length)
    place = first + np.arange(frames) % (last - first)
    # What a listener should get: each sound times a gain that goes to its end in 5 ms.
    gains = {name: np.zeros(frames) for name in FACTORS}
    gains["up"][:] = 1.0
    for frame, name in switches:
        ramp = np.clip((np.arange(frames) - frame) / FADE, 0.0, 1.0)
        for other, gain in gains.items():
            target = 1.0 if other == name else 0.0
            start = gain[frame]
            gain[frame:] = (start + (target - start) * ramp)[frame:]
    wanted = sum(FACTORS[name] * gain for name, gain in gains.items()) * (place + 1) / length
    assert np.abs(heard - wanted).max() < 1e-4
    # Where nothing fades, the samples are those of the sound: same frame, same value.
    still = np.ones(frames, bool)
    for frame, _ in switches:
        still[frame : frame + FADE + 1] = False
    assert np.abs(heard - wanted)[still].max() < 1e-6
