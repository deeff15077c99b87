"""Applies one-line changes to a copy of the engine, one after the other, and counts those that the tests
find.

    python -m tools.mutants.run [--count 90] [--seed 1] [--only TEXT] [--again] [--work build/mutants]

Each mutant is built with -O1, asserts and one kernel set; only the objects that depend on the changed file
are compiled again. Then the fast tests run, those that find most mutants first. At the end, the slow tests
run with the mutants that no fast test has found. A mutant is found if a test fails, or takes more than three
times the processor time that it takes without the mutant. `explained.py` lists mutants that make no
difference; they are not built, because they would take longest. The exit status is 0 if at least 95 % of the
mutants were found, not counting those that do not compile or are explained.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools.mutants.explained import EXPLAINED
from tools.mutants.rules import ROOT, Mutant, drawn, picked

WANTED = 0.95
UNCOMPILABLE = "does not compile"
# One set: code that all sets share changes in every set, and the other sets' own files are not mutated.
KERNEL_SETS = "avx2"
# The tests that run with a mutant, in this order: quick tests that find many mutants come first.
TESTS = (
    (
        *("tests/conformance/test_hashes.py", "tests/engine", "tests/api/test_blocks.py"),
        *("tests/api/test_streaming.py", "tests/api/test_channels.py"),
        *("tests/realtime/test_switching.py", "tests/realtime/test_memory.py"),
    ),
    (
        *("tests/costing", "tests/api/test_refusals.py", "tests/api/test_compat_core.py"),
        *("tests/conformance/test_golden_outputs.py", "tests/kernels"),
        *("tests/api/test_import.py", "tests/api/test_load.py", "tests/api/test_threads.py"),
        *("tests/realtime/test_two_threads.py", "tests/realtime/test_beside_the_audio_thread.py"),
    ),
)
# All other tests that play models. They take minutes, and run only with the mutants that the tests above and
# the programs below have not found.
SLOW_TESTS = (
    *("tests/api", "tests/realtime", "tests/offline", "tests/levels", "tests/conformance", "tests/format"),
    *("tests/evaluation", "tests/survey", "tests/search", "tests/training", "tests/fuzz", "tests/cli"),
)
# This runs before all tests. It takes a second and finds most mutants that change bits.
SELFTEST = "from nam_core.cli import main; raise SystemExit(main(['selftest']))"
PROGRAMS = ("history_check", "realtime_check", "system_call_check", "memory_check", "plan_check")
# A mutant may leave a thread waiting for ever, which takes no processor time. This limit ends such tests.
WALL_SECONDS = 600


class Workplace:
    """A copy of the project, built once without a mutant."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.build = folder / "build"
        self.cpu_seconds: dict[str, float] = {}  # processor time of each command without a mutant
        folder.mkdir(parents=True, exist_ok=True)
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in listed.stdout.split("\0")[:-1]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        models = folder / "check_models"
        golden = sorted(str(path) for path in (folder / "tests" / "golden").glob("*.nam"))
        self.package = folder / "package"
        options = [
            "-DCMAKE_BUILD_TYPE=Debug",
            "-DCMAKE_CXX_FLAGS_DEBUG=-O1",
            f"-DNAM_CORE_KERNEL_SETS={KERNEL_SETS}",
        ]
        configure = [
            "cmake",
            "-S",
            str(folder),
            "-B",
            str(self.build),
            "-G",
            "Ninja",
            "-DNAM_CORE_PYTHON=ON",
            *options,
        ]
        configure.append(f"-DPython_EXECUTABLE={sys.executable}")
        configure.append(f"-Dpybind11_DIR={_printed('pybind11', '--cmakedir')}")
        # When a line is restored, its file is compiled again, from a cache if there is one.
        if shutil.which("ccache"):
            configure.append("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
        self._must(configure)
        if error := self.compile():
            raise SystemExit(f"the engine itself does not build:\n{error}")
        self._must([sys.executable, "tests/cpp/describe_models.py", str(models), *golden])
        self._must([*configure, f"-DNAM_CORE_CHECK_MODELS={models / 'models.cpp'}"])
        if error := self.compile() or self.failing_test():
            raise SystemExit(f"the engine itself does not pass:\n{error}")

    def make(self, *targets: str) -> str:
        """Build the targets that have changed. Returns the errors, or ""."""
        command = ["cmake", "--build", str(self.build), "--target", *targets]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        return built.stdout[-2000:] if built.returncode else ""

    def compile(self) -> str:
        """Build the Python package again if files have changed. Returns the errors, or ""."""
        if error := self.make("_core"):
            return error
        shutil.copytree(self.folder / "src" / "nam_core", self.package / "nam_core", dirs_exist_ok=True)
        # An installed package has metadata, from which nam_core reads its own version.
        metadata = self.package / "nam_core-0.dist-info" / "METADATA"
        metadata.parent.mkdir(exist_ok=True)
        metadata.write_text("Metadata-Version: 2.1\nName: nam_core\nVersion: 0\n")
        (extension,) = (self.build / "cpp").glob("_core*")
        shutil.copy2(extension, self.package / "nam_core" / extension.name)
        return ""

    def failing_test(self) -> str:
        """The name of the first test that fails, or ""."""
        if error := self._failure([sys.executable, "-c", SELFTEST]):
            return error
        for tests in TESTS:
            if error := self._failure(_pytest(tests)):
                return error
        # The programs are linked only now, because the tests above find most mutants.
        if error := self.make(*PROGRAMS):
            return error
        for program in PROGRAMS:
            path = self.build / "tests" / "cpp" / program
            if error := self._failure([str(path), *(["300"] if program == "realtime_check" else [])]):
                return error
        return ""

    def failing_slow_test(self) -> str:
        """The name of the first slow test that fails, or ""."""
        return self._failure(_pytest(SLOW_TESTS))

    def _failure(self, command: list[str]) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.package), "PYTHONDONTWRITEBYTECODE": "1"}
        name = " ".join(command)
        usual = self.cpu_seconds.get(name)
        allowed = resource.RLIM_INFINITY if usual is None else int(3 * usual) + 10
        began = _cpu_seconds_of_children()
        try:
            done = subprocess.run(
                command,
                cwd=self.folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=WALL_SECONDS if usual else None,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed)),
            )
        except subprocess.TimeoutExpired:
            return f"{Path(command[-1]).name}: no end after {WALL_SECONDS} s"
        self.cpu_seconds.setdefault(name, _cpu_seconds_of_children() - began)
        if done.returncode == 0:
            return ""
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return failed[0][:150] if failed else f"{Path(command[-1]).name}: exit status {done.returncode}"

    def _must(self, command: list[str]) -> None:
        environment = {**os.environ, "PYTHONPATH": str(self.package)}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    def verdict(self, mutant: Mutant, failing_test: Callable[[], str]) -> str:
        """The result of ``failing_test`` with the mutant, or the reason why the mutant could not be built."""
        path = self.folder / "cpp" / mutant.path
        original = path.read_text("utf-8")
        lines = original.splitlines()
        assert lines[mutant.number - 1] == mutant.old
        lines[mutant.number - 1] = mutant.new
        path.write_text("\n".join(lines) + "\n", "utf-8")
        try:
            return UNCOMPILABLE if self.compile() else failing_test()
        finally:
            path.write_text(original, "utf-8")


