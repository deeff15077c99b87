"""The VST3 plug-in in the host of pedalboard, and in one of our own."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pedalboard
import pytest
from plugins.building import BUILD, ROOT, vst3_module
from plugins.hosts import BitsHost
from plugins.sounds import BLOCKS, Signal, cabinet, guitar, through

A2 = ROOT / "examples" / "overdrive_a2.nam"
NANO = ROOT / "examples" / "overdrive_nano.nam"


def plugin(name: str = "nam_core") -> Any:
    return pedalboard.load_plugin(str(BUILD / f"{name}.vst3"))


def restore(made: Any, folder: Path, **files: Path) -> None:
    """Load a preset with these files. A preset is a header, the component's state, and a list of chunks."""
    data = made.preset_data
    (place,) = struct.unpack("<q", data[40:48])
    state = data[48:place]
    for key, path in files.items():
        head, _, rest = state.partition(key.encode() + b"\0")
        state = head + key.encode() + b"\0" + str(path).encode() + rest[rest.index(b"\0") :]
    chunks = b"List" + struct.pack("<i", 1) + b"Comp" + struct.pack("<qq", 48, len(state))
    preset = folder / "made.vstpreset"
    preset.write_bytes(data[:40] + struct.pack("<q", 48 + len(state)) + state + chunks)
    made.load_preset(str(preset))


def play(made: Any, dry: Signal, block: int = 64, rate: float = 48000) -> Signal:
    return np.asarray(made.process(dry[None], rate, buffer_size=block, reset=True)[0])


@pytest.fixture(scope="module")
def dry() -> Signal:
    return guitar(ROOT)


@pytest.mark.parametrize("block", [block for block in BLOCKS if block > 0])
def test_bits(dry: Signal, tmp_path: Path, block: int) -> None:
    made = plugin()
    restore(made, tmp_path, file_amp=A2)
    assert np.array_equal(play(made, dry, block), through(dry, A2))


def test_bits_for_changing_blocks(dry: Signal, tmp_path: Path) -> None:
    made = plugin()
    restore(made, tmp_path, file_amp=A2)
    pieces: list[Signal] = []
    t = 0
    while t < len(dry):
        # The first block must be the longest: for a longer one later, pedalboard would prepare the plug-in
        # anew.
        count = min(1 + t * 7919 % 500 if t else 512, len(dry) - t)
        pieces.append(made.process(dry[None, t : t + count], 48000.0, buffer_size=512, reset=t == 0)[0])
        t += count
    assert np.array_equal(np.concatenate(pieces), through(dry, A2))


def test_bits_of_a_chain_in_stereo(dry: Signal, tmp_path: Path) -> None:
    response = cabinet(tmp_path / "cabinet.wav")
    made = plugin("nam_core_stereo")
    restore(made, tmp_path, file_amp=NANO, file_cabinet=response)
    both = np.stack([dry, dry[::-1]])
    out = made.process(both, 48000.0, buffer_size=64)
    assert np.array_equal(out[0], through(dry, NANO, response))
    assert np.array_equal(out[1], through(both[1].copy(), NANO, response))


def test_states(dry: Signal, tmp_path: Path) -> None:
    made = plugin()
    restore(made, tmp_path, file_amp=NANO)
    made.output_db = 3.0
    expected = play(made, dry)
    other = plugin()
    other.raw_state = made.raw_state
    assert np.array_equal(play(other, dry), expected)
    assert other.output_db == pytest.approx(made.output_db, abs=1e-4)


def test_states_with_a_file_that_moves(tmp_path: Path) -> None:
    host = BitsHost("vst3_host", tmp_path)

    def play_with(*settings: str) -> Signal:
        return host.play(str(vst3_module()), 48000, settings)

    model, state, again = (tmp_path / name for name in ("folder/model.nam", "state", "again"))
    model.parent.mkdir()
    model.write_bytes(NANO.read_bytes())
    expected = through(host.dry, NANO)
    assert np.array_equal(play_with(f"model={model}", f"save={state}"), expected)
    assert hashlib.sha256(NANO.read_bytes()).hexdigest().encode() in state.read_bytes()
    # The model moves to a folder in NAM_CORE_PATH and gets another name. Its hash finds it, and another file
    # with its old name is not taken.
    (tmp_path / "elsewhere").mkdir()
    moved = model.rename(tmp_path / "elsewhere" / "other.nam")
    (tmp_path / "elsewhere" / "model.nam").write_bytes(A2.read_bytes())
    assert np.array_equal(play_with(f"state={state}"), expected)
    # The model is deleted: the signal goes through, a message says so, and the state stays the same.
    moved.unlink()
    assert np.array_equal(play_with(f"state={state}", f"save={again}"), host.dry)
    assert f"{model}: there is no such file" in host.last.printed
    assert again.read_bytes() == state.read_bytes()


def test_another_rate_and_a_change_of_rate(dry: Signal, tmp_path: Path) -> None:
    made = plugin()
    restore(made, tmp_path, file_amp=NANO)
    assert np.isfinite(play(made, dry, rate=96000)).all()
    assert np.array_equal(play(made, dry, rate=48000), through(dry, NANO))


def test_bad_files_let_the_signal_through(dry: Signal, tmp_path: Path) -> None:
    broken = tmp_path / "broken.nam"
    broken.write_text("{")
    made = plugin()
    restore(made, tmp_path, file_amp=broken)
    assert np.array_equal(play(made, dry), dry)
