"""Compares the C++ reader of .nam files with Python's: verdict, place, words, sizes, levels and output bits.

    python tests/nam_file/compare.py PROGRAM [--mutants 5000] [--seed 1]

PROGRAM is nam_file_check of tests/cpp. The files are those of golden/ and golden060/, both invalid/ folders,
the fuzzer's seeds, texts with a fault in their JSON or metadata, and mutants. Python is the authority.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from fuzz.nam_cases import random_case  # noqa: E402
from old_tar import old_tar  # noqa: E402

import nam_core  # noqa: E402
from nam_core.format.config import NamModel  # noqa: E402
from nam_core.format.nam_file import read_nam  # noqa: E402
from nam_core.format.quantities import macs_per_frame  # noqa: E402
from nam_core.format.slimming import loudness, select, sizes  # noqa: E402
from nam_core.selftest.stimulus import stimulus  # noqa: E402

MOST_BYTES = 64 << 20
MOST_MACS = 300_000
CHANNELS = 4
KINDS = {
    nam_core.NamVersionError: "version",
    nam_core.NamWeightError: "weights",
    nam_core.NamConfigError: "config",
    nam_core.NamFileError: "file",
}
CUT_OFF = "the file ends in the middle"
# Where the two parsers have words of their own for the same fault, in the text of the file as a whole.
OWN_WORDS = ("not valid JSON", CUT_OFF, "which is not JSON", "the file has more than")

Answer = dict[str, Any]


# Ends of a download, within a value of each kind and at its border.
CUT_ENDS = rb"""
    t tru true fals nul - 0 12 1. 1.5 1e 1e- 1e-3 " "abc "\ "\u12 "\ud83d [ [1 [1, [1,2] { {"a" {"a":
""".split()

# Entries of an array of numbers: what the C++ reader keeps in 8 bytes, and what is just beyond that.
ENTRIES = rb"""
    3 3.0 -3 -0 -0.0 1.5 1e-3 1e39 1e300 "3" null [3] true 1125899906842623 -1125899906842623
    1125899906842624 -1125899906842624 1000000000000000000000000000000000000000
""".split()


def broken_texts() -> Iterator[tuple[str, bytes]]:
    """Files with faults in their JSON or metadata, besides those in the invalid folders."""
    value = json.loads((ROOT / "tests" / "golden" / "a1_nano.nam").read_bytes())
    nano = json.dumps(value).encode()
    for metadata in (
        b"NaN",
        b'{"loudness": -Infinity}',
        b'{"loudness": 1e999, "gain": NaN, "name": "a"}',
        b'{"name": "caf\xe9", "gain": 1}',
        b'{"name": "\\ud800 \\ud83d\\ude00", "gain": 1.5}',
        b'{"name": "tab\there"}',
        b'{"name": 3, "gain": "loud", "input_level_dbu": true}',
        b"[1, 2]",
        b"{oops}",
        b"[" * 1100 + b"]" * 1100,
        b"null",
    ):
        text = json.dumps({**value, "metadata": 0}).encode()
        yield f"metadata {metadata[:30]!r}", text.replace(b'"metadata": 0', b'"metadata": %s' % metadata)
    yield from {
        "empty": b"",
        "blank": b" \n\t",
        "html": b"<!DOCTYPE html><html></html>",
        "zeros": b"\0" * 100,
        "zip": b"PK\x03\x04abc/data.pkl",
        "half": nano[: len(nano) // 2],
        "pre-POSIX tar": old_tar(nano),
        **{f"cut off in {end!r}": b'{"version": ' + end for end in CUT_ENDS},
        "behind": nano + b"x",
        "two marks": b"\xef\xbb\xbf\xef\xbb\xbf" + nano,
        "mark": b"\xef\xbb\xbf" + nano,
        "null byte": nano + b"\0",
        "deep": b'{"a":' + b"[" * 1100 + b"]" * 1100 + b"}",
        "nan": nano.replace(b'"weights": [', b'"weights": [NaN, ', 1),
        "overflow": nano.replace(b'"weights": [', b'"weights": [1e999, ', 1),
        "proteus": b'{"model_data": {}, "state_dict": {}}',
        "scalar": b"3",
        "latin": nano.replace(b"WaveNet", b"Wave\xe9", 1),
        **{
            f"{key!r} that begin with {entry!r}": nano.replace(
                b'"%s": [' % key, b'"%s": [%s, ' % (key, entry), 1
            )
            for key in (b"dilations", b"weights")
            for entry in ENTRIES
        },
        "long integer": nano.replace(b'"head_scale": ', b'"head_scale": 1' + b"0" * 30 + b', "x": ', 1),
    }.items()


def cases(mutants: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Names and contents."""
    for folder in ("golden", "golden060", "golden/invalid", "golden060/invalid", "fuzz/seeds"):
        for path in sorted((ROOT / "tests" / folder).glob("*.nam")):
            yield f"{folder}/{path.name}", path.read_bytes()
    yield from broken_texts()
    for number in range(mutants):
        yield f"mutant {seed}:{number}", random_case(random.Random(f"{seed}:{number}"))


