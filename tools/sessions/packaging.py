"""The package as users get it: the wheel that most sessions install, and the sdist."""

from __future__ import annotations

import os
import shutil

import nox

from tools.sessions.project import BUILD_REQUIREMENTS, ROOT

WHEELS = ROOT / "build" / "wheel"
# The sessions that must run before a session that installs the wheel. .ci/run runs two sessions at a time,
# and both would build the wheel; so it builds the wheel first, and sets the variable.
WHEEL = [] if os.environ.get("NAM_CORE_WHEEL_IS_BUILT") else ["wheel"]


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the package once, for the sessions that install it."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", ".", "--no-deps", "--wheel-dir", str(WHEELS))


def install_wheel(session: nox.Session, extras: str) -> None:
    """Install the wheel that the session `wheel` built, with these extras."""
    (built,) = WHEELS.glob("*.whl")
    session.install(f"{built}[{extras}]")


@nox.session
def sdist(session: nox.Session) -> None:
    """Build the sdist; then build, render and test from it with README's two commands."""
    session.install(*BUILD_REQUIREMENTS, "build")
    session.run("python", "tools/sdist.py")
