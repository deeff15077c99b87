"""The systems and processors that wheels are built for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    system: str  # linux, macos, windows
    processor: str
    platform: str  # as names of wheels spell it, with the oldest system that suffices
    zig: str = ""  # as zig spells it; "" takes Debian's g++
    folder: str = "wheels"  # below build/


TARGETS = {
    **{
        f"manylinux-{processor}": Target(
            "linux",
            processor,
            f"manylinux_2_17_{processor}.manylinux2014_{processor}",
            f"{processor}-linux-gnu.2.17",
        )
        for processor in ("aarch64", "x86_64")
    },
    **{
        f"musllinux-{processor}": Target(
            "linux", processor, f"musllinux_1_2_{processor}", f"{processor}-linux-musl"
        )
        for processor in ("aarch64", "x86_64")
    },
    "macos-arm64": Target("macos", "aarch64", "macosx_11_0_arm64", "aarch64-macos.11.0-none"),
    "windows-amd64": Target("windows", "x86_64", "win_amd64", "x86_64-windows-gnu"),
    # Built by another compiler, to compare the bits; not for publishing.
    "gcc-aarch64": Target("linux", "aarch64", "linux_aarch64", folder="wheels-gcc"),
}
DEFAULT = ("manylinux-aarch64", "manylinux-x86_64")
