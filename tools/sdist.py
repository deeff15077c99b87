"""Build the sdist, check its contents, and run README's two commands in it, as a new user would.

    python tools/sdist.py

Needs ``build`` and the build requirements of pyproject.toml, which `nox -s sdist` installs. The commands run
in a virtual environment of their own. The wheel that pip builds from the sdist must contain the licence
texts, and pybind11's text must be that of the build requirement.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "build" / "sdist"


def build() -> Path:
    """Build the sdist, check that it holds every tracked file, and return the folder it unpacks to."""
    shutil.rmtree(WORK, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(WORK), str(ROOT)],
        check=True,
    )
    (archive,) = WORK.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(WORK, filter="data")
    folder = WORK / archive.name.removesuffix(".tar.gz")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if missing := sorted(tracked() - found):
        sys.exit(f"the sdist lacks {len(missing)} tracked files: {' '.join(missing[:10])}")
    print(f"{archive.name}: {archive.stat().st_size / 1e6:.1f} MB, {len(found)} files")
    return folder


def tracked() -> set[str]:
    """The files of the repository, and those that git would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return {name for name in listed if name and (ROOT / name).exists()}


def check_texts(folder: Path) -> None:
    """Check that the text of pybind11's licence, which is in every build, is that of the installed
    pybind11.
    """
    files = distribution("pybind11").files or []
    (original,) = (path.locate() for path in files if path.name == "LICENSE")
    ours = folder / "third_party" / "licences" / "pybind11.txt"
    if ours.read_text("utf-8").split() != Path(str(original)).read_text("utf-8").split():
        sys.exit("third_party/licences/pybind11.txt is not the licence of the pybind11 that is installed")


def check_wheel(folder: Path, python: Path) -> None:
    """Check that a wheel from the sdist contains every licence text. Objects compiled before are used
    again.
    """
    command = [python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(WORK), str(folder)]
    subprocess.run(command, check=True)
    (wheel,) = WORK.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        packed = {name.partition("/licenses/")[2] for name in file.namelist()}
    texts = [folder / "LICENSE", *(folder / "third_party" / "licences").glob("*.txt")]
    if missing := {text.relative_to(folder).as_posix() for text in texts} - packed:
        sys.exit(f"{wheel.name} lacks {' '.join(sorted(missing))}")


def run_readme(folder: Path) -> Path:
    """Run README's two shell blocks in the folder and in a new environment; return its Python."""
    environment = WORK / "venv"
    venv.create(environment, with_pip=True)
    programs = environment / "bin"
    readme = (folder / "README.md").read_text("utf-8")
    commands = re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    for command in commands:
        print(command.strip(), flush=True)
        paths = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(environment)}
        subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", command], cwd=folder, env=os.environ | paths, check=True
        )
    return programs / "python"


def main() -> None:
    """Exit with a message at the first thing that is wrong."""
    folder = build()
    check_texts(folder)
    check_wheel(folder, run_readme(folder))
    print("the sdist builds, renders and passes its tests")


if __name__ == "__main__":
    main()
