"""Mutants of sound files, and the rules for reading them."""

from __future__ import annotations

import io
import random
import struct
import tempfile
import time
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import soundfile

from nam_core import runtime_info
from nam_core.audio.reader import open_audio
from nam_core.errors import NamAudioError

FRAMES = 700
FORMATS = [
    *(
        ("WAV", kind)
        for kind in ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "IMA_ADPCM")
    ),
    *(("WAVEX", kind) for kind in ("PCM_16", "FLOAT")),
    *(("RF64", kind) for kind in ("PCM_24", "FLOAT")),
    *(("AIFF", kind) for kind in ("PCM_16", "PCM_24", "FLOAT")),
    *(("FLAC", kind) for kind in ("PCM_16", "PCM_24")),
    *(("W64", "PCM_16"), ("CAF", "PCM_16"), ("CAF", "FLOAT"), ("AU", "PCM_16"), ("OGG", "VORBIS")),
]
SEEDS = sorted((Path(__file__).parent / "seeds").glob("*.sound"))
# As for models: what reads the files is not instrumented, but its allocations are.
SECONDS_PER_CASE = 5.0 * (20 if runtime_info()["asserts"] else 1)
# Sizes and tags as they stand in headers.
VALUES = [0, 1, 2, 3, 4, 8, 15, 16, 17, 24, 32, 40, 64, 255, 4096, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 48000]
VALUES += [0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF]
NAMES = [
    b"data",
    b"fmt ",
    b"LIST",
    b"fact",
    b"SSND",
    b"COMM",
    b"ds64",
    b"JUNK",
    b"RIFF",
    b"FORM",
    b"OggS",
    b"fLaC",
]

Finding = AssertionError


@cache
def _seed(number: int) -> bytes:
    if number >= 2 * len(FORMATS):
        return SEEDS[number - 2 * len(FORMATS)].read_bytes()
    container, kind = FORMATS[number // 2]
    rng = np.random.default_rng(number)
    target = io.BytesIO()
    audio = rng.uniform(-0.5, 0.5, (FRAMES, 1 + number % 2))
    soundfile.write(target, audio, 48000, format=container, subtype=kind)
    return target.getvalue()


def random_case(rng: random.Random) -> bytes:
    """The bytes of one mutant."""
    data = bytearray(_seed(rng.randrange(2 * len(FORMATS) + len(SEEDS))))
    for _ in range(rng.choice((1, 1, 2, 3))):
        _change(data, rng)
    return bytes(data)


def _change(data: bytearray, rng: random.Random) -> None:
    chunks = [place for name in NAMES for place in [data.find(name)] if place >= 0]
    # The header, most of the time: all the rest are samples.
    place = rng.choice(chunks) + rng.randrange(24) if chunks and rng.random() < 0.5 else rng.randrange(120)
    place = min(place, max(len(data) - 1, 0))
    what = rng.randrange(8)
    if what == 0:
        del data[rng.randrange(len(data) + 1) :]
    elif what == 1:
        junk = rng.randbytes(rng.randrange(400))
        data += rng.choice([b"\0" * 7, junk, b"LIST\x04\0\0\0INFO", bytes(data[:60])])
    elif what == 2:
        form = rng.choice(["<I", ">I", "<H", ">H", "<Q"])
        data[place : place + struct.calcsize(form)] = struct.pack(
            form, rng.choice(VALUES) % 256 ** struct.calcsize(form)
        )
    elif what == 3:
        data[place : place + 4] = rng.choice(NAMES)
    elif what == 4:
        del data[place : place + rng.randrange(1, 40)]
    elif what == 5:
        data[place:place] = data[place : place + rng.randrange(1, 40)]
    elif what == 6:
        place = rng.randrange(len(data) + 1)
        data[place : place + 8] = struct.pack(
            rng.choice("<>") + "d", rng.choice([np.nan, np.inf, 1e300, 3e9])
        )
    elif data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def check(data: bytes, seed: int) -> str:
    """Read the mutant. Returns the outcome; raises an error if a rule is violated."""
    rng = random.Random(seed)
    began = time.process_time()
    with tempfile.NamedTemporaryFile(suffix=rng.choice([".wav", ".aiff", ".flac", ".bin"])) as file:
        file.write(data)
        file.flush()
        outcome = _check(file.name, len(data), rng)
    seconds = time.process_time() - began
    if seconds > SECONDS_PER_CASE:
        raise Finding(f"took {seconds:.1f} s")
    return outcome


def _check(path: str, size: int, rng: random.Random) -> str:
    dtype = rng.choice(["float32", "float64"])
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            with open_audio(path) as audio:
                promised, total = audio.frames, 0
                while (block := audio.read(rng.choice([1, 100, 4096]), dtype)).shape[1]:
                    if block.shape[0] != audio.channels or not np.isfinite(block).all():
                        raise Finding(f"a block of shape {block.shape}, finite or not")
                    total += block.shape[1]
                    # The most that compression makes of a byte: silence in FLAC.
                    if total > 100_000 * (size + 1):
                        raise Finding(f"{total} frames from {size} bytes")
    except NamAudioError as error:
        if "\n" in str(error):
            raise Finding("a message of several lines") from error
        return "refused"
    if total < min(promised, 1 << 60) and not said:
        raise Finding(f"{total} frames of {promised} without a word")
    return "warned" if said else "read"
