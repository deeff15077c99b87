"""Write guitar_dry.wav: seven seconds of a synthesised dry electric guitar (a DI), 48 kHz, mono, 16 bit.

Usage: python examples/make_recording.py [--output FILE] [--seed N]

The same seed gives the same file. The piece is small but has what a guitar model meets: palm-muted chugs, a
ringing six-string chord, single notes with vibrato, an arpeggio, rests, and a last chord left to decay.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import soundfile

# isort: split
from plucked_string import SAMPLE_RATE, Pluck, Signal, pickup_filter, strum

SECONDS = 7.0
PEAK = 0.6
NOISE_RMS = 2e-5  # about -94 dBFS: a quiet cable and converter
STRUM_SECONDS = 0.011

E_MAJOR = (40, 47, 52, 56, 59, 64)
A_MINOR = (45, 52, 57, 60, 64)
G_POWER = (43, 50, 55)


def riff() -> list[tuple[float, list[Pluck], float]]:
    """Return the piece as (start in seconds, strings struck, time between the strings in seconds)."""
    events: list[tuple[float, list[Pluck], float]] = []
    for i, strength in enumerate((0.9, 0.7, 0.8, 0.7, 0.95, 0.75)):
        notes = (40, 47) if i < 4 else (43, 50)
        chug = [Pluck(n, 0.17, strength, pick_position=0.09, palm_mute=0.8) for n in notes]
        events.append((0.2 + 0.18 * i, chug, 0.003))
    events.append((1.30, [Pluck(n, 1.25, 0.8) for n in E_MAJOR], STRUM_SECONDS))
    # A lick: three picked notes, then one held with vibrato.
    for start, note, seconds in ((2.75, 57, 0.26), (3.02, 60, 0.26), (3.29, 62, 0.24)):
        events.append((start, [Pluck(note, seconds, 0.85, pick_position=0.18)], 0.0))
    events.append((3.54, [Pluck(64, 1.05, 0.9, pick_position=0.18, vibrato_cents=28.0)], 0.0))
    # A quarter of a second of rest, then an arpeggio whose strings ring into each other.
    for i, note in enumerate(A_MINOR):
        events.append((4.85 + 0.13 * i, [Pluck(note, 1.05 - 0.13 * i, 0.6, pickup_position=0.28)], 0.0))
    events.append((5.92, [Pluck(n, 1.0, 0.85) for n in G_POWER], STRUM_SECONDS))
    return events


def make_recording(seed: int) -> Signal:
    """Return the piece as float64 (frames,), peak PEAK."""
    rng = np.random.default_rng(seed)
    strings = np.zeros(int(SECONDS * SAMPLE_RATE))
    for start, plucks, spread in riff():
        first = round(start * SAMPLE_RATE)
        sound = strum(plucks, spread, rng)[: len(strings) - first]
        strings[first : first + len(sound)] += sound
    recording = pickup_filter(strings)
    recording *= PEAK / np.max(np.abs(recording))
    return recording + NOISE_RMS * rng.standard_normal(len(recording))


def main() -> None:
    """Write the recording."""
    parser = argparse.ArgumentParser(description="Synthesise a dry guitar recording.")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("guitar_dry.wav"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    recording = make_recording(arguments.seed)
    soundfile.write(arguments.output, recording, SAMPLE_RATE, subtype="PCM_16")
    peak = np.max(np.abs(recording))
    print(f"wrote {arguments.output.name}: {len(recording) / SAMPLE_RATE:.2f} s, peak {peak:.3f}")


if __name__ == "__main__":
    main()
