"""The hosts of our own, one for each format: what plays through a plug-in in them, and what they print."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from plugins.building import BUILD, PROGRAMS, ROOT, vst3_module
from plugins.sounds import Signal, guitar


@dataclass
class Played:
    """What came out, and all that was printed."""

    sound: Signal
    said: str

    def figure(self, name: str) -> float:
        found = re.search(rf"^{name} (.+)$", self.said, re.MULTILINE)
        assert found, self.said
        return float(found[1])


class Host:
    """A second of guitar through a format's host."""

    def __init__(self, program: str, plugin: str, folder: Path) -> None:
        self.folder = folder
        self.dry = guitar(ROOT, 1.0)
        self.dry.tofile(folder / "in.f32")
        self._command = [str(PROGRAMS / program), plugin]

    def __call__(self, *wishes: str, rate: int = 48000) -> Played:
        out = self.folder / "out.f32"
        command = [*self._command, str(rate), str(self.folder / "in.f32"), str(out), *wishes]
        environment = {"LV2_PATH": f"{BUILD}:/usr/lib/lv2", "HOME": str(self.folder)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return Played(np.fromfile(out, np.float32), done.stdout + done.stderr)


HOSTS = {
    "lv2": ("lv2_host", "urn:nam_core:player"),
    "clap": ("clap_host", str(BUILD / "nam_core.clap")),
    "vst3": ("vst3_host", str(vst3_module())),
}
