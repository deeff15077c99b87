"""Describes the machine of a measurement, and whether its state allows one."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from ..engine.runtime import runtime_info
from ..model import Model

_ROOT = Path("/")
# Long enough to time well, short enough to run between two measurements: 1 ms at 60 multiply-adds
# per ns.
_FMA_ROUNDS = 600_000
# A condition is reported if other programs, or other virtual machines, took more than these shares of the
# machine's time.
_MOST_LOAD = 0.25
_MOST_STOLEN = 0.02
# Bits of the present state that a Raspberry Pi's firmware reports: capped clock, throttled, too hot.
_PI_THROTTLED_NOW = 0b1110


@dataclass(frozen=True)
class Machine:
    """The machine, the build, and the machine's state during the run.

    Attributes
    ----------
    processor, cores, system : as the system names them. isa : the instruction set of the run.
    compiler : of the native module. nam_core, python : versions.
    governor : the policy of the processor's clock; None where it cannot be read.
    throttled : whether the processor was slowed down during the run; None where that cannot be read.
    load : programs that wanted a core in the minute before the run; None where that cannot be read.
    fma_limit : fused multiply-adds per ns on one core, for the dtype and instruction set of the run.
    conditions : reasons not to trust the figures, one sentence each; empty if there are none.
    """

    processor: str
    cores: int
    system: str
    isa: str
    compiler: str
    nam_core: str
    python: str
    governor: str | None
    throttled: bool | None
    load: float | None
    fma_limit: float
    conditions: tuple[str, ...]


def processor(root: Path = _ROOT) -> str:
    """Return the processor's name, and the board's where the system tells it."""
    name = platform.processor() or platform.machine()
    for line in _read(root / "proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            name = line.partition(":")[2].strip()
            break
    board = _read(root / "proc/device-tree/model").strip("\0\n ")
    return f"{board} ({name})" if board else name


def governor(root: Path = _ROOT) -> str | None:
    """Return the frequency policy of the first core, such as "performance"; None where it cannot be read."""
    return _read(root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").strip() or None


def fma_limit(model: Model) -> float:
    """Return the multiply-adds per ns of one core on registers, in the model's dtype and instruction set.

    Takes about a millisecond. On a shared core the figure varies, so take the largest of several calls.
    """
    return model._engine.fma_limit(_FMA_ROUNDS) / 1e9


class Watch:
    """The state of the machine from when this is made until ``conditions`` is called."""

    def __init__(self, root: Path = _ROOT) -> None:
        self._root = root
        self.load = _load()
        self._throttle_counts = _throttle_counts(root)
        self._ticks = _ticks(root)

    @property
    def throttled(self) -> bool | None:
        """Whether the processor was throttled since this was made; None where that cannot be read."""
        pi = _read(self._root / "sys/devices/platform/soc/soc:firmware/get_throttled").strip()
        if pi:
            return bool(int(pi, 16) & _PI_THROTTLED_NOW)
        counts = _throttle_counts(self._root)
        return (
            counts > self._throttle_counts
            if counts is not None and self._throttle_counts is not None
            else None
        )

    @property
    def stolen(self) -> float | None:
        """Return the share of time that the host gave to other virtual machines (steal); None where that is
        not counted.
        """
        before, after = self._ticks, _ticks(self._root)
        if before is None or after is None or after[0] <= before[0]:
            return None
        return (after[1] - before[1]) / (after[0] - before[0])

    def conditions(self) -> tuple[str, ...]:
        """Return the reasons not to trust figures measured since this was made, one sentence each."""
        found = []
        cores = os.cpu_count() or 1
        if self.load is not None and self.load > _MOST_LOAD * cores:
            found.append(f"Other programs were running: a load of {self.load:.1f} on {cores} cores.")
        if self.stolen is not None and self.stolen > _MOST_STOLEN:
            found.append(f"Other virtual machines took {self.stolen:.0%} of the processor's time.")
        policy = governor(self._root)
        if policy not in (None, "performance"):
            found.append(f"The clock's governor was {policy}, not performance.")
        if self.throttled:
            found.append("The processor was throttled.")
        if runtime_info()["asserts"]:
            found.append("This build of nam_core checks itself, which takes time.")
        return tuple(found)


def describe(watch: Watch, isa: str, limit: float, conditions: tuple[str, ...] = ()) -> Machine:
    """The machine at the end of a run; ``conditions`` are added to those of the watch."""
    runtime = runtime_info()
    return Machine(
        processor=processor(),
        cores=os.cpu_count() or 1,
        system=platform.platform(),
        isa=isa,
        compiler=runtime["compiler"],
        nam_core=runtime["version"],
        python=runtime["python"],
        governor=governor(),
        throttled=watch.throttled,
        load=watch.load,
        fma_limit=limit,
        conditions=watch.conditions() + conditions,
    )


def _read(path: Path) -> str:
    """Return the text of one of the system's files; an empty string if there is no such file."""
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _load() -> float | None:
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):
        return None


def _throttle_counts(root: Path) -> int | None:
    """Return how often any core of an x86 processor was throttled for heat since the system started."""
    counts = [
        _read(path).strip() for path in root.glob("sys/devices/system/cpu/cpu*/thermal_throttle/*_count")
    ]
    return sum(map(int, counts)) if counts else None


def _ticks(root: Path) -> tuple[int, int] | None:
    """Return the number of all clock ticks, and of those that the host gave to other virtual machines
    (proc(5), the fields of "cpu").
    """
    fields = _read(root / "proc/stat").partition("\n")[0].split()
    if len(fields) < 9 or fields[0] != "cpu":
        return None
    ticks = [int(field) for field in fields[1:9]]
    return sum(ticks), ticks[7]
