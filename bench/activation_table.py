"""Print the accuracy of the activation functions as the table in docs/numerics.md.

``python -m bench.activation_table`` sweeps some million values per row in seconds; ``--every`` takes all
float32 values of each range instead, which takes minutes per row.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from .activation_accuracy import FUNCTIONS, Array, Dtype, Error, engine, every_float32, measure, sweep
from .activation_bounds import BOUNDS, MAX, Bound


def _chunks(bound: Bound, dtype: Dtype, every: bool, count: int) -> Iterable[Array]:
    if every and dtype == "float32":
        return every_float32(bound.low, bound.high)
    return [sweep(bound.low, bound.high, count, dtype)]


def _error(bound: Bound, dtype: Dtype, every: bool, count: int) -> Error:
    function = FUNCTIONS[bound.name]
    model = engine(function, dtype)
    error = Error()
    for x in _chunks(bound, dtype, every, count):
        error = error.merged(measure(x, model.process(x), function.reference(x)))
    return error


def row_start(bound: Bound, dtype: Dtype) -> str:
    """The first cells of a row: function and range."""
    names = {MAX[dtype]: "max", -MAX[dtype]: "-max"}
    low, high = (names.get(x, f"{x:.3g}") for x in (bound.low, bound.high))
    return f"| {bound.name} | {low} | {high} |"


def promise(limit: float) -> str:
    """The text of a bound in the table."""
    return f"(≤ {limit:.3g})"


def _cell(found: float, at: float, limit: float | None, dtype: Dtype) -> str:
    if limit is None:
        return ""
    where = f" at {at:.9g}" if found > 0.0 and dtype == "float32" else ""
    return f"{found:.3g}{where} {promise(limit)}"


def main() -> None:
    """Print one Markdown table per precision."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--every", action="store_true", help="all float32 values, not a sample of them")
    parser.add_argument("--values", type=int, default=1 << 22, help="values per row (default: %(default)s)")
    parser.add_argument("--dtype", choices=list(BOUNDS), help="only this precision")
    parser.add_argument("--function", choices=list(FUNCTIONS), help="only this function")
    arguments = parser.parse_args()
    for dtype, bounds in BOUNDS.items():
        if arguments.dtype not in (None, dtype):
            continue
        print(f"\n| {dtype} | from | to | absolute error (bound) | ulps (bound) | values |")
        print("|---|---|---|---|---|---|")
        for bound in bounds:
            if arguments.function not in (None, bound.name):
                continue
            error = _error(bound, dtype, arguments.every, arguments.values)
            cells = (
                _cell(error.absolute, error.absolute_at, bound.absolute, dtype),
                _cell(error.ulps, error.ulps_at, bound.ulps, dtype),
                f"{error.values:,}",
            )
            print(f"{row_start(bound, dtype)} {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
