"""``nam-core info``: describes a .nam file."""

from __future__ import annotations

import argparse
import datetime
import json
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from ..format.limits import DEFAULT_MAX_BYTES
from .messages import printable
from .options import tell_if_sound

if TYPE_CHECKING:
    from ..engine.inspection import ModelInfo
    from ..format.slimming import Size

# Metadata with lines of their own. A null value means "not known".
_LEVELS = {
    "loudness": ("loudness", "{:.1f} dB"),
    "gain": ("gain", "{:.2f}"),
    "input_level_dbu": ("input level", "{:g} dBu"),
    "output_level_dbu": ("output level", "{:g} dBu"),
}
_LABEL_WIDTH = 18
_SHOWN_CHARACTERS = 100


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "info",
        help="describe a model",
        description="Describe a model: architecture, sizes, memory, levels, delay and polarity.",
    )
    parser.add_argument("model", metavar="MODEL", help=".nam file")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the description, and return the exit status."""
    from ..engine.inspection import info

    found = info(arguments.model)
    tell_if_sound(arguments.command, arguments.model)
    answer = _answer(arguments.model, found)
    if arguments.json:
        print(json.dumps({**found.to_dict(), **_finite(answer)}, indent=2, allow_nan=False))
        return 0
    for label, value in (*_lines(found, answer["loudness"]), *_answer_lines(answer)):
        print(f"{printable(label):<{_LABEL_WIDTH}}{printable(value)}")
    _print_sizes(found.sizes)
    return 0


def _answer(path: str, found: ModelInfo) -> dict[str, dict[str, Any] | None]:
    """Return loudness, delay and polarity of the full size, as measured from its output.

    All are None for a model with several inputs, or one too large to play. Delay and polarity are None for a
    silent model.
    """
    from ..levels import delay, loudness, polarity
    from ..loading import load

    answer: dict[str, dict[str, Any] | None] = {"loudness": None, "delay": None, "polarity": None}
    if found.input_channels == 1 and found.memory_bytes <= DEFAULT_MAX_BYTES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the description shows these warnings already
            model = load(path)
        level = replace(loudness(model), stated=found.metadata.loudness)
        answer["loudness"] = {**asdict(level), "plausible": level.plausible}
        # A silent model has neither delay nor polarity, which raises ValueError.
        with suppress(ValueError):
            answer.update(delay=asdict(delay(model)), polarity=asdict(polarity(model)))
    return answer


def _finite(answer: dict[str, dict[str, Any] | None]) -> dict[str, dict[str, Any] | None]:
    """Return the answer for JSON. JSON has no -inf (the level of silence), so it becomes null."""
    loudness = answer["loudness"]
    if loudness is None or loudness["measured"] is None or isfinite(loudness["measured"]):
        return answer
    return {**answer, "loudness": {**loudness, "measured": None}}


def _answer_lines(answer: dict[str, dict[str, Any] | None]) -> Iterator[tuple[str, str]]:
    delay, polarity = answer["delay"], answer["polarity"]
    if delay is not None:
        yield "delay", f"{delay['frames']} samples (confidence {delay['confidence']:.2f})"
    if polarity is not None:
        turned = "same as the input" if polarity["sign"] > 0 else "inverted"
        yield "polarity", f"{turned} (confidence {polarity['confidence']:.2f})"


def _lines(found: ModelInfo, loudness: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Yield labels and texts of the description without the sizes. ``_answer`` has measured ``loudness``."""
    yield "model", found.path or ""
    yield "architecture", f"{found.architecture} (.nam {found.version})"
    known = found.sample_rate is not None
    yield "sample rate", f"{found.sample_rate:.10g} Hz" if known else "unknown, 48000 Hz assumed"
    yield "channels", f"{found.input_channels} in, {found.output_channels} out"
    plural = "" if found.receptive_field == 1 else "s"
    field = f"{found.receptive_field:,} sample{plural}, {1000 * found.receptive_field_seconds:.1f} ms"
    yield "receptive field", field if found.settles else "all of the past (recurrent)"
    if found.bit_memory > found.receptive_field:
        yield (
            "bit memory",
            f"{found.bit_memory:,} samples: a long response, convolved in the frequency domain",
        )
    yield "executed", f"{found.executed_macs_per_frame:,} multiply-adds per sample, of the full size"
    too_much = found.memory_bytes > DEFAULT_MAX_BYTES
    hint = f" (more than {DEFAULT_MAX_BYTES:,}: raise max_bytes)" if too_much else ""
    yield "memory", f"{found.memory_bytes:,} bytes{hint}"
    for name, (label, form) in _LEVELS.items():
        value = getattr(found.metadata, name)
        text = "unknown" if value is None else _short(form.format(value))
        yield label, text + (_measured(loudness) if name == "loudness" else "")
    others = {name: value for name, value in found.metadata.raw.items() if name not in _LEVELS}
    if date := _date(others.get("date")):
        others["date"] = date
    yield from _flatten(others)


def _measured(loudness: dict[str, Any] | None) -> str:
    """Return the measured loudness as text if the file states none, or not the model's; else ""."""
    if loudness is None or loudness["measured"] is None:
        return ""
    measured = f"{loudness['measured']:.1f} dB measured"
    if not loudness["plausible"]:
        return f" stated, {measured}: implausible"
    return f", {measured}" if loudness["stated"] is None else ""


def _date(value: Any) -> str | None:
    """Return the exporter's date object as text, or None if it is something else (format 1.2)."""
    try:
        return datetime.datetime(**value).isoformat(sep=" ")
    except (TypeError, ValueError, OverflowError):
        return None


def _flatten(metadata: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested metadata as dotted names and texts, without null values."""
    for name, value in metadata.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        elif value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            # Pad here, because a name may be longer than the column.
            yield _short(f"{prefix}{name}").ljust(_LABEL_WIDTH - 1) + " ", _short(text)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _print_sizes(sizes: tuple[Size, ...]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for heading in ("quality", "channels", "parameters", "multiply-adds per sample"):
        table.add_column(heading, justify="right")
    for size in sizes:
        channels = ", ".join(map(str, size.channels)) or "-"
        quality = f"{size.low:.3g} to {size.high:.3g}"
        table.add_row(quality, channels, f"{size.parameters:,}", f"{size.macs_per_frame:,}")
    Console().print(table)
