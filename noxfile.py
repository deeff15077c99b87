"""The checks of this project, one session each: `nox -l` lists them, .ci/run runs them all."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "tests"]

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
WHEELS = ROOT / "build" / "wheel"

# The release whose results are the reference. Installed before anything that asks for just any torch.
TORCH = "torch==2.13.0"
# The cross compiler of the wheels: a newer one may need other flags, so it is named exactly.
ZIG = "ziglang==0.17.1"
# What runs under emulation without --full: the bits, the interface, files and the command line, but not what
# takes minutes there.
EMULATED_TESTS = (
    *("tests/conformance/test_hashes.py", "tests/api", "tests/file", "tests/cli"),
    "tests/model/test_golden.py::test_float64_has_the_package_s_bits",
    *("-k", "not (scalar or threads or huge_block or full_disk or any_place)"),
)

# For hosts of the C++ library on Debian: its cross compiler, and qemu with that compiler's libraries.
AARCH64_TOOLCHAIN = "cmake/aarch64-linux-gnu.cmake"
AARCH64_EMULATOR = "qemu-aarch64 -L /usr/aarch64-linux-gnu"


def install_wheel(session: nox.Session, extras: str) -> None:
    """Install what the session `wheel` built, with extras."""
    (wheel,) = WHEELS.glob("*.whl")
    session.install(f"{wheel}[{extras}]")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the package once, for the sessions that install it."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", ".", "--no-deps", "--wheel-dir", str(WHEELS))


@nox.session(requires=["wheel"])
def tests(session: nox.Session) -> None:
    """Run the tests, without PyTorch: pass pytest's arguments after --."""
    install_wheel(session, "test")
    session.run("pytest", *session.posargs)


@nox.session(requires=["wheel"])
def reference(session: nox.Session) -> None:
    """Run the tests with PyTorch and the trainer's package, which are the reference for every result."""
    session.install(TORCH)
    install_wheel(session, "test,reference")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check every file as a commit is checked (.pre-commit-config.yaml): ruff, clang-format, whitespace."""
    session.install("pre-commit")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly: the package, the tests, the benchmarks."""
    project = PYPROJECT["project"]
    session.install(*project["dependencies"], *project["optional-dependencies"]["test"], "mypy==2.4.1", "nox")
    session.run("mypy")


@nox.session(requires=["wheel"])
def cpp(session: nox.Session) -> None:
    """Build the C++ library by plain CMake, warnings as errors; for AArch64 too if there is a compiler."""
    session.install(*PYPROJECT["build-system"]["requires"], "cmake", "ninja")
    presets = ["dev", "release"]
    if shutil.which("aarch64-linux-gnu-g++"):
        presets.append("aarch64")
    for preset in presets:
        session.run("cmake", "--preset", preset, "-G", "Ninja", "--fresh")
        session.run("cmake", "--build", "--preset", preset)
    install_wheel(session, "test")
    # The library as hosts get it: installed, found, linked, and the same bits as in Python.
    hosts = {"release": (), "aarch64": ("--toolchain", AARCH64_TOOLCHAIN, "--emulator", AARCH64_EMULATOR)}
    for preset in presets[1:]:
        installed = ROOT / "build" / "installed" / preset
        session.run("cmake", "--install", f"build/{preset}", "--prefix", str(installed), silent=True)
        session.run("python", "tests/embedding/check.py", str(installed), *hosts[preset])
    # What the objects of all these builds export, for every processor that they are for.
    session.run("pytest", "tests/codebase/test_symbols.py")


@nox.session(requires=["wheel"])
def realtime(session: nox.Session) -> None:
    """Count allocations and system calls in the audio thread, and look for races, while sizes change."""
    session.install(*PYPROJECT["build-system"]["requires"], "cmake", "ninja")
    install_wheel(session, "test")
    folder = ROOT / "build" / "check_models"
    golden = sorted(str(path) for path in (ROOT / "tests" / "golden").glob("*.nam"))
    session.run("python", "tests/cpp/describe_models.py", str(folder), *golden)
    models = folder / "models.cpp"
    presets = {"release": 3000, "sanitize": 500, "tsan": 500}
    if _clang_version(session) >= 20:
        presets["rtsan"] = 3000
    for preset, calls in presets.items():
        # Beside what other sessions build with the preset, which may be for Python too.
        folder = ROOT / "build" / f"check-{preset}"
        session.run(
            "cmake", "--preset", preset, "-G", "Ninja", "-B", str(folder), f"-DNAM_CHECK_MODELS={models}"
        )
        session.run("cmake", "--build", str(folder))
        session.run(str(folder / "tests" / "cpp" / "realtime_check"), str(calls), external=True)
    session.run(str(ROOT / "build" / "check-release" / "tests" / "cpp" / "system_call_check"), external=True)


