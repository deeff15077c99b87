"""``nam-core cost``: counts the operations of a model, and predicts its time on a measured device."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from .messages import CommandError, printable, tell
from .options import add_quality_option, file_or_preset

if TYPE_CHECKING:
    from ..costing import Cost
    from ..costing.device_profile import DeviceProfile
    from ..format.config import NamModel

_PREDICTED_BLOCKS = (16, 64, 256)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "cost",
        help="count a model's operations; predict its time on a device",
        description="Count the operations of one frame of a model: multiply-adds, activations, bytes, "
        "kernel calls. With --device, predict its time on a device. With --fit, make the profile of a "
        "device from results of nam-core bench.",
    )
    parser.add_argument(
        "model", metavar="MODEL", nargs="?", help=".nam file (its weights may be missing), or a preset's name"
    )
    add_quality_option(parser)
    parser.add_argument(
        "--device",
        metavar="DEVICE.json",
        help="predict the time on a device; --fit makes its profile",
    )
    parser.add_argument(
        "--fit",
        metavar="BENCH.json",
        help="fit a profile to a file of nam-core bench --json about a modelset",
    )
    parser.add_argument(
        "--families",
        metavar="INDEX.json",
        help="index.json of the modelset; the prediction error is then that of families left out of the fit",
    )
    parser.add_argument("-o", "--output", metavar="DEVICE.json", help="file for the fitted profile")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Count, predict or fit, print, and return the exit status."""
    if (arguments.model is None) == (arguments.fit is None):
        raise CommandError("give either a model, or results with --fit")
    if arguments.fit is not None:
        return _fit(arguments)
    if arguments.output is not None or arguments.families is not None:
        raise CommandError("-o and --families need --fit")
    return _cost(arguments)


def _cost(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from ..costing import cost

    model = _read(arguments.model)
    profile = None if arguments.device is None else _load_profile(arguments.device)
    isa, dtype = (None, "float32") if profile is None else (profile.isa, profile.dtype)
    try:
        found = cost(model, arguments.quality, isa=isa, dtype=dtype)
    except ValueError as error:
        raise CommandError(str(error)) from error
    predicted = [] if profile is None else _predict(profile, found, _sample_rate(model))
    if arguments.json:
        result = found.to_dict()
        if profile is not None:
            result["predicted"] = {"blocks": predicted, "error": profile.to_dict()["error"]}
        print(json.dumps(result, indent=2))
        return 0
    console = Console()
    console.print(found.table())
    if profile is not None:
        _print_prediction(console, profile, predicted)
    return 0


def _read(name: str) -> NamModel:
    """Return the model of this file, or of this preset if there is no such file."""
    from ..format.nam_file import read_architecture

    source, _ = file_or_preset(name)
    return read_architecture(source)


def _sample_rate(model: NamModel) -> float:
    from ..format.config import DEFAULT_SAMPLE_RATE

    return model.sample_rate or DEFAULT_SAMPLE_RATE


def _load_profile(path: str) -> DeviceProfile:
    from ..costing.device_profile import DeviceProfile

    try:
        return DeviceProfile.load(path)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _predict(profile: DeviceProfile, cost: Cost, sample_rate: float) -> list[dict[str, float]]:
    rows = []
    for block in _PREDICTED_BLOCKS:
        try:
            ns = profile.predict(cost, block)
        except ValueError as error:
            raise CommandError(str(error)) from error
        rows.append({"block": block, "ns_per_sample": ns, "percent_of_core": 100 * ns * sample_rate / 1e9})
    return rows


def _print_prediction(console: Any, profile: DeviceProfile, rows: list[dict[str, float]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    processor = printable(str(profile.machine.get("processor", "an unknown processor")))
    print(f"Predicted for {processor}, {profile.isa}, {profile.dtype}:")
    table = Table(box=SIMPLE_HEAD)
    for heading in ("block", "ns per sample", "% of one core"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(f"{row['block']:.0f}", f"{row['ns_per_sample']:.1f}", f"{row['percent_of_core']:.2f}")
    console.print(table)
    error = profile.error
    print(
        f"For models that were not in the fit, the median error was {100 * error.median:.1f} %; nine of ten "
        f"predictions were off by less than {100 * error.p90:.1f} %."
    )


def _fit(arguments: argparse.Namespace) -> int:
    from ..audio.safe_writing import check_outputs
    from ..costing.profile_fitting import fit

    if arguments.output is not None:
        inputs = [arguments.fit] if arguments.families is None else [arguments.fit, arguments.families]
        check_outputs([arguments.output], inputs)
    families = None if arguments.families is None else _read_families(arguments.families)
    try:
        with open(arguments.fit, encoding="utf-8") as file:
            bench = json.load(file)
    except ValueError as error:
        raise CommandError(
            f"{arguments.fit}: this is not a file of nam-core bench --json: {error}"
        ) from error
    try:
        profile = fit(bench, families)
    except ValueError as error:
        raise CommandError(f"{arguments.fit}: {error}") from error
    if arguments.output is not None:
        profile.save(arguments.output)
        tell(arguments.command, f"wrote {arguments.output}")
    if arguments.json:
        print(json.dumps(profile.to_dict(), indent=2))
    else:
        _print_profile(profile)
    return 0


def _read_families(path: str) -> dict[str, str]:
    """Return the family of each model, by the model's name."""
    try:
        with open(path, encoding="utf-8") as file:
            return {entry["name"]: entry["family"] for entry in json.load(file)["models"]}
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{path}: this file is not the index of a modelset") from error


def _print_profile(profile: DeviceProfile) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from ..costing.device_work import AMOUNTS

    table = Table(box=SIMPLE_HEAD)
    table.add_column("coefficient")
    table.add_column("ns", justify="right")
    table.add_column("per")
    for name, ns in profile.coefficients.items():
        table.add_row(name, f"{ns:.3f}", AMOUNTS[name])
    Console().print(table)
    error = profile.error
    print(
        f"Held-out {error.held_out} ({error.folds} folds, {error.models} models, {error.results} results): "
        f"median error {100 * error.median:.1f} %, nine of ten below {100 * error.p90:.1f} %, largest "
        f"{100 * error.max:.1f} % ({printable(error.worst)})."
    )
