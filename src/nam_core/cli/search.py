"""``nam-core search``: architectures that fit a budget."""

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
        description="Find architectures like A2 (channels, kernel sizes, dilations, head) that fit a share "
        "of one core, by the cost model. None that is shown is beaten by another in both parameters and "
        "layers; they are ranked by parameters. Which one sounds best, only training tells.",
    )
    parser.add_argument("--budget", metavar="B", required=True, help="what is affordable: 3%% of a core")
    parser.add_argument(
        "--small", metavar="B", help="give each a second, small size that fits this, as A2 has one"
    )
    parser.add_argument(
        "--device",
        metavar="DEVICE.json",
        help="profile of the device (nam-core cost --fit); without it, this machine is measured first",
    )
    parser.add_argument("--block", type=int, default=64, metavar="N", help="frames per block (default: 64)")
    parser.add_argument(
        "--receptive-field",
        type=float,
        default=85.0,
        metavar="MS",
        help="reach at least so many milliseconds at 48 kHz (default: 85, as A1 standard does)",
    )
    parser.add_argument("--top", type=int, default=20, metavar="N", help="show at most so many (default: 20)")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    trainer = parser.add_argument_group("files for the trainer")
    trainer.add_argument(
        "--train-config",
        metavar="DIR",
        help="write data.json, learning.json and a model file for each, as nam-full takes them",
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
            f"--receptive-field is in milliseconds, up to 1000; found {arguments.receptive_field:g}"
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
            f"{len(models)} model files, data.json and learning.json are in "
            f"{arguments.train_config}; nam-full {arguments.train_config}/data.json "
            f"{models[0]} {arguments.train_config}/learning.json OUTDIR trains the first",
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
        note=f"Predicted for an undisturbed machine. Models that the fit had not seen were off by "
        f"{100 * error.median:.1f} % in the median, nine of ten by less than {100 * error.p90:.1f} %.",
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
    """A stack, and how often it comes: 1, 3, 7 .. 239 (x 3)."""
    starts = [index for index, dilation in enumerate(dilations) if dilation == 1]
    length = min((b - a for a, b in zip(starts, [*starts[1:], len(dilations)], strict=True)), default=1)
    stack = dilations[:length]
    if stack * len(starts) != dilations:
        return f"A2's ({len(dilations)} layers)"
    return f"{', '.join(map(str, stack[:3]))} .. {stack[-1]} (x {len(starts)})"