def _pytest(tests: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests]


def _cpu_seconds_of_children() -> float:
    """The processor time of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _printed(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=90, help="number of mutants drawn by rule")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only mutants whose name contains this")
    parser.add_argument("--again", action="store_true", help="only mutants that the last run did not find")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "mutants")
    options = parser.parse_args()
    mutants = [
        mutant for mutant in picked() + drawn(options.count, options.seed) if options.only in mutant.name
    ]
    survived = options.work / "survivors.json"
    if options.again:
        names = set(json.loads(survived.read_text("utf-8")))
        mutants = [mutant for mutant in mutants if mutant.name in names]
    explained = [mutant for mutant in mutants if mutant.name in EXPLAINED]
    for mutant in explained:
        print(f"makes no difference: {mutant.name}\n    {EXPLAINED[mutant.name]}")
    mutants = [mutant for mutant in mutants if mutant.name not in EXPLAINED]
    place = Workplace(options.work.resolve())
    words = [_judged(place, mutant, place.failing_test) for mutant in mutants]
    compiled = len(words) - words.count(UNCOMPILABLE)
    survivors = [mutant for mutant, word in zip(mutants, words, strict=True) if not word]
    print(f"of {compiled} mutants that make a difference, the fast tests find {compiled - len(survivors)}")
    if survivors:
        # The package still holds the last mutant.
        if error := place.compile() or place.failing_slow_test():
            raise SystemExit(f"the engine itself does not pass:\n{error}")
        survivors = [mutant for mutant in survivors if not _judged(place, mutant, place.failing_slow_test)]
    found_share = (compiled - len(survivors)) / max(compiled, 1)
    print(
        f"{len(mutants) + len(explained)} mutants: {words.count(UNCOMPILABLE)} do not compile, "
        f"{len(explained)} make no difference; of the other {compiled} the tests find {found_share:.1%}"
    )
    survived.write_text(json.dumps([mutant.name for mutant in survivors], indent=1), "utf-8")
    return found_share < WANTED


def _judged(place: Workplace, mutant: Mutant, failing_test: Callable[[], str]) -> str:
    """The test that found the mutant, or "". Prints the result."""
    began = time.monotonic()
    word = place.verdict(mutant, failing_test)
    print(f"{time.monotonic() - began:.0f} s  {mutant.name}\n    {word or 'SURVIVED'}", flush=True)
    return word


if __name__ == "__main__":
    sys.exit(main())
