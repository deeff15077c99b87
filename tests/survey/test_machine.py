"""Facts about the machine, read from a folder that imitates the system's files."""

from __future__ import annotations

from pathlib import Path

import pytest

import nam_core
from nam_core.survey import machine
from nam_core.survey.machine import Watch


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def calm(root: Path) -> None:
    """A machine without anything to warn about."""
    write(root, "proc/cpuinfo", "processor : 0\nmodel name\t: Fast CPU 3000\nmodel name\t: another\n")
    write(root, "proc/stat", "cpu 100 0 100 800 0 0 0 0 0 0\ncpu0 1 2 3\n")
    write(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n")
    for core in (0, 1):
        write(root, f"sys/devices/system/cpu/cpu{core}/thermal_throttle/core_throttle_count", "7\n")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.getloadavg", lambda: (0.1, 0.0, 0.0))
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    calm(tmp_path)
    return tmp_path


def test_a_calm_machine(root: Path) -> None:
    watch = Watch(root)
    assert watch.conditions() == ()
    assert (watch.load, watch.throttled) == (0.1, False)
    assert machine.processor(root) == "Fast CPU 3000"
    assert machine.governor(root) == "performance"


def test_a_board_is_named(root: Path) -> None:
    write(root, "proc/device-tree/model", "Raspberry Pi 5\0")
    assert machine.processor(root) == "Raspberry Pi 5 (Fast CPU 3000)"


def test_where_nothing_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.getloadavg")
    watch = Watch(tmp_path)
    assert (watch.load, watch.throttled, watch.stolen) == (None, None, None)
    assert watch.conditions() == ()
    assert machine.governor(tmp_path) is None
    assert machine.processor(tmp_path)


def test_a_busy_machine(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (2.5, 0.0, 0.0))
    assert Watch(root).conditions() == ("Other programs were running: a load of 2.5 on 4 cores.",)


def test_a_clock_that_is_not_at_its_highest(root: Path) -> None:
    write(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
    assert Watch(root).conditions() == ("The clock's governor was powersave, not performance.",)


def test_throttling_during_the_run_counts(root: Path) -> None:
    watch = Watch(root)
    write(root, "sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count", "8\n")
    assert watch.throttled
    assert watch.conditions() == ("The processor was throttled.",)
    assert not Watch(root).throttled


@pytest.mark.parametrize(
    ("bits", "throttled"), [("0", False), ("50000", False), ("50004", True), ("2", True)]
)
def test_throttling_of_a_raspberry_pi(bits: str, throttled: bool, root: Path) -> None:
    write(root, "sys/devices/platform/soc/soc:firmware/get_throttled", f"{bits}\n")
    assert Watch(root).throttled is throttled


def test_time_that_other_virtual_machines_took(root: Path) -> None:
    watch = Watch(root)
    write(root, "proc/stat", "cpu 150 0 100 840 0 0 0 10 0 0\n")
    assert watch.stolen == pytest.approx(0.1)
    assert watch.conditions() == ("Other virtual machines took 10% of the processor's time.",)


def test_this_machine_is_described() -> None:
    model = nam_core.load(
        {
            "version": "0.7.0",
            "architecture": "Linear",
            "config": {"receptive_field": 1, "bias": False},
            "weights": [1.0],
        }
    )
    limit = machine.fma_limit(model)
    found = machine.describe(Watch(), model.isa, limit, ("One more thing.",))
    assert found.isa == model.isa
    assert found.fma_limit == limit > 0.0
    assert found.conditions[-1] == "One more thing."
    assert found.compiler == nam_core.runtime_info()["compiler"]
    assert found.cores >= 1
