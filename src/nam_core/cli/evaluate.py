"""``nam-core evaluate``: judges models against recordings of their amplifiers."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .messages import CommandError, progress, system_error, tell
from .options import add_channel_option, add_limit_option, duration
from .sources import NamedSource, named_sources

if TYPE_CHECKING:
    from ..evaluation import Evaluation, Pair
    from ..evaluation.takes import Take

_FAILED = 2
# With more models than this, two columns for each do not fit on a terminal.
_WIDEST = 4


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="judge models against recordings of their amplifier, or against other models",
        description="Judge every size of models against recordings: errors as a whole, by section, by "
        "loudness of playing and by frequency; the time they take; a ranking with intervals. Prints tables; "
        "the options write files. No delay or level is corrected unless --align says so.",
    )
    parser.add_argument(
        "models",
        metavar="MODEL",
        nargs="+",
        help=".nam file, folder of such files, or preset such as a2-full",
    )
    target = parser.add_argument_group("what to compare with")
    target.add_argument("--dry", metavar="WAV", help="recording of the guitar before the amplifier")
    target.add_argument(
        "--wet",
        metavar="WAV",
        nargs="+",
        help="recording after the amplifier; a second take of the same chain gives the noise floor, below "
        "which models are equal",
    )
    target.add_argument(
        "--pairs",
        metavar="PATH",
        action="append",
        default=[],
        help="folder with NAME_dry.wav and NAME_wet.wav (and NAME_wet2.wav), or CSV list with the columns "
        "dry and wet, and optionally wet2 and name",
    )
    target.add_argument(
        "--against",
        metavar="MODEL",
        nargs="+",
        default=[],
        help="other models as the target; both play --dry (default: half a minute of synthesised guitar)",
    )
    add_channel_option(target, "")
    how = parser.add_argument_group("how")
    how.add_argument(
        "--align",
        choices=("delay", "gain"),
        help="find and remove delay and polarity of each recording against each model's output; gain "
        "also removes the difference in level. The report states what was found",
    )
    how.add_argument(
        "--section",
        type=duration,
        default=10.0,
        metavar="S",
        help="length of a section in seconds (default: 10)",
    )
    how.add_argument(
        "--device", metavar="PROFILE", help="predict times from a profile of nam-core cost --fit"
    )
    how.add_argument("--no-cost", action="store_true", help="neither measure nor predict times")
    add_limit_option(how)
    shown = parser.add_argument_group("files to write")
    shown.add_argument("--json", metavar="FILE", help="all results, for programs and for bench --quality")
    shown.add_argument("--csv", metavar="FILE", help="one line per model and pair")
    shown.add_argument(
        "--html", metavar="FILE", help="one page with plots, tables, and sound of the worst moments"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, write and print, and return the exit status."""
    from ..audio.safe_writing import refuse_clashes
    from ..evaluation import evaluate

    sources = named_sources(arguments.models)
    others = named_sources(arguments.against)
    _check(arguments, sources, others)
    pairs = _pairs(arguments, others)
    refuse_clashes(_outputs(arguments), [path for pair in pairs for path in pair.paths_read])
    with progress("evaluating") as show:
        try:
            evaluation = evaluate(
                [(source, name) for source, name, _ in sources],
                pairs,
                align=arguments.align,
                section_seconds=arguments.section,
                cost=_cost(arguments),
                max_bytes=arguments.max_bytes,
                progress=show,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
    written = _write(arguments, evaluation)
    _print(evaluation)
    return 0 if written else _FAILED


def _check(arguments: argparse.Namespace, sources: list[NamedSource], others: list[NamedSource]) -> None:
    """Raise an error for contradicting options, and for outputs that cannot be written, before any work."""
    from ..audio.safe_writing import check_outputs

    if bool(arguments.wet) and not arguments.dry:
        raise CommandError("--wet needs --dry, the recording of the guitar")
    if arguments.dry and not (arguments.wet or others):
        raise CommandError("--dry needs --wet, the recording of the amplifier, or --against, other models")
    if not (arguments.wet or arguments.pairs or others):
        raise CommandError("give something to compare with: --dry and --wet, --pairs, or --against")
    if arguments.wet and len(arguments.wet) > 2:
        raise CommandError(f"--wet takes a recording and a second take; found {len(arguments.wet)}")
    if arguments.device and arguments.no_cost:
        raise CommandError("--device predicts times, and --no-cost leaves them out; choose one")
    if arguments.html:
        from ..pages import require_pages

        require_pages()
    named = [arguments.dry, arguments.device, *(arguments.wet or ()), *arguments.pairs]
    inputs = [path for path in (*named, *(path for _, _, path in (*sources, *others))) if path]
    check_outputs(_outputs(arguments), [path for path in inputs if not os.path.isdir(path)])


def _outputs(arguments: argparse.Namespace) -> list[str]:
    return [path for path in (arguments.json, arguments.csv, arguments.html) if path]


def _pairs(arguments: argparse.Namespace, others: list[NamedSource]) -> list[Pair]:
    from ..evaluation import FileTake, pair_of_files, pair_with_model, pairs_in

    pairs = []
    if arguments.wet:
        wet, *second = arguments.wet
        pairs.append(pair_of_files(arguments.dry, wet, *second, channel=arguments.channel))
    for path in arguments.pairs:
        pairs += pairs_in(path, arguments.channel)
    dry: Take | None = FileTake(arguments.dry, arguments.channel) if arguments.dry and others else None
    return [*pairs, *(pair_with_model(dry, source, name) for source, name, _ in others)]


def _cost(arguments: argparse.Namespace) -> Any:
    if arguments.device is None:
        return "none" if arguments.no_cost else "measure"
    from ..costing.device_profile import DeviceProfile

    try:
        return DeviceProfile.load(arguments.device)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _print(evaluation: Evaluation) -> None:
    from ..evaluation import tables
    from ..evaluation.verdict import verdict
    from .tables import print_table

    print_table(tables.ranking(evaluation))
    if len(evaluation.targets) > 1:
        print_table(tables.by_pair(evaluation))
    else:
        (target,) = evaluation.targets
        print_table(tables.by_loudness(evaluation, target.name))
        if len(evaluation.models) <= _WIDEST:
            print_table(tables.bands(evaluation, target.name))
        if evaluation.align:
            print_table(tables.alignments(evaluation))
    for sentence in verdict(evaluation):
        print(sentence)
    for note in evaluation.notes:
        print(f"Note: {note}")


def _write(arguments: argparse.Namespace, evaluation: Evaluation) -> bool:
    """Write the requested files. If one of them cannot be written, write the others."""
    from ..audio.safe_writing import write_file
    from ..evaluation import page, write_csv, write_json

    writers: tuple[tuple[str | None, Callable[[Path], None]], ...] = (
        (arguments.json, lambda path: write_json(evaluation, path)),
        (arguments.csv, lambda path: write_csv(evaluation, path)),
        (arguments.html, lambda path: write_file(path, page(evaluation))),
    )
    all_written = True
    for path, write in writers:
        if path is None:
            continue
        try:
            write(Path(path))
        except OSError as error:
            tell(arguments.command, system_error(error))
            all_written = False
    return all_written
