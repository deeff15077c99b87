"""Plays the guitar through a model: sound card in, model, sound card out.

    pip install sounddevice
    python examples/play_live.py examples/overdrive_a2.nam

Type a quality from 0 to 1 and return to change the size while you play; "q" ends it.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import numpy.typing as npt

import nam_core


def make_callback(governor: nam_core.Governor) -> Any:
    """What a sounddevice.Stream calls: float32 ``(frames, channels)`` in and out, mono here."""

    def callback(
        indata: npt.NDArray[np.float32], outdata: npt.NDArray[np.float32], frames: int, when: Any, status: Any
    ) -> None:
        # One channel: indata[:, 0] is contiguous in time, so nothing is converted or allocated on the way.
        governor.process(indata[:, 0], out=outdata[:, 0])

    return callback


def main() -> None:
    """Open the sound card and play."""
    import sounddevice

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("--block", type=int, default=64, help="frames per callback")
    arguments = parser.parse_args()

    model = nam_core.load(arguments.model)
    fit = nam_core.fit_quality(model, budget=0.3, block=arguments.block)
    print(f"quality {fit.quality:g}" + ("" if fit.fits else ": even this is more than 30 % of the time"))
    with (
        nam_core.Governor(model) as governor,
        sounddevice.Stream(
            samplerate=model.sample_rate,
            blocksize=arguments.block,
            channels=1,
            dtype="float32",
            latency="low",
            callback=make_callback(governor),
        ),
    ):
        while (line := input("quality> ").strip()) != "q":
            try:
                model.quality = float(line)
            except ValueError as error:
                print(error)


if __name__ == "__main__":
    main()