def signal() -> npt.NDArray[np.float32]:
    """``(CHANNELS, frames)``."""
    return np.stack([np.roll(stimulus(), 331 * channel) for channel in range(CHANNELS)])


def by_python(text: bytes, x: npt.NDArray[np.float32]) -> Answer:
    """Python's result for the file, in the form of the C++ program."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model = read_nam(text)
            found = len(caught)
            of_sizes = [
                [
                    *(size.low, size.high, list(size.channels)),
                    *(size.parameters, size.macs_per_frame, loudness(model, size.low)),
                    _played(text, model, size.low, x),
                ]
                for size in sizes(model)
            ]
        except nam_core.NamError as error:
            return _refusal(error)
    metadata = model.metadata
    return {
        "version": model.version,
        "architecture": model.architecture,
        "channels": [model.config.in_channels, model.config.out_channels],
        "sample_rate": model.sample_rate,
        "metadata": [
            *(
                metadata.name,
                metadata.modeled_by,
                metadata.gear_type,
                metadata.gear_make,
                metadata.gear_model,
            ),
            *(metadata.tone_type, metadata.loudness, metadata.gain),
            *(metadata.input_level_dbu, metadata.output_level_dbu),
        ],
        "warnings": found,
        "sizes": of_sizes,
    }


def _refusal(error: nam_core.NamError) -> Answer:
    assert isinstance(error, nam_core.NamFileError)
    kind = next(name for known, name in KINDS.items() if isinstance(error, known))
    return {"kind": kind, "location": error.location, "message": error.message}


def _played(text: bytes, model: NamModel, quality: float, x: npt.NDArray[np.float32]) -> Any:
    config = select(model, quality).config
    if macs_per_frame(config) > MOST_MACS or config.in_channels > CHANNELS:
        return "large"
    try:
        loaded = nam_core.load(text, quality=quality, max_bytes=40 * len(text) + MOST_BYTES)
    except nam_core.NamError as error:
        return "large" if "would take" in str(error) else _refusal(error)
    if loaded.memory_bytes > MOST_BYTES:
        return "large"
    y = loaded.process(
        x[0] if loaded.input_channels == 1 else np.ascontiguousarray(x[: loaded.input_channels])
    )
    return zlib.crc32(y.tobytes())


def by_program(program: Path, texts: list[bytes], x: npt.NDArray[np.float32]) -> list[Answer]:
    """The results of the C++ reader for the files."""
    framed = [np.array(x.shape, "<u4").tobytes(), x.astype("<f4").tobytes()]
    for text in texts:
        framed += [len(text).to_bytes(4, "little"), text]
    done = subprocess.run([program], input=b"".join(framed), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def difference(python: Answer, cpp: Answer) -> str | None:
    """The difference in one line; None if there is none."""
    if ("message" in python) != ("message" in cpp):
        return "verdict"
    if "message" in python and any(words in python["message"] for words in OWN_WORDS):
        if (cpp["kind"], cpp["location"]) != ("file", ""):
            return "verdict"
        return None if (CUT_OFF in python["message"]) == (CUT_OFF in cpp["message"]) else "cut off"
    # Beside a warning about each value that is ignored in metadata, Python warns of what nobody reads.
    ignored = {"warnings"} if "message" not in python and cpp["warnings"] <= python["warnings"] else set()
    differing = [key for key in python if key not in ignored and not _same(python[key], cpp.get(key))]
    return ", ".join(differing) or None


def _same(python: Any, cpp: Any) -> bool:
    if isinstance(python, list) and isinstance(cpp, list):
        return len(python) == len(cpp) and all(map(_same, python, cpp))
    # A limit of memory is counted in other steps: models near it are "large" for one of the two.
    return python == cpp or "large" in (python, cpp)


def main() -> None:
    """Compare all files; the exit status tells whether they agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--mutants", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    x = signal()
    named = list(cases(options.mutants, options.seed))
    answers = by_program(options.program, [text for _, text in named], x)
    outcomes: Counter[str] = Counter()
    wrong = 0
    for (name, text), cpp in zip(named, answers, strict=True):
        python = by_python(text, x)
        outcomes["refused" if "message" in python else "read"] += 1
        if "sizes" in python:
            outcomes["sizes played"] += sum(isinstance(size[-1], int) for size in python["sizes"])
        if what := difference(python, cpp):
            wrong += 1
            print(f"{name}: {what}\n  Python: {str(python)[:600]}\n  C++:    {str(cpp)[:600]}")
    print(f"{len(named)} files: {dict(outcomes)}; {wrong} differ")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    main()
