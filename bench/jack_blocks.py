"""Counts late blocks of `nam-core play`, and of clients that only copy: `python -m bench.jack_blocks`.

All clients run at the same time on a JACK server of their own (with the dummy driver), and with real-time
priority if the system grants it:

- `nam-core play`, in its own terminal, so that it shows meters. Its callback is in Python.
- The same stream with a callback that only copies (bench/jack_empty.py).
- A C++ client that copies (tests/plugins/jack_bench.cpp), and, with --cpp, one that plays the same model.
- A C++ client that plays a guitar into `nam-core play` and records its output, to check the bits.

The model is a WaveNet with as many layers as take the share `--load` of a block's duration. A block is late
if its client has not finished at the end of the server's cycle; the server's log names the client. A C++
client also reports the latest end of a block, in cycles after the start of the block's own cycle. Needs
nam_core[live], and what `nox -s plugins` builds.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

import nam_core
from bench.jack_empty import RATE
from bench.machine_load import Machine
from bench.models import model_file_of

ROOT = Path(__file__).parents[1]
CLIENT = ROOT / "build" / "plugins" / "tests" / "plugins" / "jack_bench"
PLAY = "import sys; from nam_core.cli import main; sys.exit(main(sys.argv[1:]))"
LOOP_SECONDS = 10
TRIAL_LAYERS = 4


def wavenet(layers: int) -> dict[str, Any]:
    """A WaveNet of 32 channels with so many layers."""
    array = {
        "input_size": 1,
        "condition_size": 1,
        "head_size": 1,
        "channels": 32,
        "kernel_size": 3,
        "dilations": [2 ** (layer % 8) for layer in range(layers)],
        "activation": "Tanh",
        "gated": False,
        "head_bias": False,
    }
    return model_file_of("WaveNet", {"layers": [array], "head": None, "head_scale": 0.02})


def share(path: Path, environment: dict[str, str]) -> float:
    """The share of a block's duration that the model takes in a C++ client on the server."""
    command = [str(CLIENT), "trial", "4", str(path)]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return float(said.split("mean ")[1].split()[0])


def write_model(path: Path, load: float, environment: dict[str, str]) -> float:
    """Write a model that takes about this share of a block's duration; return the share that it takes."""
    path.write_text(json.dumps(wavenet(TRIAL_LAYERS)), "utf-8")
    layers = max(1, round(TRIAL_LAYERS * load / share(path, environment)))
    path.write_text(json.dumps(wavenet(layers)), "utf-8")
    return share(path, environment)


def start(*command: object, environment: dict[str, str], terminal: bool = False) -> subprocess.Popen[str]:
    """Start a client. Its output is read after it has ended. With ``terminal``, its errors go to a
    terminal.
    """
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "text": True, "env": environment, "cwd": ROOT}
    if terminal:
        ours, theirs = pty.openpty()
        options |= {"stdin": theirs, "stderr": theirs}
        running = subprocess.Popen([*map(str, command)], **options)
        os.close(theirs)
        threading.Thread(target=_drain, args=(ours,), daemon=True).start()
        return running
    return subprocess.Popen([*map(str, command)], **options)


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except OSError:  # the terminal's other end is closed
        os.close(descriptor)


def equal_blocks(model: Path, source: np.ndarray, kept: Path, block: int) -> str:
    """Compare the recording with nam_core's output. The source repeats, and so does the output."""
    heard = np.fromfile(kept, np.float32)
    twice = np.asarray(nam_core.load(model).process(np.tile(source, 2)), np.float32)
    expected = np.resize(twice[len(source) :], len(heard))
    expected[: len(source)] = twice[: len(source)]
    for late in range(0, 8 * block, block):
        count = (len(heard) - late) // block * block
        same = (heard[late : late + count] == expected[:count]).reshape(-1, block).all(axis=1)
        if same[: 48000 // block].mean() > 0.5:
            return f"{same.sum()} of {len(same)} recorded blocks have nam_core's bits"
    return "the recording is not the model's output"


def main() -> None:
    """Run all clients, and print the late blocks of each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--block", type=int, default=128, metavar="FRAMES")
    parser.add_argument("--load", type=float, default=0.5, metavar="SHARE")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--cpp", action="store_true", help="a C++ client plays the model, too")
    arguments = parser.parse_args()
    block, seconds = arguments.block, arguments.seconds
    name = f"nam_core_{os.getpid()}"
    environment = {**os.environ, "JACK_DEFAULT_SERVER": name}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        model = folder / "model.nam"
        recording, _ = soundfile.read(ROOT / "examples" / "guitar_dry.wav", dtype="float32")
        source = np.resize(recording, LOOP_SECONDS * RATE).astype(np.float32)
        source.tofile(folder / "in.f32")
        log = folder / "jackd.log"
        with open(log, "w") as to:
            command = [
                "jackd",
                "--name",
                name,
                "-t",
                "5000",
                "-d",
                "dummy",
                "-r",
                str(RATE),
                "-p",
                str(block),
            ]
            server = subprocess.Popen(command, stdout=to, stderr=to)
        time.sleep(2)
        load = write_model(model, arguments.load, environment)
        whole = seconds + 10  # the measured clients run longer than the client that feeds them
        wanted = ("play", model, "--block", block, "--quality", 1, "--seconds", whole)
        python = {
            "PortAudio": start(sys.executable, "-c", PLAY, *wanted, environment=environment, terminal=True)
        }
        time.sleep(4)  # JACK names clients in the order in which they arrive
        empty = ("-m", "bench.jack_empty", block, whole - 4)
        python["PortAudio-01"] = start(sys.executable, *empty, environment=environment)
        own = {"cpp-empty": start(CLIENT, "cpp-empty", whole - 4, environment=environment)}
        if arguments.cpp:
            own["cpp"] = start(CLIENT, "cpp", whole - 4, model, environment=environment)
        time.sleep(2)
        at_start = log.read_text()
        ports = ("PortAudio:in_0", "PortAudio:out_0")
        files = (folder / "in.f32", folder / "out.f32")
        own["feeder"] = start(CLIENT, "feeder", seconds, *files, *ports, environment=environment)
        machine = Machine()
        machine.watch(seconds - 1)
        lost = log.read_text()[len(at_start) :]
        print(f"{machine}; blocks of {block}, {seconds} s, the model takes {load:.0%}")
        said = {key: each.communicate(timeout=60)[0].strip() for key, each in {**python, **own}.items()}
        server.terminate()
        server.wait(10)
        shown = {"PortAudio": "nam-core play", "PortAudio-01": "the same stream, a copy in it"}
        for key, text in said.items():
            late = len(re.findall(rf"client = {key} was not finished|client {key} finished after", lost))
            print(f"{shown.get(key, key)}: {late} late; it says: {text.replace(chr(10), ', ')}")
        print(f"the server's own xruns: {lost.count('Process XRun')}")
        print(equal_blocks(model, source, folder / "out.f32", block))


if __name__ == "__main__":
    main()
