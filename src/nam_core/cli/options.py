"""Options that several commands share, and the model they describe."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from ..format.limits import DEFAULT_MAX_BYTES
from .messages import CommandError, tell

if TYPE_CHECKING:
    from ..engine.lowering import Compat
    from ..model import Model


# Options of ``load`` that ``add_response_options`` adds.
_RESPONSE_OPTIONS = ("sample_rate", "normalize", "linear_taps")


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
    """Add ``--dtype`` (the help names this default, which the command sets) and ``--isa``."""
    parser.add_argument(
        "--dtype",
        choices=("float32", "float64"),
        help=f"precision of the arithmetic (default: {dtype})",
    )
    parser.add_argument("--isa", help="instruction set (default: NAM_CORE_ISA, else the best one)")


def add_response_options(parser: argparse._ActionsContainer) -> None:
    """Add what only impulse responses have: ``--sample-rate``, ``--normalize`` and ``--linear-taps``."""
    parser.add_argument(
        "--sample-rate",
        type=float,
        metavar="HZ",
        help="resample an impulse response to this rate (default: it runs at its own)",
    )
    parser.add_argument(
        "--normalize",
        action="store_true",
        help="scale an impulse response so that white noise keeps its level",
    )
    parser.add_argument(
        "--linear-taps",
        choices=("newest_first", "oldest_first"),
        default="newest_first",
        help="order of the taps in Linear models; oldest_first for files that the trainer 0.13.0 exported",
    )


def add_limit_option(parser: argparse._ActionsContainer) -> None:
    """Add ``--max-bytes``."""
    parser.add_argument(
        "--max-bytes",
        type=int,
        default=DEFAULT_MAX_BYTES,
        metavar="BYTES",
        help="refuse a model that would take more memory (default: 1 GiB)",
    )


def add_channel_option(parser: argparse.ArgumentParser, extra: str) -> None:
    """Add ``--channel``; ``extra`` ends its help text."""
    parser.add_argument(
        "--channel", metavar="C", help=f"channel of a stereo input: left, right, 1, 2, ...{extra}"
    )


def duration(text: str) -> float:
    """Seconds above 0, for argparse."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f'"{text}" is not a duration above 0')
    return seconds


def file_or_preset(name: str) -> tuple[Any, str | None]:
    """What ``nam_core.load`` takes, and the name of the file; None for a preset.

    A file comes before a preset of the same name.

    Raises
    ------
    CommandError
        If it is neither. What ends in .nam is a file, be it there or not.
    """
    from ..survey.presets import NAMES, preset

    if os.path.exists(name) or name.lower().endswith(".nam"):
        return name, name
    if name not in NAMES:
        raise CommandError(f"{name}: neither a file nor one of the presets: {', '.join(NAMES)}")
    return preset(name), None


def tell_if_sound(command: str, path: str) -> None:
    """Say what a sound file in the place of a model is taken for: it may be a recording, misplaced."""
    from ..format.impulse_response import is_sound

    with open(path, "rb") as file:
        if is_sound(file.read(12)):
            tell(command, f"{path}: a sound file, taken as an impulse response (MODEL comes before IN)")


def load_model(
    arguments: argparse.Namespace, compat: Compat = "pytorch", max_bytes: int = DEFAULT_MAX_BYTES
) -> Model:
    """Load ``arguments.model`` with the engine options, and say so if its sample rate is a guess.

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
            compat=compat,
            **{name: getattr(arguments, name) for name in _RESPONSE_OPTIONS if hasattr(arguments, name)},
            max_bytes=max_bytes,
        )
    except NamError:
        raise
    except ValueError as error:
        raise CommandError(str(error)) from error
    tell_if_sound(arguments.command, arguments.model)
    if not model.sample_rate_known:
        tell(arguments.command, f"{arguments.model} does not say its sample rate; 48000 Hz assumed")
    return model
