"""Compares two runs of the benchmarks: ``python bench/compare.py NEW.json OLD.json``.

The files are those of ``pytest --benchmark --benchmark-json=FILE``. Each line is a benchmark of both runs. It
has the median time of the new run divided by that of the old one, the smallest and the largest ratio of their
quartiles, and the ratio of the least times, which other programs disturb less. If the range contains 1, no
difference has been shown. Nothing passes or fails.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from math import exp, fsum, log
from pathlib import Path
from typing import Any

from nam_core.cli.tables import print_table
from nam_core.pages import Table


@dataclass(frozen=True)
class Ratio:
    """New time divided by old time: ratio of the medians, range by the quartiles, and ratio of the least
    times.
    """

    name: str
    value: float
    low: float
    high: float
    least: float


def ratios(new: dict[str, Any], old: dict[str, Any], only: str = "") -> list[Ratio]:
    """A ratio for each benchmark of both runs whose name contains ``only``, in the order of the new run."""
    before = {benchmark["fullname"]: benchmark["stats"] for benchmark in old["benchmarks"]}
    found = []
    for benchmark in new["benchmarks"]:
        name, now = benchmark["fullname"], benchmark["stats"]
        if name in before and only in name:
            then = before[name]
            value, low, high, least = (
                now[a] / then[b]
                for a, b in (("median", "median"), ("q1", "q3"), ("q3", "q1"), ("min", "min"))
            )
            found.append(Ratio(name, value, low, high, least))
    return found


def machine(run: dict[str, Any]) -> str:
    """The machine and build of a run."""
    info = run["machine_info"]
    about = info.get("nam_core", {})
    parts = [about.get("processor", info.get("machine", "?")), about.get("compiler", ""), run["datetime"]]
    return ", ".join(part for part in parts if part)


def table(found: list[Ratio]) -> Table:
    """A table of the ratios, with their geometric means below."""
    rows = [(r.name, f"{r.value:.3f}", f"{r.low:.3f} to {r.high:.3f}", f"{r.least:.3f}") for r in found]
    mean, least = (
        exp(fsum(map(log, values)) / len(found))
        for values in ([r.value for r in found], [r.least for r in found])
    )
    rows.append(("geometric mean", f"{mean:.3f}", "", f"{least:.3f}"))
    headings = ("benchmark", "ratio", "range", "least")
    return Table("New time / old time", headings, tuple(rows), "Below 1: faster now.")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new", type=Path)
    parser.add_argument("old", type=Path)
    parser.add_argument("--only", default="", metavar="TEXT", help="benchmarks with this in their name")
    arguments = parser.parse_args()
    new, old = (json.loads(path.read_text("utf-8")) for path in (arguments.new, arguments.old))
    found = ratios(new, old, arguments.only)
    if not found:
        parser.error("the two runs have no such benchmark in common")
    print(f"new: {machine(new)}\nold: {machine(old)}")
    print_table(table(found))


if __name__ == "__main__":
    main()
