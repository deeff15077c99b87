"""One-line changes of C++ that a test should find: drawn by rule, and a few picked by hand."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
CPP = ROOT / "cpp"
# The rooms that compute. The bindings are not among them, because they have no logic.
ROOMS = ("engine", "layers", "architectures", "base", "kernels/impl", "kernels/simd", "dispatch")
# Files that are not mutated: those that these builds do not compile, defaults that every description of a
# model overwrites, and the saturating loop, whose result nobody reads.
LEFT_OUT = re.compile(r"vec_(?!avx2)|errors\.hpp|config\.hpp|cpu_features|saturate")


class Mutant(NamedTuple):
    """A line of a file, and the line that replaces it."""

    path: str  # relative to cpp/
    number: int  # of the line, from 1
    old: str
    new: str
    rule: str

    @property
    def name(self) -> str:
        """The name of the mutant in lists. It does not depend on the line's number."""
        return f"{self.path}: {self.old.strip()}  ->  {self.new.strip()}"


def _swap(old: str, new: str) -> Callable[[str], Iterator[str]]:
    """Replace each ``old`` of a line by ``new``, one at a time."""

    def change(line: str) -> Iterator[str]:
        for found in re.finditer(re.escape(old), line):
            yield line[: found.start()] + new + line[found.end() :]

    return change


def _substitute(pattern: str, new: str) -> Callable[[str], Iterator[str]]:
    def change(line: str) -> Iterator[str]:
        for found in re.finditer(pattern, line):
            yield line[: found.start()] + found.expand(new) + line[found.end() :]

    return change


def _one_more(line: str) -> Iterator[str]:
    """Increase each number in the code by one, one at a time."""
    for found in re.finditer(r"(?<![\w.\"])(\d+)(?![\w.\"])", line):
        yield line[: found.start()] + str(int(found[1]) + 1) + line[found.end() :]


def _drop(line: str) -> Iterator[str]:
    """Leave out a statement that is a call or an assignment."""
    if re.fullmatch(r"\s*[\w:>.\[\]()*-]+(\(.*\)|\s*[-+*|]?=\s.*|\+\+);\s*", line) and not re.search(
        r"return|\(const |throw", line
    ):
        yield re.match(r"\s*", line)[0] + ";"  # type: ignore[index]  # matches everything


RULES: dict[str, Callable[[str], Iterator[str]]] = {
    "+ becomes -": _swap(" + ", " - "),
    "- becomes +": _swap(" - ", " + "),
    "* becomes +": _substitute(r"(?<=[\w)\]]) \* (?=[\w(])", " + "),
    "/ becomes *": _swap(" / ", " * "),
    "% is left out": _substitute(r"(\w+) % (\w+)", r"\1"),
    "< becomes <=": _swap(" < ", " <= "),
    "<= becomes <": _swap(" <= ", " < "),
    "> becomes >=": _swap(" > ", " >= "),
    ">= becomes >": _swap(" >= ", " > "),
    "== becomes !=": _swap(" == ", " != "),
    "!= becomes ==": _swap(" != ", " == "),
    "&& becomes ||": _swap(" && ", " || "),
    "|| becomes &&": _swap(" || ", " && "),
    "! is left out": _substitute(r"\(!(?=\w)", "("),
    "min becomes max": _swap("std::min", "std::max"),
    "max becomes min": _swap("std::max", "std::min"),
    "true becomes false": _substitute(r"\btrue\b", "false"),
    "false becomes true": _substitute(r"\bfalse\b", "true"),
    "+= becomes =": _swap(" += ", " = "),
    "a fused product in two steps": _substitute(
        r"\bfma\((\w+(?:\[\w+\])?), (\w+(?:\[\w+\])?), (\w+)\)", r"(\1 * \2 + \3)"
    ),
    "one more": _one_more,
    "left out": _drop,
}

# Picked by hand: changes that no rule makes, in code that keeps a documented promise. Path, part of a line,
# replacement.
PICKED: tuple[tuple[str, str, str], ...] = (
    ("engine/finite.cpp", "t < frames; ++t)", "t + 1 < frames; ++t)"),
    ("engine/finite.cpp", "i < channels; ++i)", "i < 1; ++i)"),
    ("engine/switcher.cpp", "static_cast<T>(faded_ + t)", "static_cast<T>(faded_ + t + 1)"),
    ("engine/switcher.cpp", "if (faded_ > last) play", "if (faded_ >= last) play"),
    ("engine/switcher.cpp", "since_more_ >= 8 * base::kMaxLanes", "since_more_ >= 80 * base::kMaxLanes"),
    ("engine/input_history.cpp", "start_.store(first, std", "start_.store(first - 1, std"),
    ("engine/voice.cpp", "voice.skip_to(end - warm_frames);", "voice.skip_to(end - warm_frames + 1);"),
    ("base/float_env.hpp", "saved_ | 0x8040u", "saved_ | 0x8000u"),
    ("base/float_env.hpp", "~FlushToZero() { _mm_setcsr(saved_); }", "~FlushToZero() {}"),
    ("layers/history.cpp", "end(2 * front + kRun)", "end(2 * front + kRun - 1)"),
)


def sources() -> list[Path]:
    """The files that are mutated."""
    found = [path for room in ROOMS for path in sorted((CPP / room).rglob("*pp"))]
    return [path for path in found if not LEFT_OUT.search(path.as_posix())]


def candidates(path: Path) -> list[Mutant]:
    """Every mutant that the rules make of a file."""
    found: list[Mutant] = []
    name = path.relative_to(CPP).as_posix()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        code, comment, rest = line.partition("//")
        if not code.strip() or re.match(
            r"\s*(#|template|using|static_assert|assert|throw|virtual|explicit|friend|asm)", code
        ):
            continue
        for rule, change in RULES.items():
            for changed in change(code):
                if changed.strip() != code.strip():
                    found.append(Mutant(name, number, line, changed + comment + rest, rule))
    return found


def picked() -> list[Mutant]:
    """The mutants picked by hand. Raises LookupError if the line of one does not exist."""
    found: list[Mutant] = []
    for name, old, new in PICKED:
        lines = (CPP / name).read_text("utf-8").splitlines()
        places = [i for i, line in enumerate(lines) if old in line]
        if not places:
            raise LookupError(f"{name}: no line with {old!r}; tools/mutants/rules.py has to follow the code")
        line = lines[places[0]]
        found.append(Mutant(name, places[0] + 1, line, line.replace(old, new), "picked"))
    return found


def drawn(count: int, seed: int) -> list[Mutant]:
    """Draw ``count`` mutants, spread over files and rules: each file in turn, with a random rule and a random
    place.
    """
    rng = random.Random(seed)
    by_file = {path: candidates(path) for path in sources()}
    found: list[Mutant] = []
    while len(found) < count:
        files = [path for path, mutants in by_file.items() if mutants]
        if not files:
            break
        rng.shuffle(files)
        for path in files[: count - len(found)]:
            mutants = by_file[path]
            rule = rng.choice(sorted({mutant.rule for mutant in mutants}))
            mutant = rng.choice([mutant for mutant in mutants if mutant.rule == rule])
            mutants.remove(mutant)
            found.append(mutant)
    return found
