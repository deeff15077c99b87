"""Checks that run nothing of the package: the style of files, types, and the website of the documentation."""

from __future__ import annotations

import nox

from tools.sessions.packaging import WHEEL, install_wheel
from tools.sessions.project import DEPENDENCIES, ROOT, requirements


@nox.session
def lint(session: nox.Session) -> None:
    """Check every file as a commit is checked (.pre-commit-config.yaml): ruff, clang-format, whitespace."""
    session.install("pre-commit")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly: the package, the tests, the benchmarks, these sessions."""
    session.install(*DEPENDENCIES, *requirements("test"), "mypy==2.4.1", "nox")
    session.run("mypy")


@nox.session(requires=WHEEL)
def docs(session: nox.Session) -> None:
    """Build the website of the documentation into build/site; a warning is an error."""
    install_wheel(session, "plot,docs")
    site = ROOT / "build" / "site"
    session.run("sphinx-build", "-W", "--keep-going", "-E", "-q", "-c", "docs/site", ".", str(site))
    session.log(f"the site is {site / 'index.html'}")
