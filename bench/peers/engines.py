"""The engines that are compared: this package, PyTorch, and host programs of peers."""

from __future__ import annotations

import math
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import nam_core
from bench.models import SAMPLE_RATE, noise

PASSES = 20
FRAMES = 4096


class HostError(Exception):
    """A host program is missing, or does not do what a host must do; the message names it."""


class Engine(Protocol):
    """One build of one engine.

    Attributes
    ----------
    peer : name of the engine. build : name of this build of it. description : version, compiler, flags.
    """

    @property
    def peer(self) -> str: ...

    @property
    def build(self) -> str: ...

    @property
    def description(self) -> str: ...

    def time(self, model: Path, block: int) -> float | None:
        """ns per sample in blocks of ``block`` frames, the least of 20 passes; None if it does not load."""


@dataclass(frozen=True)
class Ours:
    """The engine of this package, in the process of the benchmark."""

    peer: str = "nam_core"
    build: str = "installed"

    @property
    def description(self) -> str:
        """Version, instruction set and compiler."""
        info = nam_core.runtime_info()
        return f"{info['version']}, {info['isas'][0]}, {info['compiler']}"

    def time(self, model: Path, block: int) -> float:
        """ns per sample. The model is loaded anew, as in a host, so that every round has other addresses."""
        audio = noise(FRAMES).astype(np.float32)
        engine: Any = nam_core.load(model)._engine
        seconds: float = min(engine.time_run(audio, block) for _ in range(PASSES))
        return seconds / (FRAMES // block * block) * 1e9


class Torch:
    """PyTorch on one thread, in the process of the benchmark."""

    peer = "PyTorch"
    build = "installed"

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self._torch = torch
        self.description = f"{torch.__version__}, a whole second at once, processor time"

    def time(self, model: Path, block: int) -> float:
        """ns per sample for a second of audio; the block is not used."""
        network = nam_core.reference.to_torch(model).float().eval()
        before = nam_core.load(model).receptive_field - 1
        x = self._torch.from_numpy(noise(SAMPLE_RATE + before).astype(np.float32))
        with self._torch.inference_mode():
            start = time.thread_time()
            network(x[None], pad_start=False)
            return (time.thread_time() - start) / SAMPLE_RATE * 1e9


@dataclass(frozen=True)
class Host:
    """One build of a peer: a host program, whose use ``bench/peers/__main__.py`` describes."""

    peer: str
    program: Path
    description: str = field(init=False)

    def __post_init__(self) -> None:
        program = self.program.resolve()
        if not program.is_file():
            raise HostError(f"{self.peer}: there is no program {self.program}")
        if not os.access(program, os.X_OK):
            raise HostError(f"{self.peer}: {self.program} is not executable")
        object.__setattr__(self, "program", program)
        done = self._run("--describe")
        if done.returncode != 0 or not done.stdout.strip():
            raise HostError(f"{self.peer}: `{self.program} --describe` describes nothing")
        object.__setattr__(self, "description", done.stdout.strip())

    @property
    def build(self) -> str:
        """The name of the program's file."""
        return self.program.name

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(self.program), *arguments], capture_output=True, text=True, check=False)

    def loads(self, model: Path) -> bool:
        """Whether the program loads the model."""
        return self._run(str(model), "1", "64").returncode == 0

    def time(self, model: Path, block: int) -> float | None:
        """ns per sample as the program prints it.

        Raises
        ------
        HostError : the program succeeds, but does not print a time.
        """
        done = self._run(str(model), str(PASSES), str(block))
        if done.returncode != 0:
            return None
        try:
            found = float(done.stdout)
        except ValueError:
            found = math.nan
        if not 0 < found < math.inf:
            raise HostError(f"{self.peer}: {self.program} printed {done.stdout!r}, which is not a time")
        return found
