"""``nam-core selftest``: checks that this installation computes the recorded bits."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from .messages import tell

if TYPE_CHECKING:
    from ..selftest import IsaResult

_DIFFERENT = 1


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "selftest",
        help="check that this installation computes the recorded bits",
        description="Play small models on every instruction set of this processor, and compare "
        "the float32 output with recorded hashes. The exit status is 1 if any bit differs.",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check, print the result, and return the exit status."""
    from ..engine.runtime import runtime_info
    from ..selftest import run as check

    results = check()
    passed = not any(result.mismatches for result in results)
    if arguments.json:
        values = {**runtime_info(), "passed": passed, "results": [result.to_dict() for result in results]}
        print(json.dumps(values, indent=2))
    else:
        for result in results:
            print(f"{result.isa:<14}{_line(result)}")
    if not any(result.exact for result in results):
        tell(
            arguments.command,
            "this processor has no fused multiply-add, so its bits differ; results agree within a "
            "tolerance only",
        )
    return 0 if passed else _DIFFERENT


def _line(result: IsaResult) -> str:
    if not result.exact:
        return "not compared: without fused multiply-add the bits differ"
    took = f"{result.seconds:.2f} s"
    if result.mismatches:
        count = f"{len(result.mismatches)} of {result.checked} models differ"
        return f"FAILED, {count} ({', '.join(result.mismatches)}), {took}"
    return f"ok, {result.checked} models have the recorded bits, {took}"
