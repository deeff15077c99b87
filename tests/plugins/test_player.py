"""The player, which all plug-in formats share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from plugins.building import ROOT, run

EXAMPLES = sorted((ROOT / "examples").glob("*.nam"))
GOLDEN = sorted((ROOT / "tests").glob("golden*/*.nam"))


def test_bits_levels_fades_rates_and_words(tmp_path: Path) -> None:
    assert GOLDEN
    run("player_check", tmp_path, *EXAMPLES, *GOLDEN)


def test_the_audio_thread_neither_allocates_nor_calls_the_system(tmp_path: Path) -> None:
    cabinet = tmp_path / "cabinet.wav"
    soundfile.write(cabinet, np.float32(0.1) * np.ones((3000, 2), np.float32), 48000, subtype="FLOAT")
    a1, lstm = (ROOT / "tests" / "golden" / f"{name}.nam" for name in ("a1_nano", "lstm_2x5"))
    printed = run("player_realtime_check", 1000, cabinet, *EXAMPLES, a1, lstm)
    assert "1000 loads" in printed
