"""Runs the hosts of our own, one for each plug-in format, which play a signal through a plug-in."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from plugins.building import BUILD, EMULATED, LIMIT, ROOT, command_of, vst3_module
from plugins.sounds import Signal, guitar


@dataclass
class Played:
    """The output of a run, and everything that the host printed."""

    sound: Signal
    printed: str

    def figure(self, name: str) -> float:
        """Return a figure that the host printed."""
        found = re.search(rf"^{name} (.+)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return float(found[1])


class PluginHost:
    """Plays guitar through a plug-in in a host program. `host_arguments.hpp` lists the settings."""

    def __init__(self, program: str, folder: Path, seconds: float) -> None:
        self.program = program
        self.folder = folder
        self.dry = guitar(ROOT, seconds)
        self.dry.tofile(folder / "in.f32")
        self.environment = {"LV2_PATH": f"{BUILD}:/usr/lib/lv2", "HOME": str(folder)}

    def run(self, plugin: str, rate: int, settings: tuple[str, ...]) -> Played:
        """Run the host, which must end with status 0."""
        signals = [str(self.folder / name) for name in ("in.f32", "out.f32")]
        command = command_of(self.program, plugin, rate, *signals, *settings)
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=LIMIT)
        assert done.returncode == 0, done.stdout + done.stderr
        return Played(np.fromfile(signals[1], np.float32), done.stdout + done.stderr)


class BitsHost(PluginHost):
    """A host for tests of bits: ten seconds, files are found in its folder, and no block may allocate.

    Under emulation it plays half a second.
    """

    def __init__(self, program: str, folder: Path) -> None:
        super().__init__(program, folder, 0.5 if EMULATED else 10.0)
        self.environment["NAM_CORE_PATH"] = str(folder)
        self.last = Played(self.dry, "")

    def play(self, plugin: str, rate: int, settings: tuple[str, ...]) -> Signal:
        """Return the output; `last` also has what the host printed."""
        self.last = self.run(plugin, rate, settings)
        assert self.last.figure("allocations") == 0
        return self.last.sound


class Host(PluginHost):
    """Plays a second of guitar through one plug-in."""

    def __init__(self, program: str, plugin: str, folder: Path) -> None:
        super().__init__(program, folder, 1.0)
        self._plugin = plugin

    def __call__(self, *settings: str, rate: int = 48000) -> Played:
        return self.run(self._plugin, rate, settings)


HOSTS = {
    "lv2": ("lv2_host", "urn:nam_core:player"),
    "clap": ("clap_host", str(BUILD / "nam_core.clap")),
    "vst3": ("vst3_host", str(vst3_module())),
}
