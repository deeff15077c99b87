"""The dry recording and the six targets of the protocol that compares recipes (docs/training.md).

``python -m bench.training_targets DATA OUT`` reads a guitar, a bass, captures and a cabinet's impulse
response from the folder DATA, whose layout is that of ``../shared/data``. It writes ``dry.wav``, and one
recording for each target, to OUT, as 32-bit float. The dry recording is 86 s long: both instruments, and a
sweep, steps of level and picked notes of ``nam-core suite``. Its last 9 s, which validate a training, are
half guitar and half bass. The peak of a target is 0.5.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import soundfile

import nam_core
from nam_core.audio.arrays import Audio
from nam_core.suite.pieces import PIECES, play_piece

RATE = 48_000
VALIDATED = 9 * RATE // 2  # frames of each instrument that are kept for the validation
SUITE = ("sweep", "level-steps", "picked-notes")

# For each target: its models from the guitar to the loudspeaker, and the gain in dB before the first model.
TARGETS = {
    "amp": (["models/deluxe.nam"], 0.0),
    "clean": (["models/deluxe.nam"], -24.0),
    "pedal_lstm": (["models/BossLSTM-1x16.nam"], 0.0),
    "amp_cab": (["models/deluxe.nam", "audio/cab_ir.wav"], 0.0),
    "high_gain": (["models/BossWN-standard.nam", "models/dumble.nam"], 12.0),
    "high_gain_cab": (["models/BossWN-standard.nam", "models/dumble.nam", "audio/cab_ir.wav"], 12.0),
}


def dry_recording(data: Path) -> Audio:
    played = [
        soundfile.read(data / "audio" / name, dtype="float32")[0] for name in ("guitar_di.wav", "bass_di.wav")
    ]
    numbers = [[piece.name for piece in PIECES].index(name) for name in SUITE]
    computed = [play_piece(number, RATE, 0).astype(np.float32) for number in numbers]
    first, last = [x[:-VALIDATED] for x in played], [x[-VALIDATED:] for x in played]
    return np.concatenate([*first, *computed, *last])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    dry = dry_recording(arguments.data)
    soundfile.write(arguments.out / "dry.wav", dry, RATE, subtype="FLOAT")
    for name, (files, gain_db) in TARGETS.items():
        model = nam_core.chain([arguments.data / file for file in files])
        wet = nam_core.render(model, dry, input_gain_db=gain_db)
        soundfile.write(arguments.out / f"{name}.wav", wet * (0.5 / np.abs(wet).max()), RATE, subtype="FLOAT")


if __name__ == "__main__":
    main()