def _clang_version(session: nox.Session) -> int:
    """The major version of clang++; 0 if there is none."""
    if not shutil.which("clang++"):
        return 0
    printed = session.run("clang++", "-dumpversion", external=True, silent=True, log=False)
    return int(str(printed).partition(".")[0])


@nox.session
def clang(session: nox.Session) -> None:
    """Build the package with clang++: it gives the same bits, and the kernel objects export as little."""
    session.install(".[test]", "--config-settings=build-dir=build/clang", env={"CXX": "clang++"})
    tests = ("tests/conformance/test_hashes.py", "tests/codebase/test_symbols.py")
    session.run("pytest", *(session.posargs or tests))


@nox.session
def wheels(session: nox.Session) -> None:
    """Build the wheels for Linux, check them, run the tests in both processors'; --python 3.11, --full."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args(session.posargs)
    if not (shutil.which("qemu-aarch64") and shutil.which("qemu-x86_64")):
        session.error("The wheels are run on other processors: this needs Debian's qemu-user.")
    session.install(
        *PYPROJECT["build-system"]["requires"], "cmake", "ninja", "wheel", ZIG, "auditwheel", "pytest"
    )
    session.run("python", "tools/wheels.py", *(f"--python={version}" for version in options.python))
    session.run("pytest", "tests/wheels")
    # Here, and on older processors of the same kind.
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    (native,) = (ROOT / "build" / "wheels").glob(f"*-{tag}-*{platform.machine()}.whl")
    session.install(f"{native}[test]")
    session.run("nam-core", "selftest")
    session.run("pytest", "tests/conformance", "tests/codebase/test_symbols.py", "-k", "not of_emulated")
    for wheel in _emulated_wheels(session, "wheels"):
        session.run("python", "tools/emulation.py", wheel, "-n2", *(() if options.full else EMULATED_TESTS))


@nox.session
def aarch64(session: nox.Session) -> None:
    """Build for AArch64 by Debian's g++, beside the clang of zig, and compare the bits under emulation."""
    session.install(*PYPROJECT["build-system"]["requires"], "cmake", "ninja", "wheel")
    session.run("python", "tools/wheels.py", "--gcc", "--processor=aarch64", "--python=3.11")
    for wheel in _emulated_wheels(session, "wheels-gcc"):
        session.run("python", "tools/emulation.py", wheel, *(session.posargs or ["tests/conformance"]))


def _emulated_wheels(session: nox.Session, folder: str) -> list[str]:
    """The AArch64 wheels of a folder whose Python Debian has for the emulator."""
    found = (ROOT / "build" / folder).glob("*aarch64.whl")
    wheels = sorted(str(path) for path in found if re.search(r"-cp3(11|13|14)-.*linux(?!_1)", path.name))
    if not wheels:
        session.error("Debian has none of these Pythons for AArch64: nothing ran under emulation.")
    return wheels


@nox.session
def sanitize(session: nox.Session) -> None:
    """Run the engine's tests with sanitizers (address, undefined behaviour), asserts and bounds checks."""
    settings = {
        "build-dir": "build/sanitize",
        "cmake.args": "--preset=sanitize",
        "cmake.build-type": "Debug",
        "cmake.define.NAM_PYTHON": "ON",
    }
    session.install(".[test]", *(f"--config-settings={key}={value}" for key, value in settings.items()))
    # Python itself is not instrumented, so the sanitizer's library has to come first, and with it the C++
    # library, in which it looks for the functions that throw.
    libraries = [_library(session, name) for name in ("libasan.so", "libstdc++.so")]
    environment = {"LD_PRELOAD": ":".join(libraries), "ASAN_OPTIONS": "detect_leaks=0"}
    selection = ("tests/api", "tests/model", "-k", "blocks or channels or threads")
    session.run("pytest", *(session.posargs or selection), env=environment)


def _library(session: nox.Session, name: str) -> str:
    """Where the compiler has a library of its own."""
    compiler = os.environ.get("CXX", "c++")
    found = session.run(compiler, f"-print-file-name={name}", external=True, silent=True, log=False)
    return str(found).strip()


@nox.session(requires=["wheel"])
def bench(session: nox.Session) -> None:
    """See that every benchmark runs. For figures: `pytest --benchmark`, on a quiet machine."""
    install_wheel(session, "test")
    once = ("--benchmark-max-time=0.01", "--benchmark-min-rounds=1", "--benchmark-columns=median")
    session.run("pytest", "--benchmark", *(session.posargs or once))
