"""A host of the C++ library with the models of bench.models compiled in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.models import NAMES, model_file

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "devices"


def compiled_name(name: str) -> str:
    """The name of a model of bench.models in the program."""
    return name.replace("-", "_")


def build_program(source: Path, prefix: Path, *options: str) -> Path:
    """Build a project that uses the library, without output, and return the folder of its program."""
    folder = FOLDER / f"{source.name}-{prefix.name}"
    configure = ["cmake", "--fresh", f"-S{source}", f"-B{folder}", f"-DCMAKE_PREFIX_PATH={prefix}", *options]
    for command in (configure, ["cmake", "--build", str(folder)]):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def build(prefix: Path, *options: str) -> Path:
    """Build play_noise.cpp against the library that is installed at ``prefix``, and return the program."""
    sources = FOLDER / "models"
    sources.mkdir(parents=True, exist_ok=True)
    files = [sources / f"{name}.nam" for name in NAMES]
    for name, file in zip(NAMES, files, strict=True):
        file.write_text(json.dumps(model_file(name)), "utf-8")
    describe = ROOT / "tests" / "cpp" / "describe_models.py"
    subprocess.run([sys.executable, describe, sources, *files], check=True)
    models = f"-DMODELS={sources / 'models.cpp'}"
    return build_program(Path(__file__).parent, prefix, models, *options) / "play_noise"
