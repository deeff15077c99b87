"""Make the page that `nam-core web` serves: one file, from web/page, the built package and the suite.

    python tools/player_page.py

Needs web/dist, which `npm run build` makes, and nam_core with its extra `plot`. `nox -s web` provides both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nam_core.pages import flac_uri, render_page
from nam_core.suite.pieces import PIECES, play_piece

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "web" / "page" / "player.html"
SCRIPT = ROOT / "web" / "dist" / "player.js"
PAGE = ROOT / "src" / "nam_core" / "web" / "player.html"
# The page plays at this rate.
SAMPLE_RATE = 48000
# Seconds of each piece; few, so that the page stays small.
SECONDS = 6
NAMES = ("power-chords", "palm-mutes", "lead", "bass-line")


@dataclass(frozen=True)
class Recording:
    """A piece of the suite inside the page; ``flac`` is the file in base64."""

    name: str
    title: str
    flac: str


def recording(name: str) -> Recording:
    """The beginning of a piece, faded out over its last 50 ms."""
    (number,) = [i for i, piece in enumerate(PIECES) if piece.name == name]
    samples = play_piece(number, SAMPLE_RATE, 0)[: SECONDS * SAMPLE_RATE]
    fade = SAMPLE_RATE // 20
    samples[-fade:] *= [1.0 - t / fade for t in range(fade)]
    _, _, contents = flac_uri(samples, SAMPLE_RATE).partition(",")
    return Recording(name, name.replace("-", " "), contents)


def main() -> None:
    page = render_page(
        TEMPLATE,
        title="Neural Amp Modeler in the browser",
        subtitle="Two captures beside each other, with the engine of nam_core: the same bits as in Python "
        "and C++ wherever the browser has relaxed SIMD.",
        recordings=[recording(name) for name in NAMES],
        script=SCRIPT.read_text("utf-8"),
    )
    PAGE.write_text(page, "utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {PAGE.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
