"""Install an AArch64 wheel into an emulated Python, and run the tests there.

    python tools/emulation.py WHEEL [arguments of pytest]

Needs Debian or a relative of it with qemu-user. An AArch64 Python of the wheel's version is unpacked below
build/debian (tools/debian.py), the wheel and what it needs below build/emulated, where `python-3.11` starts
it.
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
# The newest C library that a release has, as pip wants to have them listed.
GLIBCS = {"bookworm": 36, "trixie": 41, "forky": 42}


def install(wheel: Path, version: str) -> Path:
    """Put the wheel, what it depends on and what its tests need into a folder; the folder."""
    site = FOLDER / f"site-{version}"
    shutil.rmtree(site, ignore_errors=True)
    newest = GLIBCS[debian.SUITES[version]]
    platforms = [f"manylinux_2_{minor}_aarch64" for minor in range(17, newest + 1)]
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
                for platform in (*platforms, "manylinux2014_aarch64", "linux_aarch64")
            ),
        ],
        check=True,
    )
    return site


def make_command(site: Path, version: str) -> Path:
    """Write the command that starts the emulated Python. Tests that start another are to use it too."""
    system = debian.system(version)
    command = FOLDER / f"python-{version}"
    start = f'exec qemu-aarch64 -L "{system}" "{system}/usr/bin/python{version}" "$@"'
    path = f'export PYTHONPATH="{site}${{PYTHONPATH:+:$PYTHONPATH}}"'
    command.write_text(f"#!/bin/sh\n{path}\n{start}\n", "utf-8")
    command.chmod(0o755)
    (site / "sitecustomize.py").write_text(f"import sys\n\nsys.executable = {str(command)!r}\n", "utf-8")
    return command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("wheel", type=Path, metavar="WHEEL")
    options, arguments = parser.parse_known_args()
    missing = [name for name in ("qemu-aarch64", "apt-get", "dpkg-deb") if shutil.which(name) is None]
    if missing:
        sys.exit(f"{', '.join(missing)} not found: this needs Debian with qemu-user")
    tag = options.wheel.name.split("-")[2]
    version = f"{tag[2]}.{tag[3:]}"
    if version not in debian.SUITES:
        sys.exit(f"Debian has no CPython {version}, only {', '.join(debian.SUITES)}")
    command = make_command(install(options.wheel, version), version)
    sys.exit(
        subprocess.run([command, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=ROOT).returncode
    )


if __name__ == "__main__":
    main()
