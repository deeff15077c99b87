"""The C++ engine, built by plain CMake and by clang: its results, its exports, its real-time promises."""

from __future__ import annotations

import nox

from tools.sessions.cpp_build import build_checks, embed, run_check
from tools.sessions.packaging import WHEEL


@nox.session(requires=WHEEL)
def cpp(session: nox.Session) -> None:
    """Build the C++ library by plain CMake, warnings as errors; compare it with the oracle; build hosts."""
    build_checks(session, "release")
    run_check(session, "release", "oracle_check")
    embed(session, "release")
    compare_readers(session, "--mutants=1000")
    # Reads the kernel objects of every build folder that is up to date.
    session.run("pytest", "tests/codebase/test_symbols.py")


@nox.session(requires=WHEEL)
def readers(session: nox.Session) -> None:
    """Compare the C++ reader of .nam files with Python's on 5,000 mutants, or -- --mutants N --seed N."""
    build_checks(session, "release")
    compare_readers(session, *(session.posargs or ("--mutants=5000",)))


@nox.session(requires=WHEEL)
def realtime(session: nox.Session) -> None:
    """Count allocations, system calls and copies in the audio thread while sizes change."""
    build_checks(session, "release")
    run_check(session, "release", "realtime_check", "3000")
    for check in ("system_call_check", "history_check", "memory_check", "plan_check"):
        run_check(session, "release", check)


@nox.session
def clang(session: nox.Session) -> None:
    """Build the package with clang++: the bits are the same, and the kernel objects export nothing more."""
    session.install(".[test]", "--config-settings=build-dir=build/clang", env={"CXX": "clang++"})
    tests = ("tests/conformance/test_hashes.py", "tests/codebase/test_symbols.py")
    session.run("pytest", *(session.posargs or tests))


def compare_readers(session: nox.Session, *options: str) -> None:
    """Give both readers of .nam files the same files, and compare what they say."""
    session.run("python", "tests/nam_file/compare.py", "build/release/tests/cpp/nam_file_check", *options)
