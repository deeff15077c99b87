"""The engine under sanitizers: memory, undefined behaviour, races, blocking calls in the audio thread."""

from __future__ import annotations

import os
import shutil

import nox

from tools.sessions.cpp_build import build_checks, check_models, compiler_output, kernel_sets, run_check
from tools.sessions.endurance import fuzz
from tools.sessions.packaging import WHEEL, install_wheel
from tools.sessions.project import BUILD_REQUIREMENTS, PARALLEL


@nox.session(requires=WHEEL)
def sanitize(session: nox.Session) -> None:
    """Run the engine's tests and the check program with sanitizers (address, undefined) and asserts."""
    install_wheel(session, "test")
    sets = kernel_sets(session)
    settings = {
        "build-dir": "build/sanitize",
        "cmake.args": "--preset=sanitize",
        "cmake.build-type": "Debug",
        "cmake.define.NAM_CORE_PYTHON": "ON",
        # The check programs take cpp/nam_file along, whose files are not written to be compiled as one.
        "cmake.define.CMAKE_UNITY_BUILD": "OFF",
        "cmake.define.NAM_CORE_CHECK_MODELS": str(check_models(session)),
        # The widest vectors, and with AVX-512 both heights of panels.
        "cmake.define.NAM_CORE_KERNEL_SETS": ";".join(sorted({sets[0], sets[-1]})),
    }
    # Without build isolation: the isolated environment has no pip, and CMake fetches the JSON headers of the
    # check programs by pip (third_party/CMakeLists.txt).
    session.install(*BUILD_REQUIREMENTS, "cmake", "ninja", "pytest-xdist")
    options = (f"--config-settings={key}={value}" for key, value in settings.items())
    session.install("--no-build-isolation", ".", *options)
    # Python itself is not instrumented, so the sanitizer's library must be loaded first. The C++ library is
    # next, because the sanitizer looks in it for the functions that throw.
    compiler = os.environ.get("CXX", "c++")
    names = ("libasan.so", "libstdc++.so")
    libraries = [compiler_output(session, compiler, f"-print-file-name={name}") for name in names]
    environment = {"LD_PRELOAD": ":".join(libraries), "ASAN_OPTIONS": "detect_leaks=0"}
    selection = (
        "tests/api",
        "tests/conformance/test_golden_outputs.py",
        "tests/engine",
        "-k",
        "blocks or channels or threads",
        *PARALLEL,
    )
    session.run("pytest", *(session.posargs or selection), env=environment)
    run_check(session, "sanitize", "realtime_check", "200")
    fuzz(session, env=environment)


@nox.session(requires=WHEEL)
def tsan(session: nox.Session) -> None:
    """Look for races while sizes change; with clang 20 or later also for calls that may block."""
    install_wheel(session, "test")
    best, *_ = kernel_sets(session)
    # Calls of `process` on each stream. The thread sanitizer makes them slow, so it gets fewer.
    presets = {"tsan": "200"}
    if _clang_version(session) >= 20:
        presets["rtsan"] = "3000"
    for preset, calls in presets.items():
        # One kernel set, because compiling another with a sanitizer takes minutes.
        build_checks(session, preset, f"-DNAM_CORE_KERNEL_SETS={best}")
        run_check(session, preset, "realtime_check", calls)


def _clang_version(session: nox.Session) -> int:
    """Return the major version of clang++, or 0 if it is not installed."""
    if not shutil.which("clang++"):
        return 0
    return int(compiler_output(session, "clang++", "-dumpversion").partition(".")[0])
