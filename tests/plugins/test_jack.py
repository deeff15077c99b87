"""`nam-core play` on JACK's dummy driver, with another client that plays a signal into it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from plugins.building import ROOT
from plugins.sounds import guitar, through

NANO = ROOT / "examples" / "overdrive_nano.nam"
# Frames. Long blocks, so that a busy machine drops none.
BLOCK = 4096


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a JACK server of its own."""
    name = f"nam_core_{os.getpid()}"
    command = ["jackd", "--name", name, "--no-realtime", "-d", "dummy", "-r", "48000", "-p", str(BLOCK)]
    with open(tmp_path / "jackd.log", "wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    time.sleep(2)
    yield {**os.environ, "JACK_DEFAULT_SERVER": name}
    running.terminate()
    running.wait(10)


def test_bits(server: dict[str, str], tmp_path: Path) -> None:
    dry = guitar(ROOT, 4.0)
    dry.tofile(tmp_path / "in.f32")
    program = "import sys; from nam_core.cli import main; sys.exit(main(sys.argv[1:]))"
    options = map(str, ("play", NANO, "--block", BLOCK, "--quality", 1, "--seconds", 15))
    command = [sys.executable, "-c", program, *options]
    player = subprocess.Popen(command, env=server, stdout=subprocess.DEVNULL)
    time.sleep(4)
    client = Path(__file__).with_name("jack_client.py")
    sounds = map(str, (tmp_path / "in.f32", tmp_path / "out.f32", BLOCK))
    subprocess.run([sys.executable, str(client), *sounds], env=server, check=True, timeout=60)
    player.communicate(timeout=60)
    assert player.returncode == 0
    heard = np.fromfile(tmp_path / "out.f32", np.float32)
    # The output is some blocks late. Before the signal, the model plays silence from its start state.
    expected = through(np.concatenate([np.zeros(48000, np.float32), dry]), NANO)
    late = [
        offset
        for offset in range(0, 12 * BLOCK, 64)
        if np.array_equal(heard[offset + 24000 : offset + len(expected)], expected[24000:])
    ]
    assert len(late) == 1
