"""The figures of a survey as tables, for a terminal or a page."""

from __future__ import annotations

from collections.abc import Sequence

from ..pages import Table
from .comparison import Comparison
from .results import WIDE_SPREAD, Result, Survey


def costs(survey: Survey) -> Table:
    """Return a table of the time that each size of each model takes."""
    seconds = survey.settings.seconds
    headings = (
        "model",
        "channels",
        "MAC/\nsample",
        "block",
        "ns/\nsample",
        "spread",
        "least",
        f"ms for\n{seconds:g} s",
        "x real\ntime",
        "of a\ncore",
        "ps/MAC",
        "of FMA\nlimit",
        "silence/\nsound",
    )
    note = (
        "Medians on sound. MAC: the file's multiply-adds, every weight that multiplies a signal once. "
        f"spread: between the quartiles; ! marks more than {WIDE_SPREAD:.0%}. least: ns per sample without "
        "disturbance, of each block the least time. of FMA "
        "limit: multiply-adds per ns at the least time, of the "
        f"{survey.machine.fma_limit:.3g} that this core does on registers. silence/sound: in the same round."
    )
    dispensable = (
        *("ps/MAC", "x real\ntime", "channels", "MAC/\nsample", "of FMA\nlimit"),
        *("silence/\nsound", "least", "spread"),
    )
    rows = tuple(_cost(survey, result) for result in survey.of("sound"))
    return Table("Cost", headings, rows, note, dispensable)


def _cost(survey: Survey, result: Result) -> tuple[str, ...]:
    ratio = result.silence_ratio
    return (
        survey.label(result),
        ", ".join(map(str, result.channels)) or "-",
        f"{result.macs_per_frame:,}",
        str(result.block),
        f"{result.ns_per_sample:.1f}",
        f"{result.spread:.1%}" + (" !" if result.spread > WIDE_SPREAD else ""),
        f"{result.ns_per_sample_min:.1f}",
        f"{result.milliseconds(survey.settings.seconds):.3g}",
        f"{result.times_real_time:.3g}",
        _percent(result.core_share),
        f"{1e3 * result.ns_per_sample / result.macs_per_frame:.1f}",
        f"{result.share_of_limit(survey.machine.fma_limit):.2f}",
        "-" if ratio is None else f"{ratio:.3f}",
    )


def block_times(survey: Survey) -> Table:
    """Return a table of the times of single blocks, in microseconds."""
    headings = ("model", "block", "p50", "p99", "p99.9", "max", "deadline", "p99.9 of\ndeadline")
    rows = []
    for result in survey.of("sound"):
        times = result.block_us
        figures = (times.p50, times.p99, times.p99_9, times.max)
        share = _percent(times.p99_9 / times.deadline)
        deadline = f"{times.deadline:.0f}"
        name, block = survey.label(result), str(result.block)
        rows.append((name, block, *(f"{figure:.1f}" for figure in figures), deadline, share))
    note = "Microseconds, on sound. The deadline is how long the block lasts."
    return Table("Times of single blocks", headings, tuple(rows), note, ("deadline", "p50"))


def parts(survey: Survey) -> list[Table]:
    """Return a table of each profile."""
    tables = []
    for result in survey.results:
        if result.profile:
            rows = tuple(
                (part.part, f"{part.share:.1%}", f"{part.ns_per_sample:.2f}", f"{part.calls_per_block:g}")
                for part in result.profile
            )
            title = f"{survey.label(result)}, block {result.block}"
            tables.append(Table(title, ("part", "share", "ns/sample", "calls per block"), rows, ""))
    return tables


def ratios(comparison: Comparison, this: str, other: str) -> Table:
    """Return a table of a comparison; ``this`` and ``other`` name the two surveys."""
    rows = [
        (
            ratio.label,
            str(ratio.this.block),
            f"{ratio.this.ns_per_sample:.1f}",
            f"{ratio.other.ns_per_sample:.1f}",
            f"{ratio.value:.3f}",
            f"{ratio.low:.3f} to {ratio.high:.3f}",
            f"{ratio.least:.3f}",
        )
        for ratio in comparison.ratios
    ]
    mean, mean_of_least = f"{comparison.mean:.3f}", f"{comparison.mean_of_least:.3f}"
    rows.append(("geometric mean", "", "", "", mean, "", mean_of_least))
    note = (
        f"ns per sample, here: {this}; there: {other}. Below 1, here is faster. The ratio is that of the "
        "medians, quartiles give the range. least: the ratio of the least times, which other "
        "programs disturb less."
    )
    for where, labels in (("here", comparison.only_this), ("there", comparison.only_other)):
        if labels:
            note += f" Only {where}: {', '.join(labels)}."
    return Table(
        "Comparison", ("model", "block", "here", "there", "ratio", "range", "least"), tuple(rows), note
    )


def machine(survey: Survey) -> Sequence[tuple[str, str]]:
    """Return the machine and the settings as labels and texts, without those that are unknown."""
    found, settings = survey.machine, survey.settings
    lines = [
        ("processor", f"{found.processor}, {found.cores} cores"),
        ("system", found.system),
        ("nam_core", f"{found.nam_core}, {found.isa}, {settings.dtype}, compiled by {found.compiler}"),
        ("Python", found.python),
        ("FMA limit", f"{found.fma_limit:.3g} multiply-adds per ns and core"),
        ("signal", f"{settings.signal}, {settings.seconds:g} s per repetition"),
        ("clock governor", found.governor),
        ("throttled", None if found.throttled is None else "yes" if found.throttled else "no"),
        ("load before", None if found.load is None else f"{found.load:.2f}"),
    ]
    return [(label, text) for label, text in lines if text is not None]


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
