"""Every command that writes, by one table: what it must not write over, and what no failure may leave.

The table is held against the parser, so that a new command or option cannot be left out.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import os
import re
import resource
import shlex
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from costing.synthetic_bench import MACHINE, TRUTH, bench
from listening.tests_to_hear import abx_answers, make_test
from small_models import aida, linear, noise
from training.networks import TEACHER

import nam_core
from nam_core.audio import safe_writing
from nam_core.audio.dry_signal import dry_signal
from nam_core.cli import _parser, main
from nam_core.costing.device_profile import DeviceProfile, HeldOutError
from nam_core.listening.answers import read_key
from nam_core.search import ranking
from nam_core.survey.modelset import writing
from nam_core.survey.modelset.writing import models
from nam_core.training.networks import Network
from nam_core.training.random_numbers import RandomNumbers

QUICK = "bench amp.nam --seconds 0.02 --repetitions 2"
EVALUATE = "evaluate amp.nam --pairs pairs --no-cost"
TRAIN = (
    "train slow.wav slow-wet.wav --validation val.wav val-wet.wav --also also.wav also-wet.wav "
    "--architecture small.nam --epochs 1 --rate 8000 --delay 0 --force"
)
MANY = (
    "train-many slow.wav slow-wet.wav --architecture small.nam --epochs 1 --rate 8000 --force --output many"
)
SEARCH = "search --budget 1% --top 1 --receptive-field 180 --device device.json"


@dataclass(frozen=True)
class Output:
    """A command line that writes OUT, and the files that it reads.

    Attributes
    ----------
    ending : of a file's name; "/" for a folder.
    clashes : which inputs a file of the folder could be, with the folder's name in front.
    """

    line: str
    inputs: tuple[str, ...] = ()
    ending: str = ".json"
    accepts_dash: bool = False


PAIR = ("amp.nam", "pairs/a_dry.wav", "pairs/a_wet.wav")
TEST = ("test/key.json", "test/answers/one.json")
OUTPUTS = {
    "render paths": Output("render amp.nam dry.wav OUT", ("amp.nam", "dry.wav"), ".wav"),
    "render paths, in two passes": Output(
        "render amp.nam dry.wav OUT --headroom 1", ("amp.nam", "dry.wav"), ".flac"
    ),
    "render --blend": Output(
        "render amp.nam other.nam dry.wav OUT --blend=0,-3", ("amp.nam", "other.nam", "dry.wav"), ".aiff"
    ),
    "render --output": Output("render amp.nam --input dry.wav --output OUT", ending="/"),
    "dataset --output": Output(
        "dataset amp.nam --input dry.wav --output OUT --split all=1 --length 1000", ending="/"
    ),
    "evaluate --json": Output(f"{EVALUATE} --json OUT", PAIR),
    "evaluate --csv": Output("evaluate amp.nam --pairs pairs.csv --no-cost --csv OUT", (*PAIR, "pairs.csv")),
    "evaluate --html": Output(f"{EVALUATE} --html OUT", PAIR, ".html"),
    "listen make --output": Output("listen make stimuli.toml -o OUT", ending="/"),
    "listen score --output": Output("listen score test -o OUT", TEST, ".html"),
    "suite folder": Output("suite OUT --sample-rate 8000", ending="/"),
    "bench --json": Output(f"{QUICK} --json OUT --input dry.wav", ("amp.nam", "dry.wav")),
    "bench --csv": Output("bench --from run.json --csv OUT --compare run2.json", ("run.json", "run2.json")),
    "bench --plot": Output(f"{QUICK} --plot OUT --axis parameters", ("amp.nam",), ".png"),
    "bench --report": Output(f"{QUICK} --report OUT --axis parameters", ("amp.nam",), ".html"),
    "modelset folder": Output("modelset OUT", ending="/"),
    "cost --output": Output("cost --fit bench.json --output OUT", ("bench.json",)),
    "search --train-config": Output(f"{SEARCH} --train-config OUT", ending="/"),
    "export-c --output": Output("export-c amp.nam -o OUT", ("amp.nam",), ".hpp", accepts_dash=True),
    "convert --output": Output("convert aida.json -o OUT", ("aida.json",), ".nam"),
    "combine --output": Output("combine amp.nam other.nam -o OUT", ("amp.nam", "other.nam"), ".nam"),
    "train --output": Output(
        f"{TRAIN} -o OUT",
        ("slow.wav", "slow-wet.wav", "small.nam", "val-wet.wav", "also.wav"),
        ".nam",
    ),
    "train-many --output": Output(MANY.replace("--output many", "--output OUT"), ending="/"),
    "train-many --json": Output(f"{MANY} --json OUT", ("slow.wav", "slow-wet.wav", "small.nam")),
    "train-many --html": Output(f"{MANY} --html OUT", ("slow.wav", "slow-wet.wav", "small.nam"), ".html"),
    "train --html": Output(f"{TRAIN} -o other.out --html OUT", ("slow.wav", "small.nam"), ".html"),
}
# Other options that take words: what names files to be read, and what names none.
READ = """
    info model, render --input --jobs, dataset models --input, evaluate models --dry --wet --pairs --device
    --against, listen-make plan, listen-serve folder, listen-score folder, suite --recordings, compare model
    input, bench models --input --from --quality --compare, cost model --device --fit --families,
    search --device, export-c model, convert input, combine models, play model
    cabinet, web models, train dry wet --also --validation,
    train-many dry wet
