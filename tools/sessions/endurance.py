"""Long runs that look for failures: fuzzing, many threads at a time, and mutants of the engine."""

from __future__ import annotations

from typing import Any

import nox

from tools.sessions.packaging import WHEEL, install_wheel
from tools.sessions.project import BUILD_REQUIREMENTS, DEPENDENCIES, requirements


@nox.session(requires=WHEEL)
def storm(session: nox.Session) -> None:
    """Fuzz the readers for a minute of processor time; play, copy and resize models for half a minute."""
    install_wheel(session, "test")
    fuzz(session)
    session.run("python", "tests/endurance/soak.py", "--seconds", "30")


@nox.session(requires=WHEEL)
def soak(session: nox.Session) -> None:
    """Play, copy and resize models in many threads for five minutes, or -- --seconds N."""
    install_wheel(session, "test")
    session.run("python", "tests/endurance/soak.py", *(session.posargs or ("--seconds", "300")))


@nox.session
def mutants(session: nox.Session) -> None:
    """Change the engine one line at a time, and check that a test fails each time: one to two hours."""
    session.install(*BUILD_REQUIREMENTS, "cmake", "ninja", *requirements("test"))
    session.install(*DEPENDENCIES)
    session.run("python", "-m", "tools.mutants.run", *session.posargs)


def fuzz(session: nox.Session, **options: Any) -> None:
    """Read made-up .nam files and sound files, for a minute of processor time in all."""
    for kind, seconds in (("nam", "45"), ("sound", "15")):
        command = ("python", "tests/fuzz/run.py", kind, "--cpu-seconds", seconds)
        session.run(*command, silent=kind == "sound", **options)  # libmpg123 writes to standard error
