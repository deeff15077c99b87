"""The load of the machine during a benchmark that shares the machine with other programs."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np

from nam_core.survey.machine import processor


class Machine:
    """Watches the machine's load while the clients run."""

    def __init__(self) -> None:
        self.loads: list[float] = []
        self._before = self._ticks()

    def _ticks(self) -> list[int]:
        return [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]

    def watch(self, seconds: float) -> None:
        """Wait for so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(5.0, max(0.0, end - time.monotonic())))
            self.loads.append(os.getloadavg()[0])

    def __str__(self) -> str:
        spent = [now - then for now, then in zip(self._ticks(), self._before, strict=True)]
        idle, stolen = (spent[3] + spent[4]) / sum(spent), spent[7] / sum(spent)
        return (
            f"{processor()}, {os.cpu_count()} CPUs: load average {np.mean(self.loads):.1f}, "
            f"idle {idle:.0%}, taken by other virtual machines {stolen:.1%}"
        )
