"""``nam-core bench``: measures the time that models take on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .messages import CommandError, progress_of_steps, system_error, tell
from .options import add_engine_options, add_limit_option, duration
from .sources import NamedSource, named_sources

if TYPE_CHECKING:
    from ..survey.budget import Budget
    from ..survey.measure import Sound
    from ..survey.results import Survey

_SYNTHESISED = "synthesised guitar"
_PICTURES = (".png", ".svg", ".pdf")
_FAILED = 2


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "bench",
        help="measure the time that models take on this machine",
        description="Measure the time that models take on this machine: every size of each model, on one "
        "core, with sound and with silence, in turn, repeated until the figures are known to 1 %. Prints "
        "tables; the options write the results as files.",
    )
    parser.add_argument(
        "models",
        metavar="MODEL",
        nargs="*",
        help=".nam file, folder of such files, or preset such as a2-full",
    )
    how = parser.add_argument_group("what to measure")
    how.add_argument(
        "--block", metavar="N[,N...]", type=_blocks, default=(64,), help="frames per block (default: 64)"
    )
    how.add_argument(
        "--seconds",
        type=duration,
        default=2.0,
        metavar="S",
        help="seconds of audio per repetition (default: 2)",
    )
    how.add_argument(
        "--repetitions",
        type=int,
        default=30,
        metavar="N",
        help="the most repetitions, at least 2 (default: 30)",
    )
    how.add_argument(
        "--input", metavar="WAV", type=Path, help="sound to play (default: a synthesised guitar)"
    )
    add_engine_options(how, "float32")
    add_limit_option(how)
    how.add_argument(
        "--profile", action="store_true", help="also show the time that each part of a model takes"
    )
    how.add_argument(
        "--from",
        dest="earlier",
        metavar="FILE",
        type=Path,
        help="measure nothing; show the results in a file of --json",
    )
    shown = parser.add_argument_group("what to show and write")
    shown.add_argument(
        "--budget", metavar="B", help="the most time a model may take: 3%% of a core, or 60ms for the audio"
    )
    shown.add_argument(
        "--json", metavar="FILE", type=Path, help="write all results, for programs and for --compare"
    )
    shown.add_argument("--csv", metavar="FILE", type=Path, help="write a table with one line per result")
    shown.add_argument(
        "--plot", metavar="FILE", type=Path, help="write a plot of time against channels, as PNG, SVG or PDF"
    )
    shown.add_argument("--report", metavar="FILE", type=Path, help="write all results as one HTML page")
    shown.add_argument(
        "--axis",
        choices=("channels", "parameters", "macs", "esr"),
        default="channels",
        help="horizontal axis of the plot: channels of the first layer array (default), parameters, "
        "multiply-adds, or the ESR of --quality",
    )
    shown.add_argument(
        "--quality",
        metavar="FILE",
        type=Path,
        help="file of evaluate --json about the same models; the report then shows time against accuracy",
    )
    shown.add_argument(
        "--compare", metavar="FILE", type=Path, help="show ratios to the results in another file of --json"
    )
    shown.add_argument(
        "--unlike", action="store_true", help="compare even if the settings or machines differ"
    )
    parser.set_defaults(run=run, dtype="float32")


def run(arguments: argparse.Namespace) -> int:
    """Measure, write and print, and return the exit status."""
    from ..evaluation.files import read_accuracy
    from ..survey.budget import parse_budget
    from ..survey.results import read_json

    _check_options(arguments)
    sources = named_sources(arguments.models)
    _check_files(arguments, sources)
    try:
        survey = read_json(arguments.earlier) if arguments.earlier else None
        other = read_json(arguments.compare) if arguments.compare else None
        accuracy = read_accuracy(arguments.quality) if arguments.quality else None
        seconds = survey.settings.seconds if survey else arguments.seconds
        budget = parse_budget(arguments.budget, seconds) if arguments.budget else None
        survey = survey or _measure(arguments, sources, other)
        # Write the files first, so that an error while printing does not lose the measurement.
        written = _write(arguments, survey, budget, accuracy)
        _print(survey, budget)
        if other:
            _print_comparison(arguments, survey, other)
    except ValueError as error:
        raise CommandError(str(error)) from error
    return 0 if written else _FAILED


def _blocks(text: str) -> tuple[int, ...]:
    try:
        blocks = tuple(int(number) for number in text.split(","))
    except ValueError:
        blocks = ()
    if not blocks or min(blocks) < 1 or len(set(blocks)) < len(blocks):
        raise argparse.ArgumentTypeError(f'"{text}" is not a list of different numbers of frames above 0')
    return blocks


def _check_options(arguments: argparse.Namespace) -> None:
    if bool(arguments.models) == bool(arguments.earlier):
        raise CommandError("name models to measure, or a file to show with --from, and not both")
    if arguments.earlier and arguments.profile:
        raise CommandError("--profile needs a measurement, and --from does not measure")
    if arguments.unlike and not arguments.compare:
        raise CommandError("--unlike needs --compare")
    if arguments.axis == "esr" and not arguments.quality:
        raise CommandError("--axis esr needs --quality FILE, a file of evaluate --json")
    if arguments.quality and not (arguments.plot or arguments.report):
        raise CommandError("--quality needs --report, or --plot with --axis esr")
    if arguments.plot and arguments.plot.suffix.lower() not in _PICTURES:
        raise CommandError(f"{arguments.plot}: the name of a plot must end in {', '.join(_PICTURES)}")
    if arguments.plot or arguments.report:
        from ..pages import require_pages

        require_pages()


def _check_files(arguments: argparse.Namespace, sources: list[NamedSource]) -> None:
    """Raise an error for outputs that cannot be written, before anything is measured."""
    from ..audio.safe_writing import check_outputs

    outputs = (arguments.json, arguments.csv, arguments.plot, arguments.report)
    inputs = (
        arguments.input,
        arguments.earlier,
        arguments.compare,
        arguments.quality,
        *(path for _, _, path in sources),
    )
    check_outputs([path for path in outputs if path], [path for path in inputs if path])


def _measure(arguments: argparse.Namespace, sources: list[NamedSource], other: Survey | None) -> Survey:
    """Measure. ``other`` is a survey to compare with; if its settings differ, an error is raised before
    measuring.
    """
    from ..survey.comparison import refuse_unlike, settings_differences
    from ..survey.measure import measure, steps
    from ..survey.profile import add_profiles
    from ..survey.results import Settings

    subjects = [
        subject for source, name, path in sources for subject in _subjects(arguments, source, name, path)
    ]
    sound = _sound(arguments.input)
    signal = str(arguments.input.name) if arguments.input else _SYNTHESISED
    settings = Settings(arguments.block, arguments.dtype, arguments.seconds, signal, arguments.budget)
    if other and not arguments.unlike:
        refuse_unlike(settings_differences(settings, other.settings))
    with progress_of_steps("measuring", steps(subjects, settings, arguments.repetitions)) as advance:
        survey = measure(subjects, settings, sound, arguments.repetitions, advance)
    if arguments.profile:
        with progress_of_steps("profiling", len(survey.of("sound"))) as advance:
            survey = add_profiles(survey, subjects, sound, advance)
    return survey


def _subjects(arguments: argparse.Namespace, source: Any, name: str, path: str | None) -> Any:
    from ..survey.subjects import subjects

    return subjects(source, name, path, arguments.dtype, arguments.isa, arguments.max_bytes)


def _sound(path: Path | None) -> Sound:
    """Return the recording, repeated, for every channel; without a recording, a synthetic signal."""
    from ..audio.dry_signal import dry_signal

    if path is None:
        return dry_signal
    import numpy as np

    from ..audio.reader import read_audio

    recording = read_audio(path)[0][0]
    if not recording.size:
        raise CommandError(f"{path}: the file has no samples")
    return lambda frames, sample_rate, channels: np.tile(np.resize(recording, frames), (channels, 1))


def _print(survey: Survey, budget: Budget | None) -> None:
    from ..survey import table
    from ..survey.budget import verdict
    from .tables import print_table

    for label, text in table.machine(survey):
        print(f"{label:<16}{text}")
    for condition in survey.machine.conditions:
        print(f"{'warning':<16}{condition}")
    for content in (table.costs(survey), table.block_times(survey), *table.parts(survey)):
        print_table(content)
    for sentence in verdict(survey, budget) if budget else ():
        print(sentence)


def _print_comparison(arguments: argparse.Namespace, survey: Survey, other: Survey) -> None:
    from ..survey import table
    from ..survey.comparison import compare
    from .tables import print_table

    comparison = compare(survey, other, unlike=arguments.unlike)
    here, there = (
        f"{found.machine.processor}, {found.machine.isa}, nam_core {found.machine.nam_core}"
        for found in (survey, other)
    )
    print_table(table.ratios(comparison, here, there))


def _write(
    arguments: argparse.Namespace, survey: Survey, budget: Budget | None, accuracy: dict[str, float] | None
) -> bool:
    """Write the requested files. If one of them cannot be written, write the others."""
    from ..audio.safe_writing import write_file
    from ..survey import plot, report, results

    writers: tuple[tuple[Path | None, Callable[[Path], None]], ...] = (
        (arguments.json, lambda path: results.write_json(survey, path)),
        (arguments.csv, lambda path: results.write_csv(survey, path)),
        (
            arguments.plot,
            lambda path: write_file(path, plot.picture(survey, path, arguments.axis, budget, accuracy)),
        ),
        (
            arguments.report,
            lambda path: write_file(path, report.page(survey, arguments.axis, budget, accuracy)),
        ),
    )
    all_written = True
    for path, write in writers:
        if path is None:
            continue
        try:
            write(path)
        except (OSError, ValueError) as error:
            text = system_error(error) if isinstance(error, OSError) else f"{path}: {error}"
            tell(arguments.command, text)
            all_written = False
    return all_written
