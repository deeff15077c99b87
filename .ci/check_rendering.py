"""Refuse a rendering that is not audio: python check_rendering.py DRY.wav WET.wav."""

from __future__ import annotations

import sys

import numpy as np
import soundfile

dry, dry_rate = soundfile.read(sys.argv[1])
wet, wet_rate = soundfile.read(sys.argv[2])
assert wet_rate == dry_rate, f"{wet_rate} Hz from {dry_rate} Hz"
assert wet.shape == dry.shape, f"{wet.shape} from {dry.shape}"
assert np.isfinite(wet).all(), "samples that are not numbers"
level = 20 * np.log10(np.sqrt(np.mean(wet**2)))
assert level > -60, f"silence: {level:.1f} dB"
# An overdrive is no gain: what no factor explains must be a good part of the sound.
residual = wet - dry * np.dot(wet, dry) / np.dot(dry, dry)
assert np.mean(residual**2) > 0.01 * np.mean(wet**2), "the recording itself, louder or softer"
print(f"{sys.argv[2]}: {len(wet)} frames at {wet_rate} Hz, {level:.1f} dB RMS")
