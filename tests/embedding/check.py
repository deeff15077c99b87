"""Builds hosts against an installed C++ library, and checks their bits against Python's.

    python tests/embedding/check.py PREFIX [--toolchain FILE] [--emulator COMMAND]

PREFIX is where `cmake --install` put the library. One host is the example of examples/embedded; the second
(play_models.cpp) has every size of every model of tests/golden and examples compiled in; the third
(read_and_play.cpp) reads a .nam file; the fourth (collision) links another engine too, with the class names
of NeuralAmpModelerCore and an Eigen of its own. The emulator, if one is named and installed, runs them. What
the library's archives define is read as well.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

import nam_core
from nam_core.format.nam_file import read_nam
from nam_core.selftest.stimulus import digest, stimulus

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "overdrive_nano.nam"
sys.path.insert(0, str(ROOT / "tests"))

from conformance.hashes import models, recorded  # noqa: E402
from cpp.describe_models import write_models  # noqa: E402
from embedding.symbols import strangers  # noqa: E402


def build(name: str, source: Path, prefix: Path, *options: str) -> Path:
    """Configure and build a host, and return its program, which has the given name."""
    folder = ROOT / "build" / "embedding" / prefix.name / name
    configure = ("cmake", "-G", "Ninja", "--fresh", "-S", source, "-B", folder)
    subprocess.run([*configure, f"-DCMAKE_PREFIX_PATH={prefix}", *options], check=True)
    subprocess.run(["cmake", "--build", folder], check=True)
    return folder / name


def play(command: list[str], samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The output of a host for these samples."""
    done = subprocess.run(command, input=samples.tobytes(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, np.float32)


def example_is_right(command: list[str], model: Path = EXAMPLE) -> bool:
    """Check that a host with the example's model, or with this model, gives Python's bits and ends without
    error.
    """
    dry, _ = soundfile.read(ROOT / "examples" / "guitar_dry.wav", dtype="float32")
    wet = nam_core.load(model).process(dry)
    return play(command, dry).tobytes() == wet.tobytes()


def wrong_sizes(command: list[str], names: list[str]) -> list[str]:
    """Sizes of models whose bits differ from hashes.json."""
    x, expected = stimulus(), recorded()["models"]
    channels = {name: nam_core.load(models()[name]).output_channels for name in names}
    sizes = [(name, i, hash_) for name in names for i, hash_ in enumerate(expected[name])]
    ends = np.cumsum([channels[name] * x.size for name, _, _ in sizes])
    outputs = np.split(play(command, x), ends)
    if outputs.pop().size:
        return ["more output than models"]
    return [
        f"{name}, size {i}" for (name, i, hash_), y in zip(sizes, outputs, strict=True) if digest(y) != hash_
    ]


def main() -> None:
    """Run all checks; the exit status tells whether they passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("prefix", type=lambda text: Path(text).resolve())
    parser.add_argument("--toolchain", type=lambda text: Path(text).resolve())
    parser.add_argument("--emulator", type=shlex.split, default=[])
    options = parser.parse_args()
    toolchain = [f"-DCMAKE_TOOLCHAIN_FILE={options.toolchain}"] if options.toolchain else []
    chosen = {name: path for name, path in models().items() if not name.startswith("data/")}
    file = write_models(ROOT / "build" / "embedding" / "models", [read_nam(path) for path in chosen.values()])
    example = build("embedded_host", ROOT / "examples" / "embedded", options.prefix, *toolchain)
    player = build("play_models", Path(__file__).parent, options.prefix, *toolchain, f"-DMODELS={file}")
    eigen = next((ROOT / "build").glob("*/headers/Eigen-*"))
    collision = build(
        "collision", Path(__file__).parent / "collision", options.prefix, *toolchain, f"-DEIGEN={eigen}"
    )
    for archive in sorted(options.prefix.glob("lib*/**/libnam_core*.a")):
        if found := strangers(archive):
            sys.exit(f"{archive} defines names outside nam_core: {', '.join(found)}")
    if options.emulator and shutil.which(options.emulator[0]) is None:
        print(f"built; not run, because {options.emulator[0]} is not installed")
        return
    for host in (example, collision):
        if not example_is_right([*options.emulator, str(host)]):
            sys.exit(f"{host.name}: other bits than Python's")
    reader = [*options.emulator, str(player.with_name("read_and_play"))]
    for model in (EXAMPLE, ROOT / "examples" / "overdrive_a2.nam"):
        if not example_is_right([*reader, str(model)], model):
            sys.exit(f"read_and_play {model.name}: other bits than Python's")
    invalid = ROOT / "tests" / "golden" / "invalid" / "no_layers.nam"
    refused = subprocess.run([*reader, str(invalid)], stderr=subprocess.PIPE, text=True)
    if refused.returncode != 2 or not refused.stderr.startswith("config.layers: "):
        sys.exit(f"read_and_play {invalid.name}: {refused.stderr}")
    if wrong := wrong_sizes([*options.emulator, str(player)], list(chosen)):
        sys.exit(f"other bits than hashes.json has: {'; '.join(wrong)}")
    print(f"{len(chosen)} models: the same bits as Python's")


if __name__ == "__main__":
    main()
