"""Draw README's picture: the example recording before and after the example pedal.

    pip install ".[plot]"
    python examples/draw_overdrive.py docs/images/overdrive.svg

On the left a few periods of one note, on the right the level over frequency of the whole recording.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
import numpy as np
import numpy.typing as npt
import soundfile
from matplotlib import pyplot

import nam_core

Signal = npt.NDArray[np.float32]

HERE = Path(__file__).parent
DRY, WET = "#3b75af", "#d1603d"
START, SECONDS = 3.56, 0.02
WINDOW = 8192


def spectrum(signal: Signal, rate: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Frequencies in Hz, and the mean level in dB of windows of the signal, in bands of a twelfth octave."""
    pieces = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[:: WINDOW // 2] * np.hanning(WINDOW)
    power = np.mean(np.abs(np.fft.rfft(pieces)) ** 2, axis=0) / WINDOW**2
    frequencies = np.fft.rfftfreq(WINDOW, 1 / rate)
    edges = 60 * 2 ** (np.arange(101) / 12)
    bands = np.digitize(frequencies, edges)
    used = [band for band in range(1, len(edges)) if (bands == band).any()]
    levels = [10 * np.log10(power[bands == band].mean() + 1e-20) for band in used]
    return np.array([np.sqrt(edges[band - 1] * edges[band]) for band in used]), np.array(levels)


def main() -> None:
    """Write the picture to the file that the command names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("picture", help="file to write, such as overdrive.svg")
    target = parser.parse_args().picture

    dry, rate = soundfile.read(HERE / "guitar_dry.wav", dtype="float32")
    wet = nam_core.render(nam_core.load(HERE / "overdrive_a2.nam"), dry)

    # The same file each time, and text that stays text.
    matplotlib.rcParams.update({"svg.hashsalt": "nam_core", "svg.fonttype": "none", "font.size": 9})
    figure, (wave, level) = pyplot.subplots(1, 2, figsize=(8.4, 2.9), layout="constrained")
    piece = slice(int(START * rate), int((START + SECONDS) * rate))
    milliseconds = np.arange(piece.stop - piece.start) / rate * 1000
    for signal, colour, name in ((wet, WET, "after overdrive_a2.nam"), (dry, DRY, "dry guitar")):
        wave.plot(milliseconds, signal[piece], color=colour, linewidth=1.2, label=name)
        frequencies, levels = spectrum(signal, rate)
        level.semilogx(frequencies, levels, color=colour, linewidth=1.2, label=name)
    wave.set(xlabel="time, ms", ylabel="amplitude", xlim=(0, SECONDS * 1000))
    level.set(xlabel="frequency, Hz", ylabel="level, dB", xlim=(60, 18000), ylim=(-110, -30))
    level.set_xticks([100, 1000, 10000], ["100", "1k", "10k"])
    level.legend(frameon=False, loc="lower left")
    for axes in (wave, level):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#dddddd", linewidth=0.6)
    figure.savefig(target, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
