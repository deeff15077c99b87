"""Install a wheel into a Python of Debian's, emulated if it is for AArch64, and run the tests there.

    python tools/emulation.py WHEEL [arguments of pytest]

Needs Debian or a relative of it on x86-64, with qemu-user for AArch64. A Python of the wheel's version and
processor is unpacked below build/debian (tools/debian.py), the wheel and its dependencies below
build/emulated, where the command `python-3.11-aarch64` starts that Python. `nam-core selftest` runs first.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "emulated"
# The minor version of each release's C library; pip gets a list of all versions up to it.
GLIBCS = {"bookworm": 36, "trixie": 41, "forky": 42}
# The arguments of Python that do what the command nam-core does.
SELFTEST = ("-c", "from nam_core.cli import main; main()", "selftest")


def install(wheel: Path, version: str, processor: str) -> Path:
    """Install the wheel, its dependencies and those of its tests into a folder, and return the folder."""
    site = FOLDER / f"site-{version}-{processor}"
    shutil.rmtree(site, ignore_errors=True)
    newest = GLIBCS[debian.SUITES[version]]
    platforms = [f"manylinux_2_{minor}_{processor}" for minor in range(17, newest + 1)]
    subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--target",
                site,
                f"{wheel}[test]",
                "pytest-xdist",
            ),
            *("--only-binary=:all:", "--implementation=cp", f"--python-version={version}"),
            *(
                f"--platform={platform}"
                for platform in (*platforms, f"manylinux2014_{processor}", f"linux_{processor}")
            ),
        ],
        check=True,
    )
    return site


def make_command(site: Path, version: str, processor: str) -> Path:
    """Write the command that starts the Python, and return its path. Tests that start Python use it as
    well.
    """
    system = debian.system(version, processor)
    command = FOLDER / f"python-{version}-{processor}"
    start = {
        "aarch64": f'qemu-aarch64 -L "{system}"',
        # With the loader and C library of that system, because this machine's may be older.
        "x86_64": f'"{system}/lib64/ld-linux-x86-64.so.2" --library-path "{system}/usr/lib/x86_64-linux-gnu"',
    }[processor]
    path = f'export PYTHONHOME="{system}/usr" PYTHONPATH="{site}${{PYTHONPATH:+:$PYTHONPATH}}"'
    program = f'exec {start} "{system}/usr/bin/python{version}" "$@"'
    command.write_text(f"#!/bin/sh\n{path}\n{program}\n", "utf-8")
    command.chmod(0o755)
    (site / "sitecustomize.py").write_text(f"import sys\n\nsys.executable = {str(command)!r}\n", "utf-8")
    return command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("wheel", type=Path, metavar="WHEEL")
    options, arguments = parser.parse_known_args()
    processor = "aarch64" if options.wheel.stem.endswith("aarch64") else "x86_64"
    needed = ("apt-get", "dpkg-deb", *(["qemu-aarch64"] if processor == "aarch64" else []))
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        sys.exit(f"{', '.join(missing)} not found: this needs Debian with qemu-user")
    tag = options.wheel.name.split("-")[2]
    version = f"{tag[2]}.{tag[3:]}"
    if version not in debian.SUITES:
        sys.exit(f"Debian has no CPython {version}, only {', '.join(debian.SUITES)}")
    command = make_command(install(options.wheel, version, processor), version, processor)
    subprocess.run([command, *SELFTEST], check=True)
    sys.exit(
        subprocess.run([command, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=ROOT).returncode
    )


if __name__ == "__main__":
    main()
