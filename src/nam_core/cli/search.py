"""``nam-core search``: finds architectures that fit a budget."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from .messages import CommandError, printable, progress_of_steps, tell

if TYPE_CHECKING:
    from ..costing.device_profile import DeviceProfile
    from ..pages import Table
    from ..search.ranking import Found

_SAMPLE_RATE = 48000


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "search",
        help="find architectures that fit a budget, and write the trainer's files for them",
        description="Find architectures like A2 (channels, kernel sizes, dilations, head) that take at most "
        "a share of one core, by the cost model. An architecture is left out if another has more parameters "
        "and more layers. They are ranked by parameters. Only training tells which one sounds best.",
    )
    parser.add_argument(
        "--budget", metavar="B", required=True, help="the most time an architecture may take: 3%% of a core"
    )
    parser.add_argument(
        "--small", metavar="B", help="also give each a small size, like A2's, that takes at most this"
    )
    parser.add_argument(
        "--device",
        metavar="DEVICE.json",
        help="profile of the device (nam-core cost --fit); without it, this machine is measured",
    )
    parser.add_argument("--block", type=int, default=64, metavar="N", help="frames per block (default: 64)")
    parser.add_argument(
        "--receptive-field",
        type=float,
        default=85.0,
        metavar="MS",
        help="least receptive field in milliseconds at 48 kHz (default: 85, that of A1 standard)",
    )
    parser.add_argument(
        "--top", type=int, default=20, metavar="N", help="number of architectures to show (default: 20)"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    trainer = parser.add_argument_group("files for the trainer")
    trainer.add_argument(
        "--train-config",
        metavar="DIR",
        help="write data.json, learning.json and a model file per architecture, in the form that nam-full "
        "reads",
    )
    trainer.add_argument("--dry", metavar="WAV", default="input.wav", help="default: input.wav")
    trainer.add_argument("--wet", metavar="WAV", default="output.wav", help="default: output.wav")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Search, print and write, and return the exit status."""
    from ..search.ranking import search, steps
    from ..search.train_config import check_train_configs, write_train_configs

    if arguments.block < 1 or arguments.top < 1:
        raise CommandError("--block and --top must be 1 or more")
    if not 0.0 < arguments.receptive_field <= 1000.0:
        raise CommandError(
            f"--receptive-field must be above 0 and at most 1000 milliseconds; found "
            f"{arguments.receptive_field:g}"
        )
    share, small = _share(arguments.budget), arguments.small and _share(arguments.small)
    if small is not None and small >= share:
        raise CommandError(f"--small {arguments.small} must be less than --budget {arguments.budget}")
    if arguments.train_config is not None:
        read = [] if arguments.device is None else [arguments.device]
        check_train_configs(arguments.train_config, arguments.top, read)
    reach = round(arguments.receptive_field * _SAMPLE_RATE / 1000)
    profile = _profile(arguments)
    with progress_of_steps("searching", steps(reach)) as advance:
        try:
            results = search(
                profile,
                share,
                small_share=small,
                block=arguments.block,
                receptive_field=reach,
                advance=advance,
            )[: arguments.top]
        except ValueError as error:
            raise CommandError(str(error)) from error
    if arguments.train_config is not None:
        models = write_train_configs(results, arguments.train_config, dry=arguments.dry, wet=arguments.wet)
        tell(
            arguments.command,
            f"{arguments.train_config} has {len(models)} model files, data.json and learning.json; to "
            f"train the first: "
            f"nam-full {arguments.train_config}/data.json "
            f"{models[0]} {arguments.train_config}/learning.json OUTDIR",
        )
    _print(arguments, profile, results)
    return 0


def _share(text: str) -> float:
    from ..survey.budget import parse_budget

    try:
        return parse_budget(text, 2.0).share
    except ValueError as error:
        raise CommandError(str(error)) from error


def _profile(arguments: argparse.Namespace) -> DeviceProfile:
    from ..costing.device_profile import DeviceProfile
    from ..search.calibration import calibrate, calibration_steps

    if arguments.device is not None:
        try:
            return DeviceProfile.load(arguments.device)
        except ValueError as error:
            raise CommandError(str(error)) from error
    with progress_of_steps("measuring this machine", calibration_steps()) as advance:
        return calibrate(arguments.block, advance)


def _print(arguments: argparse.Namespace, profile: DeviceProfile, results: list[Found]) -> None:
    from .tables import print_table

    if arguments.json:
        found = [item.to_dict() for item in results]
        device = {"machine": profile.machine, "isa": profile.isa, "dtype": profile.dtype}
        error = profile.to_dict()["error"]
        settings = {"block": arguments.block, "budget": arguments.budget, "small": arguments.small}
        print(json.dumps({**settings, "device": {**device, "error": error}, "results": found}, indent=2))
        return
    print_table(_table(arguments, profile, results))


def _table(arguments: argparse.Namespace, profile: DeviceProfile, results: list[Found]) -> Table:
    from ..pages import Table

    processor = printable(str(profile.machine.get("processor", "an unknown processor")))
    headings = ["rank", "channels", "kernel", "layers", "dilations", "head", "receptive\nfield / ms"]
    headings += ["parameters", "multiply-\nadds", "% of\na core"]
    if arguments.small is not None:
        headings += ["small:\nchannels", "% of\na core "]
    rows = [_row(rank, found) for rank, found in enumerate(results, 1)]
    error = profile.error
    return Table(
        title=f"Fit {arguments.budget} of {processor} ({profile.isa}) in blocks of {arguments.block}",
        headings=tuple(headings),
        rows=tuple(rows),
        dispensable=("multiply-\nadds", "head", "layers"),
        note=f"Predicted for a machine with no other load. For models that were not in the fit, the median "
        f"error was "
        f"{100 * error.median:.1f} %; nine of ten predictions were off by less than {100 * error.p90:.1f} %.",
    )


def _row(rank: int, found: Found) -> tuple[str, ...]:
    full = found.full
    layers = full.architecture.layers
    kernels = sorted(set(layers.kernel_sizes))
    row = (
        str(rank),
        str(full.architecture.channels),
        ", ".join(map(str, kernels)),
        str(len(layers.dilations)),
        _dilations(layers.dilations),
        str(layers.head_kernel_size),
        f"{1000 * layers.receptive_field / _SAMPLE_RATE:.0f}",
        f"{full.architecture.parameters:,}",
        f"{full.macs_per_frame:,}",
        f"{100 * full.core_share:.2f}",
    )
    if found.small is None:
        return row
    return (*row, str(found.small.architecture.channels), f"{100 * found.small.core_share:.2f}")


def _dilations(dilations: tuple[int, ...]) -> str:
    """Return dilations as text, a repeated stack once: 1, 3, 7 .. 239 (x 3)."""
    starts = [index for index, dilation in enumerate(dilations) if dilation == 1]
    length = min((b - a for a, b in zip(starts, [*starts[1:], len(dilations)], strict=True)), default=1)
    stack = dilations[:length]
    if stack * len(starts) != dilations:
        return f"A2's ({len(dilations)} layers)"
    return f"{', '.join(map(str, stack[:3]))} .. {stack[-1]} (x {len(starts)})"
