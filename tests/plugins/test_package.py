"""The package of plug-ins: contents, and its install script."""

from __future__ import annotations

import subprocess
from pathlib import Path

from plugins.building import BUILD, ROOT

PLUGINS = {
    *(".lv2/nam_core.lv2", ".vst3/nam_core.vst3", ".vst3/nam_core_stereo.vst3"),
    *(".clap/nam_core.clap", ".clap/nam_core_stereo.clap"),
}
ENTRIES = {"lv2_descriptor", "clap_entry", "GetPluginFactory", "ModuleEntry", "ModuleExit"}
SYSTEM = {"libsndfile.so.1", "libsamplerate.so.0", "libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2"}
# Libraries that only the window needs: OpenGL and X11.
WINDOW = {"libGL.so.1", "libX11.so.6", "libXext.so.6", "libXcursor.so.1", "libXrandr.so.2"}


def _package(folder: Path, name: str) -> Path:
    target = folder / f"{name}.tar.gz"
    subprocess.run([ROOT / "plugin" / "package.sh", BUILD, target], check=True)
    return target


def test_the_script_installs_and_removes(tmp_path: Path) -> None:
    package = _package(tmp_path, "plugins")
    subprocess.run(["tar", "--extract", "--file", package, "--directory", tmp_path], check=True)
    home = tmp_path / "home"
    (home / ".lv2" / "another.lv2").mkdir(parents=True)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
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


def test_modules_export_their_entry_point_and_need_few_libraries() -> None:
    modules = [
        *BUILD.glob("nam_core*.clap"),
        *BUILD.glob("nam_core*.vst3/*/*/*.so"),
        *BUILD.glob("*.lv2/*.so"),
    ]
    assert len(modules) == 5
    for module in modules:
        shown = subprocess.run(
            ["nm", "--dynamic", "--defined-only", module], check=True, capture_output=True, text=True
        ).stdout
        assert {line.split()[2] for line in shown.splitlines()} <= ENTRIES
        needed = subprocess.run(["objdump", "-p", module], check=True, capture_output=True, text=True).stdout
        used = {line.split()[1] for line in needed.splitlines() if "NEEDED" in line}
        assert used <= (SYSTEM if module.parent.suffix == ".lv2" else SYSTEM | WINDOW)
