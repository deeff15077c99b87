"""Options that several commands share, and loading the model that they describe."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..format.limits import DEFAULT_MAX_BYTES
from .messages import CommandError, tell

if TYPE_CHECKING:
    from ..model import Model


def add_quality_option(parser: argparse._ActionsContainer) -> None:
    """Add ``--quality``."""
    parser.add_argument(
        "--quality",
        type=float,
        default=1.0,
        metavar="Q",
        help="size of a slimmable model, from 0 (smallest) to 1 (full, the default)",
    )


def add_engine_options(parser: argparse._ActionsContainer, dtype: str) -> None:
    """Add ``--dtype`` and ``--isa``. ``dtype`` is the default to name in the help; the command sets it."""
    parser.add_argument(
        "--dtype",
        choices=("float32", "float64"),
        help=f"precision of the arithmetic (default: {dtype})",
    )
    add_isa_option(parser)


def add_isa_option(parser: argparse._ActionsContainer) -> None:
    """Add ``--isa``."""
    parser.add_argument("--isa", help="instruction set (default: NAM_CORE_ISA, else the best one)")


def add_response_options(parser: argparse._ActionsContainer) -> None:
    """Add the options of impulse responses: sample rate, scale and order of taps."""
    parser.add_argument(
        "--sample-rate",
        type=float,
        metavar="HZ",
        help="resample an impulse response to this rate (default: its own)",
    )
    parser.add_argument(
        "--normalize-response",
        action="store_true",
        help="scale an impulse response so that white noise keeps its level",
    )
    parser.add_argument(
        "--linear-taps",
        choices=("newest_first", "oldest_first"),
        default="newest_first",
        help="order of the taps in Linear models; oldest_first for files that the trainer 0.13.0 exported",
    )


def add_signal_options(parser: argparse._ActionsContainer) -> None:
    """Add the options of the input: the part to play, its sample rate, and the tail after it."""
    group = parser.add_argument_group("time and rate")
    group.add_argument("--start", type=float, metavar="SECONDS", help="start of the part to play")
    group.add_argument(
        "--end",
        type=float,
        metavar="SECONDS",
        help="end of the part to play (default: the end of the recording)",
    )
    group.add_argument(
        "--tail",
        type=_tail,
        metavar="SECONDS|full",
        help="seconds of silence to play after the end; full: as long as the input has an influence "
        "(default: none)",
    )
    group.add_argument(
        "--resample",
        action="store_true",
        help="resample the recording to the model's rate, and the result back",
    )
    group.add_argument(
        "--compensate",
        action="store_true",
        help="remove the model's delay (see nam-core info) from the result",
    )


def add_level_options(parser: argparse._ActionsContainer) -> None:
    """Add gains and target levels."""
    group = parser.add_argument_group("levels")
    for side, place in (("input", "before"), ("output", "after")):
        group.add_argument(
            f"--{side}-gain", dest=f"{side}_gain_db", type=float, metavar="DB", help=f"gain {place} the model"
        )
    group.add_argument(
        "--normalize",
        type=float,
        metavar="DB",
        help="bring the model to this loudness in dB (the trainer's plug-in has -18), by its measured or "
        "stated loudness",
    )
    group.add_argument(
        "--interface-dbu",
        type=float,
        metavar="DBU",
        help="calibrate with the levels in the model's file; DBU: level of a sine at full scale of your "
        "interface",
    )
    group.add_argument(
        "--headroom",
        type=float,
        metavar="DB",
        help="lower a result whose peak is less than this below full scale",
    )
    group.add_argument(
        "--normalize-peak", type=float, metavar="DB", help="bring the peak of the result to this level"
    )


def _tail(text: str) -> float | str:
    """Parse seconds, or "full"."""
    if text == "full":
        return text
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is neither seconds nor "full"') from None


def add_training_options(parser: argparse._ActionsContainer) -> None:
    """Add the options of every training: recipe, engine, rate, seed, and whether failed checks stop it."""
    parser.add_argument(
        "--recipe",
        choices=("trainer", "fast"),
        help="default: fast; with --engine pytorch trainer, which is its only one",
    )
    parser.add_argument(
        "--engine",
        choices=("nam_core", "pytorch"),
        default="nam_core",
        help="pytorch also trains models with gating or FiLM, LSTMs and ConvNets",
    )
    parser.add_argument(
        "--rate", type=int, default=48_000, metavar="HZ", help="sample rate of the files (default: 48000)"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed of the initial weights and the order of the data",
    )
    parser.add_argument("--force", action="store_true", help="train even if a check of the files fails")


def add_limit_option(parser: argparse._ActionsContainer) -> None:
    """Add ``--max-bytes``."""
    parser.add_argument(
        "--max-bytes",
        type=int,
        default=DEFAULT_MAX_BYTES,
        metavar="BYTES",
        help="refuse a model that takes more memory than this (default: 1 GiB)",
    )


def add_channel_option(parser: argparse.ArgumentParser, extra: str) -> None:
    """Add ``--channel``. ``extra`` is appended to its help text."""
    parser.add_argument(
        "--channel", metavar="C", help=f"channel of a stereo input: left, right, 1, 2, ...{extra}"
    )


def add_overwrite_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add ``--overwrite`` for a command that writes ``what``, such as "the set", into a folder."""
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help=f"replace files of {what} in a folder that is not empty; other files stay",
    )


