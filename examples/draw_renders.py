"""Draw the picture of docs/offline.md: the example recording through the example models, at one level.

pip install ".[plot]"
python examples/draw_renders.py docs/images/offline.svg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import soundfile
from draw_overdrive import spectrum
from matplotlib import pyplot

import nam_core

HERE = Path(__file__).parent
LEVEL = -18.0
CASES = (
    ("overdrive_a2.nam", 1.0, "A2 full"),
    ("overdrive_a2.nam", 0.0, "A2 lite"),
    ("overdrive_nano.nam", 1.0, "A1 nano"),
)


def main() -> None:
    """Render and draw."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("picture", help="file to write, such as offline.svg")
    target = parser.parse_args().picture
    # The same file each time, and text that stays text.
    matplotlib.rcParams.update({"svg.hashsalt": "nam_core", "svg.fonttype": "none", "font.size": 9})
    dry, rate = soundfile.read(HERE / "guitar_dry.wav", dtype="float32")
    figure, axes = pyplot.subplots(figsize=(7.5, 3.2), layout="constrained")
    axes.semilogx(*spectrum(dry, rate), color="#999999", label="dry")
    for name, quality, label in CASES:
        model = nam_core.load(HERE / name, quality=quality)
        wet = nam_core.render(model, dry)
        wet = nam_core.render(model, dry, output_gain_db=LEVEL - nam_core.levels.measure(wet, rate).rms_db)
        axes.semilogx(*spectrum(wet, rate), label=label)
    axes.set(xlabel="frequency, Hz", ylabel="level, dB", xlim=(60, 20000), ylim=(-120, -20))
    axes.grid(True, alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(target, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
