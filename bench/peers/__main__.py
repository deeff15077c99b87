"""Compares the engine with other engines on one core: ``python -m bench.peers --peer NAME PROGRAM...``.

A peer is another engine that plays .nam files, such as NeuralAmpModelerCore. Each PROGRAM is one build of
it, in a host that you have written and built for this processor. The engines take turns, round after round,
each in a process of its own; the result is the least time of all rounds. The table has the best build of
each peer.

A host has two uses:

``PROGRAM --describe`` prints one line: version, compiler, flags.

``PROGRAM MODEL.nam PASSES BLOCK`` loads the model, plays 4096 frames of noise in blocks of BLOCK, PASSES
times, and prints the least time of a pass in ns per sample. Its exit status is not 0 if it does not load the
model.

``--torch`` adds PyTorch, which computes a whole second in float32 on one thread, its fastest way. Its times
are processor time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

import nam_core
from bench.models import NAMES
from bench.peers.engines import FRAMES, Engine, Host, HostError, Ours, Torch
from bench.peers.models import played_file
from bench.peers.report import heading, json_report, table
from bench.peers.rounds import Case, measure

_ROOT = Path(__file__).parents[2]
_MODELS = ("a1-standard", "a1-lite", "a1-feather", "a1-nano", "a2-full", "a2-lite", "lstm-1x16")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--peer",
        action="append",
        nargs="+",
        default=[],
        metavar=("NAME", "PROGRAM"),
        help="a peer's name and its builds; can be repeated",
    )
    parser.add_argument("--torch", action="store_true", help="compare with PyTorch too")
    parser.add_argument("--golden", action="store_true", help="count the golden models that each peer loads")
    parser.add_argument("--models", nargs="+", choices=NAMES, default=list(_MODELS), metavar="NAME")
    parser.add_argument("--blocks", nargs="+", type=int, default=[64], metavar="FRAMES")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every build's times to FILE")
    options = parser.parse_args(words)
    for name, *programs in options.peer:
        if not programs:
            parser.error(f"--peer {name} names no program")
    if not options.peer and not options.torch:
        parser.error("there is nothing to compare with: give --peer or --torch")
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    if not all(1 <= block <= FRAMES for block in options.blocks):
        parser.error(f"--blocks must be from 1 to {FRAMES}")
    return options


def _golden(hosts: list[Host], console: Console) -> None:
    """Print how many golden models each build loads."""
    files = sorted((_ROOT / "tests" / "golden").glob("*.nam"))
    for host in hosts:
        loaded = sum(host.loads(file) for file in files)
        console.print(f"{host.peer} ({host.build}) loads {loaded} of {len(files)} golden models.")


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print a table; ``words`` are the arguments, None for those of the command."""
    options = _arguments(words)
    console = Console(width=200, highlight=False)
    try:
        hosts = [Host(name, Path(program)) for name, *programs in options.peer for program in programs]
        engines: list[Engine] = [Ours(), *hosts, *([Torch()] if options.torch else [])]
        with tempfile.TemporaryDirectory() as folder:
            cases = []
            for name in options.models:
                file = Path(folder) / f"{name}.nam"
                file.write_text(json.dumps(played_file(name)), "utf-8")
                cases += [Case(name, file, block) for block in options.blocks]
            measure(cases, engines, options.rounds)
        console.print(*heading(engines), sep="\n", soft_wrap=True)
        console.print(table(cases, engines))
        if options.golden:
            _golden(hosts, console)
    except HostError as error:
        raise SystemExit(str(error)) from None
    if options.json:
        report: dict[str, Any] = json_report(cases, engines, options.rounds)
        options.json.write_text(json.dumps(report | {"runtime": nam_core.runtime_info()}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
