"""Build wheels for Linux, on x86-64 or AArch64 for both, without emulation.

    python tools/wheels.py [--python 3.11]... [--processor aarch64]... [--libc gnu]... [--gcc]

Needs the build requirements of pyproject.toml with cmake, ninja, wheel and ziglang, which `nox -s wheels`
installs. The headers of CPython are Debian's (tools/debian.py) or those of an interpreter on this machine; a
version that has neither is named and left out. Wheels end up in build/wheels, those of --gcc in
build/wheels-gcc. C++ code below the binding is compiled once for all versions of Python.
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

ROOT = Path(__file__).resolve().parents[1]
WHEELS = {False: ROOT / "build" / "wheels", True: ROOT / "build" / "wheels-gcc"}  # by whether gcc builds them

VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
PROCESSORS = ("aarch64", "x86_64")
# What zig calls the oldest C library, and the wheels' name for it.
LIBCS = {"gnu": ("gnu.2.17", "manylinux_2_17_{0}.manylinux2014_{0}"), "musl": ("musl", "musllinux_1_2_{0}")}


def headers(version: str) -> Path | None:
    """The folder with the Python.h of a version of CPython for 64-bit Linux, or None."""
    if version in debian.SUITES and shutil.which("apt-get"):
        return debian.headers(version)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    ask = "import sysconfig, sys; print('%d.%d' % sys.version_info[:2], sysconfig.get_path('include'))"
    for python in (sys.executable, f"python{version}", *sorted(pyenv.glob(f"{version}.*/bin/python"))):
        if shutil.which(python):
            found = subprocess.run([python, "-c", ask], capture_output=True, text=True).stdout.split()
            if found[:1] == [version] and Path(found[1], "Python.h").exists():
                return Path(found[1])
    return None


def build(version: str, include: Path, processor: str, libc: str, gcc: bool) -> Path:
    """Cross-compile one wheel into its folder of WHEELS."""
    target, platform = LIBCS[libc]
    defines = {"NAM_PYTHON_INCLUDE_DIR": str(include)}
    if gcc:
        folder, toolchain, platform = "gcc", f"{processor}-linux-gnu.cmake", "linux_{0}"
    else:
        folder, toolchain = libc, "zig.cmake"
        defines.update(NAM_ZIG=_zig(), NAM_ZIG_TARGET=f"{processor}-linux-{target}")
    settings = {
        "build-dir": f"build/wheels-{processor}-{folder}",
        # zig's linker does it, and this machine's program need not know the other's files.
        "install.strip": "false",
        "cmake.toolchain-file": f"cmake/{toolchain}",
        **{f"cmake.define.{name}": value for name, value in defines.items()},
    }
    scratch = ROOT / settings["build-dir"] / "wheel"
    shutil.rmtree(scratch, ignore_errors=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", ".", "--quiet", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", scratch),
            *(f"--config-settings={name}={value}" for name, value in settings.items()),
        ],
        check=True,
        cwd=ROOT,
        env={**os.environ, "_PYTHON_HOST_PLATFORM": f"linux-{processor}"},
    )
    (wheel,) = scratch.glob("*.whl")
    tag = f"cp{version.replace('.', '')}"
    tags = ("--python-tag", tag, "--abi-tag", tag, "--platform-tag", platform.format(processor))
    command = [sys.executable, "-m", "wheel", "tags", "--remove", *tags, wheel]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    WHEELS[gcc].mkdir(parents=True, exist_ok=True)
    return Path(shutil.move(scratch / name, WHEELS[gcc] / name))


def _zig() -> str:
    """The program in the package ziglang."""
    package = find_spec("ziglang")
    if package is None or package.origin is None:
        raise SystemExit("ziglang is not installed: `nox -s wheels` does that")
    return str(Path(package.origin).with_name("zig"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", action="append", help=f"versions of CPython ({', '.join(VERSIONS)})")
    parser.add_argument("--processor", action="append", choices=PROCESSORS, help="default: both")
    parser.add_argument("--libc", action="append", choices=LIBCS, help="default: gnu")
    parser.add_argument("--gcc", action="store_true", help="Debian's g++ for AArch64; not for publishing")
    options = parser.parse_args()
    if sysconfig.get_platform() not in ("linux-x86_64", "linux-aarch64"):
        raise SystemExit("This needs Linux; for other systems see [tool.cibuildwheel] in pyproject.toml.")
    shutil.rmtree(WHEELS[options.gcc], ignore_errors=True)
    without = []
    for version in options.python or VERSIONS:
        include = headers(version)
        if include is None:
            without.append(version)
            continue
        # At the same time: zig links, and builds its C++ library for that, on one core.
        with ThreadPoolExecutor() as pool:
            builds = [
                pool.submit(build, version, include, processor, libc, options.gcc)
                for processor in options.processor or PROCESSORS
                for libc in options.libc or ("gnu",)
            ]
            for finished in builds:
                wheel = finished.result()
                print(f"{wheel.name}: {wheel.stat().st_size / 1000:.0f} KB", flush=True)
    if without:
        print(f"No headers here, so no wheels: CPython {', '.join(without)}")
    if options.python and without:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