@contextmanager
def writing_to_folder(folder: str, what: str) -> Iterator[None]:
    """Turn errors of writing ``what`` into a folder, in this block, into errors that name the options.

    Raises
    ------
    CommandError
        If the folder is "-", or is not empty and ``--overwrite`` is not set.
    """
    if folder == "-":
        raise CommandError(f"-: {what} cannot go to standard output; name a folder")
    try:
        yield
    except FileExistsError as error:
        if error.errno is not None:
            raise
        raise CommandError(f"{error}; choose another folder, or --overwrite") from error


def duration(text: str) -> float:
    """Parse a number of seconds above 0."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f'"{text}" is not a duration above 0')
    return seconds


def file_or_preset(name: str) -> tuple[Any, str | None]:
    """Return the source for ``nam_core.load``, and the file's name, or None for a preset.

    If a file and a preset have the same name, the file is taken.

    Raises
    ------
    CommandError
        If it is neither. A name that ends in .nam always means a file.
    """
    from ..survey.presets import NAMES, preset

    if os.path.exists(name) or name.lower().endswith(".nam"):
        return name, name
    if name not in NAMES:
        raise CommandError(f"{name}: neither a file nor one of the presets: {', '.join(NAMES)}")
    return preset(name), None


def tell_if_sound(command: str, path: str) -> None:
    """Tell the user that a sound file is used as an impulse response: arguments may be in the wrong order."""
    from ..format.impulse_response import is_sound

    with open(path, "rb") as file:
        if is_sound(file.read(12)):
            tell(command, f"{path}: this sound file is used as an impulse response (MODEL comes before IN)")


def load_model(arguments: argparse.Namespace) -> Model:
    """Load ``arguments.model`` with the engine options. Tell the user if its sample rate is assumed.

    Raises
    ------
    NamError, OSError
        As ``nam_core.load``.
    CommandError
        If an option's value is out of range.
    """
    from ..errors import NamError
    from ..loading import load

    try:
        model = load(
            arguments.model,
            dtype=arguments.dtype,
            quality=arguments.quality,
            isa=arguments.isa,
        )
    except NamError:
        raise
    except ValueError as error:
        raise CommandError(str(error)) from error
    tell_if_sound(arguments.command, arguments.model)
    if not model.sample_rate_known:
        tell(arguments.command, f"{arguments.model} does not state its sample rate; 48000 Hz assumed")
    return model