"""
NO_FILE = """
    render --name --dask --format --size --channel --subtype --isa, dataset --channel --isa --split,
    evaluate --channel, compare --isa --channel, bench --isa --budget, search --budget --small --dry --wet,
    export-c --name, combine --name, play --input --output,
    train --architecture --isa --name --modeled-by --gear-make --gear-model,
    train-many --architecture --dask
"""


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.Action]]:
    """Each option of each command, with the command's name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner, below in action.choices.items():
                yield from commands(below, f"{name} {inner}".strip())
        else:
            yield name, action


def named(text: str) -> set[str]:
    """The entries of READ and NO_FILE, as ``COMMAND OPTION``."""
    found = set()
    for part in text.split(","):
        command, *options = part.split()
        found |= {f"{command.replace('listen-', 'listen ')} {option}" for option in options}
    return found


def test_no_option_is_forgotten() -> None:
    words = set()
    for name, action in commands(_parser()):
        if name and action.nargs != 0 and action.choices is None and action.type in (None, Path):
            option = max(action.option_strings, key=len) if action.option_strings else action.dest
            words.add(f"{name} {'--size' if option == '--quality' and name == 'render' else option}")
    known = {name.partition(",")[0] for name in OUTPUTS} | named(READ) | named(NO_FILE)
    assert words - known == set(), "new: say above whether it is written, read, or no file"
    assert known - words - {"render --blend"} == set(), "gone"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the commands read."""
    folder = tmp_path_factory.mktemp("stock")
    network = Network.of(TEACHER)
    small = network.with_parameters(network.first_parameters(RandomNumbers(7)))
    for name, nam in (("amp", linear([0.5, -0.25])), ("other", linear([0.3, 0.1])), ("small", small)):
        (folder / f"{name}.nam").write_text(json.dumps(nam))
    x, y = noise(48000), 0.5 * noise(48000)
    (folder / "pairs").mkdir()
    for name, audio in (("dry", x), ("pairs/a_dry", x), ("pairs/a_wet", y)):
        soundfile.write(folder / f"{name}.wav", audio, 48000, subtype="FLOAT")
    (folder / "pairs.csv").write_text("dry,wet\npairs/a_dry.wav,pairs/a_wet.wav\n")
    guitar = dry_signal(26 * 8000, 8000, 1).reshape(-1)
    for name in ("slow", "val", "also"):
        soundfile.write(folder / f"{name}.wav", guitar, 8000, subtype="FLOAT")
        soundfile.write(folder / f"{name}-wet.wav", 0.5 * guitar, 8000, subtype="FLOAT")
    test = make_test(folder, "abx")
    key = read_key(test)
    answers = abx_answers(key, "one", {"near": 0.9, "far": 0.9}, np.random.default_rng(0))
    (test / "answers" / "one.json").write_bytes(answers)
    (folder / "bench.json").write_text(json.dumps(bench()))
    error = HeldOutError("models", 0.02, 0.06, 0.1, "none", 10, 90, 270)
    DeviceProfile(MACHINE, "avx2", "float32", (64,), TRUTH, error).save(folder / "device.json")
    here = os.getcwd()
    os.chdir(folder)
    try:
        assert main([*shlex.split(QUICK), "--json", "run.json"]) == 0
    finally:
        os.chdir(here)
    shutil.copy(folder / "run.json", folder / "run2.json")
    (folder / "aida.json").write_text(json.dumps(aida()))
    return folder


@pytest.fixture
def shop(stock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the stock, whose name is not UTF-8, and in which the test runs."""
    folder = tmp_path / "sh\udcf6p"
    shutil.copytree(stock, folder, copy_function=os.link)
    monkeypatch.chdir(folder)
    # Counting costs takes 4 ms for each architecture.
    monkeypatch.setattr(ranking, "CHANNELS", (2, 4))
    # Models that sound take longer to make than the test has.
    monkeypatch.setattr(writing, "models", lambda seed: itertools.islice(models(seed), 2))
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """The files, by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def arguments(output: Output, name: str) -> list[str]:
    return [word.replace("OUT", name) for word in shlex.split(output.line)]


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.startswith("nam-core ")


OF_FILES = {name: output for name, output in OUTPUTS.items() if output.ending != "/"}
OF_FOLDERS = {name: output for name, output in OUTPUTS.items() if output.ending == "/"}


@pytest.mark.parametrize("name", OF_FILES)
def test_outputs_that_cannot_be(name: str, shop: Path, run: Any) -> None:
    output = OF_FILES[name]
    before = tree(shop)
    (shop / f"folder{output.ending}").mkdir()
    (shop / f"full{output.ending}").symlink_to("/dev/full")
    (shop / f"loop{output.ending}").symlink_to(f"loop{output.ending}")
    bad = {
        "folder": "Is a directory",
        "none/new": "No such file or directory",
        "amp.nam/new": "Not a directory",
        "full": "this is a device or a pipe",
        "loop": "Too many levels of symbolic links",
        "n" * 300: "File name too long",
    }
    for path, words in bad.items():
        done = run(*arguments(output, path + output.ending))
        assert (done.status, done.out) == (2, ""), done
        assert one_line(done.err)
        assert words in done.err
    if not output.accepts_dash:
        done = run(*arguments(output, "-"))
        assert (done.status, done.out) == (2, "")
        assert one_line(done.err)
    assert not os.path.exists("-")
    for path in ("full", "loop"):
        (shop / (path + output.ending)).unlink()
    assert tree(shop) == before


@pytest.mark.parametrize("name", OF_FILES)
def test_an_input_is_not_written_over(name: str, shop: Path, run: Any) -> None:
    output = OF_FILES[name]
    before = tree(shop)
    (shop / "way").symlink_to(".")
    for number, path in enumerate(output.inputs):
        link, hard = (f"{kind}{number}{output.ending}" for kind in ("link", "hard"))
        Path(link).symlink_to(path)
        Path(hard).hardlink_to(path)
        for other in (path, link, hard, f"./pairs/../{path}", str(shop / path), f"way/{path}"):
            done = run(*arguments(output, other))
            assert (done.status, done.out) == (2, ""), done
            assert one_line(done.err)
            # Some commands first say which endings there are.
            if Path(other).suffix == output.ending:
                assert done.err.endswith("this is also an input, and would be overwritten\n")
        Path(link).unlink()
        Path(hard).unlink()
    (shop / "way").unlink()
    assert tree(shop) == before


@pytest.mark.parametrize("name", OF_FOLDERS)
def test_folders_that_cannot_be(name: str, shop: Path, run: Any) -> None:
    output = OF_FOLDERS[name]
    before = tree(shop)
    for path in ("-", "amp.nam", "amp.nam/new", "n" * 300):
        done = run(*arguments(output, path))
        assert (done.status, done.out) == (2, ""), done
        assert one_line(done.err)
        assert path in done.err
    assert not os.path.exists("-")
    assert tree(shop) == before


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_full_disk_leaves_the_old_file(name: str, shop: Path, run: Any) -> None:
    output = OUTPUTS[name]
    path = f"new{output.ending}"
    if output.ending != "/":
        Path(path).write_bytes(b"old")
    before = tree(shop)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, hard))
    try:
        done = run(*arguments(output, path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    # Of many trainings, each failure is told, and the status says that some failed.
    assert done.status == (1 if name.startswith("train-many") else 2)
    named = r"^nam-core [\w-]+: [^\n]*(new|small|other)[^\n]*: File too large\n"
    assert re.search(named, done.err, re.MULTILINE), done
    assert "Traceback" not in done.err
    left = {key: value for key, value in tree(shop).items() if key not in before}
    assert {key: value for key, value in tree(shop).items() if key in before} == before
    assert not [key for key in left if "partial" in key]
    assert all(len(value) <= 40 for value in left.values())


# Ctrl-C for one half, so that the test takes half the time.
SIGNALS = itertools.cycle((signal.SIGTERM, signal.SIGINT))


@pytest.mark.parametrize(("name", "number"), tuple(zip(OUTPUTS, SIGNALS, strict=False)))
def test_a_signal_leaves_the_old_file(
    name: str, number: signal.Signals, shop: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = OUTPUTS[name]
    path = f"new{output.ending}"
    if output.ending != "/":
        Path(path).write_bytes(b"old")
    before = tree(shop)
    write = safe_writing.OutputFile.write
    sent: list[int] = []

    def write_and_stop(self: safe_writing.OutputFile, data: bytes | memoryview) -> int:
        size = write(self, data)
        if not sent:
            sent.append(number)
            os.kill(os.getpid(), number)
        return size

    monkeypatch.setattr(safe_writing.OutputFile, "write", write_and_stop)
    done = run(*arguments(output, path))
    assert done.status == 128 + number
    assert "Traceback" not in done.err
    after = tree(shop)
    if name.startswith("train --") and number == signal.SIGINT:
        # Ctrl-C ends a training and keeps what it has found: a whole file.
        kept = "new.nam" if name == "train --output" else "other.out"
        nam_core.load(kept)
        before[kept] = after[kept]
        if name == "train --html":
            # The page of what was kept.
            assert after[path].rstrip().endswith(b"</html>")
            before[path] = after[path]
        assert "repeat the command with --resume" in done.err
    else:
        assert done.err.splitlines()[-1].endswith(("interrupted", "ended by SIGTERM"))
    assert {key: value for key, value in after.items() if key in before} == before
    assert not [key for key in after if "partial" in key]
    if output.ending != "/":
        # What an interrupted training goes on from is wanted, and so are captures that are complete.
        wanted = {key for key in after if key.endswith(".checkpoint") or key.startswith("many/")}
        assert after.keys() - wanted == before.keys() - wanted


def renamed(word: str) -> str:
    """If this is a file, another name of it, which is not UTF-8."""
    if not os.path.isfile(word):
        return word
    stem, ending = os.path.splitext(word)
    os.link(word, f"{stem}\udcfc{ending}")
    return f"{stem}\udcfc{ending}"


@pytest.mark.parametrize("name", OUTPUTS)
def test_names_and_terminals(name: str, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = OUTPUTS[name]
    path = f"n\udce4w\N{SNOWMAN}{output.ending}"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    monkeypatch.setattr(sys, "stderr", None)
    assert main([renamed(word) for word in arguments(output, path)]) == 0
    made = shop / path
    assert list(made.iterdir()) if output.ending == "/" else made.stat().st_size > 0
    assert not [key for key in tree(shop) if "partial" in key]
