"""A simulated overdrive pedal: an op-amp with diodes in its feedback, a tone control, an output capacitor.

Usage: python examples/circuit.py INPUT.wav OUTPUT.wav      (48 kHz mono; 1.0 in the file stands for one volt)

The circuit is the widely used non-inverting overdrive stage. Its analysis follows Yeh, Abel and Smith,
"Simplified, physically-informed models of distortion and overdrive guitar effects pedals" (DAFx 2007): linear
filters around one static nonlinearity, run at a multiple of the sample rate. In our words:

1. The op-amp keeps its two inputs at the same voltage x. The leg to ground, R1 in series with C1,
   therefore carries

       i = H(s) x / R1,     H(s) = s R1 C1 / (1 + s R1 C1)      (bass is amplified less: chords stay clear)

2. The same current has to flow through the feedback branch: Rf, in parallel with one diode in one direction
   and two diodes in series in the other. With the branch voltage v, Shockley's diode law gives

       i = v / Rf + Is (exp(v / (n Vt)) - 1) - Is (exp(-v / (2 n Vt)) - 1)

   This gives the current for a voltage in closed form, but not the voltage for a current. The law rises
   strictly, so i(v) is tabulated finely once and the table is read backwards. One diode against two clips the
   two halves of the wave unequally, which adds even harmonics.
3. The output of the op-amp is x + v: the dry signal stays underneath the clipped one.
4. A first-order low-pass (tone), a first-order high-pass (the output capacitor, which also removes the offset
   that unequal clipping makes) and a gain (level) follow.

Every filter is causal, the ones that change the rate included, so a causal network can follow the circuit.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import soundfile
from scipy import signal

Signal = np.ndarray[tuple[int], np.dtype[np.float64]]
Sections = np.ndarray[tuple[int, int], np.dtype[np.float64]]

OVERSAMPLING = 8

LEG_OHM = 4_700.0
LEG_FARAD = 68e-9  # with LEG_OHM: bass roll-off of the clipped part near 500 Hz
FEEDBACK_OHM = 100_000.0  # gain of the clipped part for small signals: 100 / 4.7, or 26.6 dB
DIODE_AMPERE = 2.52e-9  # Is and n of a common small-signal silicon diode
DIODE_IDEALITY = 1.752
THERMAL_VOLT = 0.02585
TONE_HZ = 3_200.0
OUTPUT_HZ = 25.0
LEVEL = 0.55


class Overdrive:
    """The circuit with its state, at rest when made. Blocks of any length join without a seam."""

    def __init__(self, sample_rate: int = 48_000) -> None:
        inner_rate = sample_rate * OVERSAMPLING
        # Elliptic: the steepest filter for its order; 90 dB keeps images and aliases far below the music.
        band_limit = signal.ellip(8, 0.05, 90.0, 20_000.0, fs=inner_rate, output="sos")
        leg_hz = 1.0 / (2.0 * np.pi * LEG_OHM * LEG_FARAD)
        self._interpolator = _Filter(band_limit)
        self._leg = _Filter(signal.butter(1, leg_hz, "highpass", fs=inner_rate, output="sos"))
        self._tone = _Filter(signal.butter(1, TONE_HZ, "lowpass", fs=inner_rate, output="sos"))
        self._output = _Filter(signal.butter(1, OUTPUT_HZ, "highpass", fs=inner_rate, output="sos"))
        self._decimator = _Filter(band_limit)
        self._table_volt = np.linspace(-2.0, 2.0, 40_001)
        self._table_ampere = branch_current(self._table_volt)

    def process(self, block: Signal) -> Signal:
        """Return the circuit's output for a block, float64 (frames,) in volt, same length."""
        # Zeros between the samples repeat the spectrum and lower its level: the low-pass removes the copies,
        # the factor restores the level.
        stuffed = np.zeros(len(block) * OVERSAMPLING)
        stuffed[::OVERSAMPLING] = block * OVERSAMPLING
        x = self._interpolator(stuffed)
        v = np.interp(self._leg(x) / LEG_OHM, self._table_ampere, self._table_volt)
        y = LEVEL * self._output(self._tone(x + v))
        return self._decimator(y)[::OVERSAMPLING]


def branch_current(volt: Signal) -> Signal:
    """Return the current in ampere through the feedback branch at each voltage: the law of step 2."""
    scale = DIODE_IDEALITY * THERMAL_VOLT
    one_diode = DIODE_AMPERE * np.expm1(volt / scale)
    two_diodes = DIODE_AMPERE * np.expm1(-volt / (2.0 * scale))
    return np.asarray(volt / FEEDBACK_OHM + one_diode - two_diodes)


def overdrive(audio: Signal, sample_rate: int = 48_000) -> Signal:
    """Return a whole signal through a fresh circuit; works in blocks of a second, to bound the memory."""
    circuit = Overdrive(sample_rate)
    blocks = [circuit.process(audio[i : i + sample_rate]) for i in range(0, len(audio), sample_rate)]
    return np.concatenate(blocks) if blocks else np.zeros(0)


class _Filter:
    """A cascade of second-order sections that remembers its state between calls."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._state = np.zeros((len(sections), 2))

    def __call__(self, block: Signal) -> Signal:
        filtered, self._state = signal.sosfilt(self._sections, block, zi=self._state)
        return np.asarray(filtered)


def main() -> None:
    """Read a recording, write it overdriven."""
    parser = argparse.ArgumentParser(description="Run a recording through the simulated overdrive.")
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    audio, sample_rate = soundfile.read(arguments.input, dtype="float64")
    if audio.ndim != 1 or sample_rate != 48_000:
        parser.error(f"needs a mono recording at 48000 Hz, got {audio.ndim}-D at {sample_rate} Hz")
    soundfile.write(arguments.output, overdrive(audio, sample_rate), sample_rate, subtype="FLOAT")


if __name__ == "__main__":
    main()
