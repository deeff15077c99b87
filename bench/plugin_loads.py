"""Measures block times of the plug-ins while 1,000 models are loaded: `python -m bench.plugin_loads`.

Each format's host (tests/plugins) plays blocks of 64 frames in real time, on a thread with real-time priority
if the system grants it, while another thread loads an A1 standard model and a cabinet again and again. For
comparison, a second host plays the same files at the same time and loads them once. It computes for as long,
so what interrupts the first host may interrupt it too. Times are shares of a block's duration. A block is
late if it takes more than half of its duration. Needs what `nox -s plugins` builds.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from bench.machine_load import Machine
from bench.models import SAMPLE_RATE, model_file

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "plugins"
LOADS = 1000
SECONDS = 30
HOSTS = {
    "LV2": ("lv2_host", "urn:nam_core:player"),
    "CLAP": ("clap_host", str(BUILD / "nam_core.clap")),
    "VST3": ("vst3_host", str(next((BUILD / "nam_core.vst3").glob("Contents/*/nam_core.so")))),
}


def start(format_: str, folder: Path, *wishes: str) -> subprocess.Popen[str]:
    """Start the host of a plug-in format."""
    program, plugin = HOSTS[format_]
    files = (str(folder / "in.f32"), os.devnull)
    command = [str(BUILD / "tests" / "plugins" / program), plugin, str(round(SAMPLE_RATE)), *files, *wishes]
    environment = {"LV2_PATH": f"{BUILD}:/usr/lib/lv2", "HOME": str(folder)}
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def row(name: str, said: str) -> str:
    """One line with the figures that a host has measured."""
    figures = dict(re.findall(r"^(.+) ([-\d.]+)$", said, re.MULTILINE))
    memory = f"{int(figures['memory early']) / 1024:.1f} to {int(figures['memory late']) / 1024:.1f} MiB"
    worst, own = float(figures["worst block"]), float(figures["worst block in processor time"])
    return (
        f"{name:16} {figures['blocks']:>8} blocks, mean {float(figures['mean block']):.1%}, worst {worst:.1%}"
        f", late {figures['blocks over half their time']}; in its own processor time worst {own:.1%}, late "
        f"{figures['over half in processor time']}; woken late {figures['woken late']}; allocations "
        f"{figures['allocations']}, memory {memory}"
    )


def main() -> None:
    """Measure each format, and print."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "amp.nam").write_text(json.dumps(model_file("a1-standard")), "utf-8")
        taps = np.random.default_rng(3).normal(size=2000) * np.exp(-np.arange(2000) / 200) * 0.1
        soundfile.write(folder / "cabinet.wav", taps.astype(np.float32), 48000, subtype="FLOAT")
        recording, _ = soundfile.read(ROOT / "examples" / "guitar_dry.wav", dtype="float32")
        np.resize(recording, round(SECONDS * SAMPLE_RATE)).astype(np.float32).tofile(folder / "in.f32")
        files = (f"model={folder / 'amp.nam'}", f"cabinet={folder / 'cabinet.wav'}")
        for format_ in HOSTS:
            machine = Machine()
            loading = start(format_, folder, *files, f"loads={LOADS}")
            steady = start(format_, folder, *files, "paced=1")
            machine.watch(SECONDS)
            said, other = loading.communicate()[0], steady.communicate()[0]
            print(machine)
            print(row(format_, said))
            print(row(f"{format_}, no loads", other))


if __name__ == "__main__":
    main()
