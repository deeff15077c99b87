"""``nam-core listen``: makes listening tests, serves them, and scores the answers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .messages import CommandError, printable, progress_of_steps, tell
from .options import add_overwrite_option, writing_to_folder

if TYPE_CHECKING:
    from ..listening.answers import Key
    from ..listening.scoring import AbxScore, MushraScore


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "listen",
        help="make a listening test for a browser, serve it, and score its answers",
        description="Make an ABX or MUSHRA listening test (ITU-R BS.1534-3) from recordings and models, as "
        "a page that runs from a disk or a web server. Collect the answers and score them.",
    )
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    make = steps.add_parser(
        "make",
        help="write the page and its sounds",
        description="Write a test: page/ is for the listeners; key.json has the solution.",
    )
    make.add_argument("plan", metavar="STIMULI.toml", help="the sounds to compare (docs/listening-tests.md)")
    make.add_argument("-o", "--output", metavar="DIR", required=True, help="folder to write to")
    add_overwrite_option(make, "a test")
    make.set_defaults(run=run_make)
    serve = steps.add_parser(
        "serve",
        help="serve the page on this machine and store the answers",
        description="Serve the page of a test on 127.0.0.1 and store the answers in DIR/answers.sqlite. "
        "Ctrl-C ends it.",
    )
    serve.add_argument("folder", metavar="DIR", help="folder of nam-core listen make")
    serve.add_argument("--port", type=int, default=8765, help="port; 0 takes a free one (default: 8765)")
    serve.set_defaults(run=run_serve)
    score = steps.add_parser(
        "score",
        help="score the answers",
        description="Score the answers in DIR/answers/*.json and DIR/answers.sqlite.",
    )
    score.add_argument("folder", metavar="DIR", help="folder of nam-core listen make")
    score.add_argument("-o", "--output", metavar="REPORT.html", help="also write the scores as a page")
    score.add_argument("--json", action="store_true", help="print everything as JSON")
    score.set_defaults(run=run_score)


def run_make(arguments: argparse.Namespace) -> int:
    """Write a test, and return the exit status."""
    from ..listening.making import make
    from ..listening.plan import read_plan

    with writing_to_folder(arguments.output, "the test"):
        plan = read_plan(arguments.plan)
        with progress_of_steps("preparing sounds", len(plan.items)) as advance:
            for _ in make(plan, arguments.output, overwrite=arguments.overwrite):
                advance(1)
    page = Path(arguments.output) / "page" / "index.html"
    serve = f"nam-core listen serve {arguments.output}"
    tell(arguments.command, f"{len(plan.items)} items; open {page}, or {serve}")
    return 0


def run_serve(arguments: argparse.Namespace) -> int:
    """Serve until a signal ends the command."""
    from ..listening.serving import Server

    if not 0 <= arguments.port <= 65535:
        raise CommandError(f"--port must be from 0 to 65535; found {arguments.port}")
    with Server(Path(arguments.folder), arguments.port) as server:
        tell(arguments.command, f"the test is at {server.url}; Ctrl-C ends it")
        server.serve_forever()
    return 0


def run_score(arguments: argparse.Namespace) -> int:
    """Score, print and write, and return the exit status."""
    from ..audio.safe_writing import check_outputs, write_file
    from ..listening import report
    from ..listening.answers import DATABASE, answer_files, read_answers, read_key
    from ..listening.making import KEY
    from ..pages import require_pages

    folder = Path(arguments.folder)
    key = read_key(folder)
    if arguments.output is not None:
        require_pages()
        check_outputs([arguments.output], [folder / KEY, folder / DATABASE, *answer_files(folder)])
    answers = read_answers(folder, key)
    if not answers:
        raise CommandError(
            f"{folder}: there are no answers yet; put the listeners' files into {folder / 'answers'}"
        )
    score = _score(key, answers)
    if arguments.output is not None:
        write_file(arguments.output, report.page(key, score))
        tell(arguments.command, f"wrote {arguments.output}")
    if arguments.json:
        print(json.dumps(score.to_dict(), indent=2))
    else:
        _print(score)
    return 0


def _score(key: Key, answers: list[Any]) -> AbxScore | MushraScore:
    from ..listening.scoring import score_abx, score_mushra

    try:
        return score_abx(key, answers) if key.kind == "abx" else score_mushra(key, answers)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _print(score: AbxScore | MushraScore) -> None:
    from ..listening import report
    from .tables import print_table

    for table in report.tables(score):
        print_table(table)
    for sentence in report.sentences(score) + report.warnings(score):
        print(printable(sentence))
