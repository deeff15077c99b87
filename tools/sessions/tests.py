"""Sessions of pytest, by what they install. Arguments after -- go to pytest and replace the selection."""

from __future__ import annotations

import nox

from tools.sessions.packaging import WHEEL, install_wheel
from tools.sessions.project import PARALLEL

# The release whose results are the reference. It is installed first, because other packages accept any torch.
TORCH = "torch==2.13.0"
# The tests that need torch. The session `tests` runs all others.
REFERENCE_TESTS = (
    "tests/reference",
    "tests/conformance/test_golden_reference.py",
    "tests/cli/test_compare.py",
    *PARALLEL,
)
# Later versions use an interface that Firefox 153, Debian's, does not have.
PLAYWRIGHT = "playwright==1.61.*"


@nox.session(requires=WHEEL)
def tests(session: nox.Session) -> None:
    """Run the tests that do not need PyTorch."""
    install_wheel(session, "test")
    session.run("pytest", *session.posargs)


@nox.session(requires=WHEEL)
def reference(session: nox.Session) -> None:
    """Run the tests that compare with PyTorch and the trainer's package, the reference for every result."""
    session.install(TORCH)
    install_wheel(session, "test,reference")
    session.install("pytest-xdist")
    # pytest would skip the tests if the trainer's package could not be imported; it needs tkinter.
    session.run("python", "-c", "import nam")
    session.run("pytest", *(session.posargs or REFERENCE_TESTS), env={"OMP_NUM_THREADS": "1"})


@nox.session(requires=WHEEL)
def cluster(session: nox.Session) -> None:
    """Run jobs on a Dask cluster whose processes are killed, with files in an object store."""
    install_wheel(session, "test,cluster")
    session.install("moto[server]>=5")
    session.run("pytest", *(session.posargs or ("tests/cluster",)))


@nox.session(requires=WHEEL)
def pages(session: nox.Session) -> None:
    """Test the HTML pages in Chromium, or Firefox if BROWSER=firefox; pictures go to build/pages."""
    install_wheel(session, "test")
    session.install(PLAYWRIGHT)
    session.run("pytest", *(session.posargs or ("tests/pages",)))


@nox.session(requires=WHEEL)
def bench(session: nox.Session) -> None:
    """Check that every benchmark runs. For figures: `pytest --benchmark`, on a quiet machine."""
    install_wheel(session, "test")
    once = ("--benchmark-max-time=0.01", "--benchmark-min-rounds=1", "--benchmark-columns=median")
    session.run("pytest", "--benchmark", *(session.posargs or once))
