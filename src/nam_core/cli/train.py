"""``nam-core train``: trains a capture from a dry and a wet recording."""

from __future__ import annotations

import argparse
import os
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .messages import CommandError, progress, system_error, tell
from .options import add_isa_option, add_training_options

if TYPE_CHECKING:
    from ..training import Progress, TrainedCapture

# The exit status that a shell reports for a program ended by Ctrl-C.
_INTERRUPTED = 130


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train a capture from a dry and a wet recording",
        description="Train a capture of the gear that turned DRY into WET. Both are mono sound files of the "
        "same rate and length. The trainer's input files are recognised. Ctrl-C keeps the best weights so "
        "far.",
    )
    parser.add_argument("dry", metavar="DRY", help="sound file that was played into the gear")
    parser.add_argument("wet", metavar="WET", help="sound file that was recorded from the gear")
    parser.add_argument("-o", "--output", metavar="AMP.nam", required=True, help=".nam file to write")
    parser.add_argument(
        "--also",
        nargs=2,
        action="append",
        default=[],
        metavar=("DRY", "WET"),
        help="another pair for training",
    )
    parser.add_argument(
        "--validation",
        nargs=2,
        metavar=("DRY", "WET"),
        help="pair for validation (default: the last 9 s of DRY and WET)",
    )
    parser.add_argument(
        "--architecture",
        default="a2",
        metavar="NAME",
        help="a2 (the default), a2-full, a2-lite, a1-standard, a1-lite, a1-feather or a1-nano; or a .nam "
        "file, or a model file of the trainer's nam-full",
    )
    add_training_options(parser)
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="number of epochs (default: the recipe's, fast 60, trainer 100)",
    )
    length.add_argument(
        "--minutes", type=float, metavar="M", help="train as many epochs as fit into this time"
    )
    parser.add_argument(
        "--until-esr", type=float, metavar="X", help="end when the sum of the sizes' ESRs is at most this"
    )
    parser.add_argument("--delay", type=int, metavar="FRAMES", help="delay of WET (default: measured)")
    parser.add_argument(
        "--threads", type=int, metavar="N", help="number of threads (default: one per processor)"
    )
    add_isa_option(parser)
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue from AMP.nam.checkpoint, the file of an interrupted run",
    )
    parser.add_argument("--html", metavar="FILE", help="write an evaluation of the capture as a page")
    about = parser.add_argument_group("metadata about the gear")
    about.add_argument("--name", metavar="TEXT", help="name of the model (default: the name of the output)")
    for option in ("modeled-by", "gear-make", "gear-model"):
        about.add_argument(f"--{option}", metavar="TEXT")
    about.add_argument("--gear-type", choices=_GEAR_TYPES)
    about.add_argument("--tone-type", choices=_TONE_TYPES)
    about.add_argument("--input-level-dbu", type=float, metavar="DBU")
    about.add_argument("--output-level-dbu", type=float, metavar="DBU")
    parser.set_defaults(run=run)


# The same names as in the trainer (models/metadata.py).
_GEAR_TYPES = ("amp", "pedal", "pedal_amp", "amp_cab", "amp_pedal_cab", "preamp", "studio")
_TONE_TYPES = ("clean", "overdrive", "crunch", "hi_gain", "fuzz")


def run(arguments: argparse.Namespace) -> int:
    """Train, write the file, and return the exit status."""
    from ..audio.safe_writing import check_outputs
    from ..training import train
    from ..training.export import USER_METADATA
    from ..training.many import CHECKPOINT

    pairs = [[arguments.dry, arguments.wet], *arguments.also]
    inputs = [path for pair in (*pairs, arguments.validation or ()) for path in pair]
    inputs.append(arguments.architecture)
    checkpoint = arguments.output + CHECKPOINT
    check_outputs([arguments.output, checkpoint, *([arguments.html] if arguments.html else [])], inputs)
    if arguments.html:
        from ..pages import require_pages

        require_pages()
    metadata = {name: getattr(arguments, name) for name in USER_METADATA}
    metadata["name"] = metadata["name"] or os.path.splitext(os.path.basename(arguments.output))[0]
    with progress(os.path.basename(arguments.output)) as show:
        epochs_told = 0

        def follow(state: Progress) -> None:
            nonlocal epochs_told
            show(state.epoch * state.steps + state.step, state.epochs * state.steps)
            if state.epoch > epochs_told and state.step == 0:
                epochs_told = state.epoch
                tell("train", _line(state))

        try:
            trained = train(
                [pair[0] for pair in pairs],
                [pair[1] for pair in pairs],
                architecture=arguments.architecture,
                recipe=arguments.recipe,
                engine=arguments.engine,
                epochs=arguments.epochs,
                minutes=arguments.minutes,
                until_esr=arguments.until_esr,
                validation=arguments.validation and tuple(arguments.validation),
                delay=arguments.delay,
                rate=arguments.rate,
                seed=arguments.seed,
                threads=arguments.threads,
                isa=arguments.isa,
                force=arguments.force,
                metadata=metadata,
                checkpoint=checkpoint,
                resume=arguments.resume,
                progress=follow,
            )
        except ValueError as error:
            # A plain ValueError is about an argument. Errors about files have types of their own, which
            # main() handles.
            if type(error) is not ValueError:
                raise
            raise CommandError(str(error)) from None
    _write(arguments.output, trained)
    if trained.ended_by in ("epochs", "esr"):
        with suppress(OSError):
            os.unlink(checkpoint)
    else:
        tell("train", f"to continue from {checkpoint}, repeat the command with --resume")
    if arguments.html:
        from ..audio.safe_writing import write_file
        from ..evaluation import page

        write_file(arguments.html, page(trained.evaluate(metadata["name"])))
    return _tell_end(arguments.output, trained)


def _write(output: str, trained: TrainedCapture) -> None:
    """Write the capture. If that fails, write it to the folder for temporary files and tell the user."""
    from ..audio.json_files import json_text
    from ..audio.safe_writing import write_file

    contents = json_text(trained.file)
    try:
        write_file(output, contents)
    except OSError as error:
        folder = tempfile.mkdtemp(prefix="nam-core-")
        spare = os.path.join(folder, os.path.basename(output))
        try:
            write_file(spare, contents)
        except OSError:
            os.rmdir(folder)
            raise error from None
        raise CommandError(f"{system_error(error)}; the capture is in {spare}") from error


def _line(state: Progress) -> str:
    def figures(esr: tuple[float, ...]) -> str:
        return " ".join(f"{value:.5f}" for value in esr)

    left = (state.seconds_left or 0.0) / 60.0
    return (
        f"epoch {state.epoch} of {state.epochs}: ESR {figures(state.esr)}, best {figures(state.best)}, "
        f"{left:.1f} min left"
    )


def _tell_end(output: str, trained: TrainedCapture) -> int:
    best = ", ".join(
        f"ESR {esr:.5f} (epoch {epoch})" for esr, epoch in zip(trained.esr, trained.best_epochs, strict=True)
    )
    if trained.ended_by == "divergence":
        tell("train", "warning: a loss became infinite, so training ended early; try another seed")
    print(f"{output}: {best}")
    return _INTERRUPTED if trained.ended_by == "interruption" else 0
