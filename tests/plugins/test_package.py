"""The package of plug-ins: contents, and its install script."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from plugins.building import BUILD, EMULATED, EMULATOR, LIBRARIES, PROCESSOR, ROOT

PLUGINS = {
    *(".lv2/nam_core.lv2", ".vst3/nam_core.vst3", ".vst3/nam_core_stereo.vst3"),
    *(".clap/nam_core.clap", ".clap/nam_core_stereo.clap"),
}
ENTRIES = {"lv2_descriptor", "clap_entry", "GetPluginFactory", "ModuleEntry", "ModuleExit"}
LOADER = {"aarch64": "ld-linux-aarch64.so.1", "x86_64": "ld-linux-x86-64.so.2"}[PROCESSOR]
# Old versions of the C library have threads and dlopen() in libraries of their own.
GLIBC = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", LOADER}
SYSTEM = GLIBC | {"libsndfile.so.1", "libsamplerate.so.0"}
# Libraries that only the window needs: OpenGL and X11.
WINDOW = {"libGL.so.1", "libX11.so.6", "libXext.so.6", "libXcursor.so.1", "libXrandr.so.2"}

# The oldest C library that will do, as docs/plugins.md says. The package for x86-64 is built on Debian 12.
FLOOR = (2, 17) if EMULATED else (2, 36)
# The largest page of memory that systems have for the processor, in bytes.
PAGE = {"aarch64": 64 * 1024, "x86_64": 4 * 1024}[PROCESSOR]


def _modules() -> list[Path]:
    return [
        *BUILD.glob("nam_core*.clap"),
        *BUILD.glob("nam_core*.vst3/*/*/*.so"),
        *BUILD.glob("*.lv2/*.so"),
    ]


def _readelf(*arguments: str | Path) -> str:
    return subprocess.run(["readelf", "-W", *arguments], check=True, capture_output=True, text=True).stdout


def _package(folder: Path, name: str) -> Path:
    target = folder / f"{name}.tar.gz"
    # zig has stripped what is not for this machine.
    environment = {"PATH": "/usr/bin:/bin", **({"STRIP": "true"} if EMULATED else {})}
    subprocess.run([ROOT / "plugin" / "package.sh", BUILD, target], check=True, env=environment)
    return target


def test_the_script_installs_and_removes(tmp_path: Path) -> None:
    package = _package(tmp_path, "plugins")
    subprocess.run(["tar", "--extract", "--file", package, "--directory", tmp_path], check=True)
    home = tmp_path / "home"
    (home / ".lv2" / "another.lv2").mkdir(parents=True)
    environment = {"HOME": str(home), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    if EMULATED:
        # The script's `ldd`: the loader of the other system lists what it finds there.
        loader = (*EMULATOR, str(next(LIBRARIES.glob(f"lib/{LOADER}"))), "--list")
        (tmp_path / "ldd").write_text(f'#!/bin/sh\nfor file; do {" ".join(loader)} "$file"; done\n', "utf-8")
        (tmp_path / "ldd").chmod(0o755)
    script = tmp_path / "plugins" / "install.sh"
    for _ in range(2):
        subprocess.run([script], check=True, env=environment)
        found = {path.relative_to(home).as_posix() for path in home.glob(".*/nam_core*")}
        assert found == PLUGINS
    assert (home / ".lv2" / "nam_core.lv2" / "manifest.ttl").exists()
    subprocess.run([script, "--remove"], check=True, env=environment)
    assert [path.name for path in home.glob(".*/*")] == ["another.lv2"]


def test_the_package_has_the_licences(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["tar", "--list", "--file", _package(tmp_path, "plugins")], check=True, capture_output=True, text=True
    ).stdout
    for name in ("LICENSE", "eigen", "nlohmann_json", "libmd-dev", "dpf-source", "lv2-dev", "plugins.md"):
        assert name in listed


def test_there_are_five_modules() -> None:
    assert len(_modules()) == 5


@pytest.mark.parametrize("module", _modules(), ids=lambda path: path.name)
def test_modules_export_their_entry_point_and_need_few_libraries(module: Path) -> None:
    symbols = [line.split() for line in _readelf("--dyn-syms", module).splitlines()]
    shown = {s[7].partition("@")[0] for s in symbols if len(s) == 8 and s[0][0].isdigit() and s[6] != "UND"}
    assert shown <= ENTRIES
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", _readelf("--dynamic", module)))
    assert needed <= (SYSTEM if module.parent.suffix == ".lv2" else SYSTEM | WINDOW)


@pytest.mark.parametrize("module", _modules(), ids=lambda path: path.name)
def test_modules_are_for_their_processor_and_an_old_c_library(module: Path) -> None:
    machine = {"aarch64": "AArch64", "x86_64": "Advanced Micro Devices X86-64"}[PROCESSOR]
    assert re.search(rf"Machine:\s+{machine}$", _readelf("--file-header", module), re.MULTILINE)
    versions = re.findall(r"Name: GLIBC_([\d.]+)", _readelf("--version-info", module))
    assert max(tuple(map(int, version.split("."))) for version in versions) <= FLOOR
    loads = re.findall(r"^\s+LOAD\s.*0x([0-9a-f]+)$", _readelf("--program-headers", module), re.MULTILINE)
    assert loads
    assert min(int(alignment, 16) for alignment in loads) >= PAGE
