"""``nam-core play``: plays a model between the input and the output of a sound card."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .keyboard import Keys, keyboard
from .messages import CommandError, tell
from .options import add_limit_option

if TYPE_CHECKING:
    from ..live.live_player import LivePlayer
    from ..model import Model

# For --quality auto: the share of a block's duration that the first size may take.
_BUDGET = 0.3
_LEAST_SECONDS = 0.2
_SWITCH_SECONDS = 0.0005
# The lowest of the real-time priorities: below the sound card's threads.
_PRIORITY = 1
_METERS_EVERY = 0.1
_METER_DB = 48
_HELP = "keys: + and - change the size, a goes back to the previous size (A/B), b is bypass, q ends"


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "play",
        help="play a model live, through a sound card",
        description="Play a model live between the input and the output of a sound card. The sound card "
        "runs at the "
        f"model's sample rate. {_HELP[0].upper()}{_HELP[1:]}. Needs nam_core[live], and on Linux PortAudio "
        "(libportaudio2), which supports ALSA, JACK and PipeWire.",
    )
    parser.add_argument("model", metavar="MODEL", nargs="?", help=".nam file or impulse response")
    parser.add_argument(
        "cabinet", metavar="CABINET", nargs="?", type=Path, help="impulse response to play after the model"
    )
    parser.add_argument("--devices", action="store_true", help="list the devices and exit")
    parser.add_argument(
        "--input", metavar="DEVICE", help="number or part of the name (default: the system's)"
    )
    parser.add_argument(
        "--output", metavar="DEVICE", help="number or part of the name (default: the system's)"
    )
    parser.add_argument(
        "--channel", type=int, default=1, metavar="N", help="input channel of the guitar, from 1 (default: 1)"
    )
    parser.add_argument("--block", type=int, default=64, metavar="N", help="frames per block (default: 64)")
    parser.add_argument(
        "--quality",
        type=_quality,
        default="auto",
        metavar="Q|auto",
        help="size of a slimmable model, from 0 to 1; auto measures which size this machine can play, and "
        "steps down when blocks take too long (default: auto)",
    )
    parser.add_argument(
        "--seconds", type=float, metavar="S", help="end after this time (default: when q is pressed)"
    )
    add_limit_option(parser)
    parser.set_defaults(run=run, usage_error=parser.error)


def _quality(text: str) -> float | str:
    return text if text == "auto" else float(text)


def run(arguments: argparse.Namespace) -> int:
    """Run the command."""
    if arguments.model is None and not arguments.devices:
        arguments.usage_error("name a model, or --devices")
    sounddevice = _sounddevice()
    if arguments.devices:
        print(sounddevice.query_devices())
        return 0
    # The callback needs Python's lock, and no other thread here may hold it for the default 5 ms.
    sys.setswitchinterval(_SWITCH_SECONDS)
    for name in ("block", "channel"):
        if getattr(arguments, name) < 1:
            raise CommandError(f"--{name} must be 1 or more; found {getattr(arguments, name)}")
    model = _load(arguments)
    with _player(model, arguments) as player:
        try:
            stream = sounddevice.Stream(
                samplerate=model.sample_rate,
                blocksize=arguments.block,
                device=(_device(arguments.input), _device(arguments.output)),
                channels=(arguments.channel, 2),
                dtype="float32",
                latency="low",
                callback=player.callback,
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            raise CommandError(
                f"the sound card cannot be opened at {model.sample_rate:g} Hz: {error}"
            ) from error
        tell("play", _HELP)
        with _above_ordinary_programs(), stream, keyboard() as keys:
            _control(player, keys, arguments.seconds)
    _report(player)
    return 0


@contextlib.contextmanager
def _above_ordinary_programs() -> Iterator[None]:
    """Give this thread real-time priority, where the system allows it.

    The callback has it, and needs Python's lock. Were this thread to lose its processor to another program
    while it holds the lock, the callback would wait for that program.
    """
    try:
        before = os.sched_getscheduler(0), os.sched_getparam(0)
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
    except (AttributeError, OSError):
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise ImportError(
            "playing live needs sounddevice: install it with `pip install nam_core[live]`"
        ) from error
    except OSError as error:
        raise CommandError(f"sounddevice finds no PortAudio ({error}): install libportaudio2") from error
    return sounddevice


def _load(arguments: argparse.Namespace) -> Model:
    from ..chaining import chain
    from ..loading import load

    limit = {"max_bytes": arguments.max_bytes}
    model = load(arguments.model, **limit)
    if arguments.cabinet is not None:
        model = chain([model, load(arguments.cabinet, sample_rate=model.sample_rate, **limit)], **limit)
    if model.input_channels != 1:
        raise CommandError(f"{arguments.model}: has {model.input_channels} inputs; must have 1")
    return model


def _player(model: Model, arguments: argparse.Namespace) -> LivePlayer:
    from ..live.fitting import fit_quality
    from ..live.live_player import LivePlayer

    if arguments.quality != "auto":
        try:
            model.quality = arguments.quality
        except ValueError as error:
            raise CommandError(f"--quality: {error}") from error
        return LivePlayer(model)
    fit = fit_quality(
        model, _BUDGET, arguments.block, seconds=max(0.2, 10 * arguments.block / model.sample_rate)
    )
    if not fit.fits:
        tell("play", f"even the smallest size takes more than {_BUDGET:.0%} of a block's duration")
    return LivePlayer(model, governed=True)


def _device(named: str | None) -> int | str | None:
    return int(named) if named is not None and named.isdigit() else named


def _control(player: LivePlayer, keys: Keys, seconds: float | None) -> None:
    """Handle keys and show meters until a key, the time or Ctrl-C ends it."""
    end = None if seconds is None else time.monotonic() + seconds
    try:
        while end is None or time.monotonic() < end:
            left = _METERS_EVERY if end is None else min(_METERS_EVERY, max(0.0, end - time.monotonic()))
            match keys.read(left):
                case "q":
                    return
                case "+" | "=":
                    player.step_quality(1)
                case "-":
                    player.step_quality(-1)
                case "a":
                    player.swap_quality()
                case "b":
                    player.bypass = not player.bypass
            keys.show(_line(player))
    except KeyboardInterrupt:
        return


def _line(player: LivePlayer) -> str:
    heard, played = player.take_peaks()
    governed = " (auto)" if player.governed else ""
    size = "bypass" if player.bypass else f"quality {player.quality:.2f}{governed}"
    tally = player.tally
    return (
        f"in {_meter(heard)}  out {_meter(played)}  {size}  worst block {tally.worst:.0%}  "
        f"late {tally.late}  lost {tally.lost}"
    )


def _meter(peak: float) -> str:
    from ..levels.measurement import decibels

    bars = round(max(0.0, min(1.0, 1.0 + decibels(peak) / _METER_DB)) * 12)
    return ("!" if peak >= 1.0 else "#") * bars + "." * (12 - bars)


def _report(player: LivePlayer) -> None:
    tally = player.tally
    print(
        f"{tally.blocks} blocks; the worst took {tally.worst:.1%} of its duration; {tally.late} took "
        f"longer than "
        f"their duration; the sound card lost {tally.lost}; quality {player.quality:g}"
    )
