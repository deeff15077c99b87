"""Build the wheel for AArch64 Linux on another machine, and test it under emulation.

    python tools/aarch64.py [--compiler clang++] [arguments of pytest]

Needs Debian or a relative of it with the packages g++-aarch64-linux-gnu and qemu-user, and the system's
version of Python with the build requirements of pyproject.toml, which `nox -s aarch64` installs. Nothing else
is installed: an AArch64 Python is unpacked below build/emulated, where the next run finds it, and
build/emulated/python starts it with the package.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "emulated"
SYSTEM = FOLDER / "system"
SITE = FOLDER / "site"
PYTHON = FOLDER / "python"
WHEELS = FOLDER / "wheels"

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
TOOLCHAINS = {"g++": "aarch64-linux-gnu.cmake", "clang++": "aarch64-linux-gnu-clang.cmake"}
# The oldest that the packages we depend on have wheels for, and plain "linux" for our own.
PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_27_aarch64", "manylinux_2_28_aarch64", "linux_aarch64")
# The bits of every model, and how near they are to PyTorch's in float64 and float32.
TESTS = (
    "tests/conformance",
    "tests/model/test_golden.py::test_float64_has_the_package_s_bits",
    "tests/model/test_golden.py::test_float32_is_close",
)

# A package manager's view of a machine that is not this one, and has nothing installed.
APT_SETTINGS = """\
APT::Architecture "arm64";
APT::Architectures {{ "arm64"; }};
APT::Sandbox::User "";
Dir::State "{state}";
Dir::State::status "{state}/status";
Dir::Cache "{cache}";
"""


def run(*command: str | Path, **environment: str) -> int:
    """Run a command that must succeed, with these environment variables added."""
    return subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **environment}).returncode


def unpack_system() -> None:
    """Put Debian's AArch64 Python, with its headers and everything that it is linked to, into SYSTEM."""
    state, cache, unpacked = FOLDER / "apt", FOLDER / "packages", FOLDER / "unpacking"
    archives = cache / "archives"
    for folder in (state / "lists" / "partial", archives / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    settings = FOLDER / "apt.conf"
    settings.write_text(APT_SETTINGS.format(state=state, cache=cache), "utf-8")
    apt = {"APT_CONFIG": str(settings)}
    run("apt-get", "update", "-qq", **apt)
    packages = (f"python{VERSION}-minimal", f"libpython{VERSION}-stdlib", "libstdc++6")
    run("apt-get", "install", "-qq", "--download-only", "--no-install-recommends", *packages, **apt)
    # Without what it depends on, the headers of the C library: the cross compiler has those.
    command = ("apt-get", "download", "-qq", f"libpython{VERSION}-dev")
    subprocess.run(command, check=True, cwd=archives, env={**os.environ, **apt})
    shutil.rmtree(unpacked, ignore_errors=True)
    for archive in sorted(archives.glob("*.deb")):
        run("dpkg-deb", "--extract", archive, unpacked)
    # Debian's pyconfig.h looks for the processor's own one in a folder that would have to be named as well.
    headers = unpacked / "usr" / "include"
    own = headers / "aarch64-linux-gnu" / f"python{VERSION}" / "pyconfig.h"
    shutil.copy(own, headers / f"python{VERSION}" / "pyconfig.h")
    unpacked.rename(SYSTEM)


def build_wheel(compiler: str) -> Path:
    """Cross-compile the wheel."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    settings = {
        "build-dir": f"build/aarch64-{compiler}",
        "cmake.toolchain-file": f"cmake/{TOOLCHAINS[compiler]}",
        "cmake.define.Python_INCLUDE_DIR": f"{SYSTEM}/usr/include/python{VERSION}",
        "cmake.define.PYTHON_MODULE_EXTENSION": f".cpython-{VERSION.replace('.', '')}-aarch64-linux-gnu.so",
    }
    run(
        *(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", WHEELS),
        *(f"--config-settings={key}={value}" for key, value in settings.items()),
        _PYTHON_HOST_PLATFORM="linux-aarch64",
    )
    (wheel,) = WHEELS.glob("*.whl")
    return wheel


def install(wheel: Path) -> None:
    """Put the wheel, what it depends on and what its tests need into SITE."""
    shutil.rmtree(SITE, ignore_errors=True)
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--target", SITE, f"{wheel}[test]"),
        *("--only-binary=:all:", "--implementation=cp", f"--python-version={VERSION}"),
        *(f"--platform={platform}" for platform in PLATFORMS),
    )


def make_command() -> None:
    """Write PYTHON, which tests that start a Python of their own are to use too: the emulator cannot."""
    command = f'exec qemu-aarch64 -L "{SYSTEM}" "{SYSTEM}/usr/bin/python{VERSION}" "$@"'
    path = f'export PYTHONPATH="{SITE}${{PYTHONPATH:+:$PYTHONPATH}}"'
    PYTHON.write_text(f"#!/bin/sh\n{path}\n{command}\n", "utf-8")
    PYTHON.chmod(0o755)
    (SITE / "sitecustomize.py").write_text(f"import sys\n\nsys.executable = {str(PYTHON)!r}\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--compiler", choices=TOOLCHAINS, default="g++", help="g++ is the default")
    options, arguments = parser.parse_known_args()
    programs = ("aarch64-linux-gnu-g++", "qemu-aarch64", "apt-get", "dpkg-deb", options.compiler)
    if missing := [program for program in programs if shutil.which(program) is None]:
        sys.exit(f"{', '.join(missing)} not found: this needs Debian, g++-aarch64-linux-gnu and qemu-user")
    if not SYSTEM.exists():
        unpack_system()
    install(build_wheel(options.compiler))
    make_command()
    command = (PYTHON, "-m", "pytest", "-p", "no:cacheprovider", *(arguments or TESTS))
    sys.exit(subprocess.run(command, cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
