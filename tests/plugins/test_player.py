"""The player, which all plug-in formats share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from plugins.building import ROOT, run

EXAMPLES = sorted((ROOT / "examples").glob("*.nam"))
GOLDEN = sorted((ROOT / "tests").glob("golden*/*.nam"))


def test_bits_levels_and_fades(tmp_path: Path) -> None:
    assert GOLDEN
    run("player_check", tmp_path, *EXAMPLES, *GOLDEN)


def test_sample_rates_and_tails(tmp_path: Path) -> None:
    run("player_rates_check", tmp_path, *GOLDEN)


def test_error_messages_and_states(tmp_path: Path) -> None:
    run("player_state_check", tmp_path)


def test_the_audio_thread_neither_allocates_nor_calls_the_system(tmp_path: Path) -> None:
    cabinet = tmp_path / "cabinet.wav"
    soundfile.write(cabinet, np.float32(0.1) * np.ones((3000, 2), np.float32), 48000, subtype="FLOAT")
    a1, lstm = (ROOT / "tests" / "golden" / f"{name}.nam" for name in ("a1_nano", "lstm_2x5"))
    printed = run("player_realtime_check", 1000, cabinet, *EXAMPLES, a1, lstm)
    assert "1000 loads" in printed
