"""Steps that several sessions share: they build the C++ library and its check programs, and run those."""

from __future__ import annotations

from pathlib import Path

import nox

from tools.sessions.packaging import install_wheel
from tools.sessions.project import ROOT


def build(session: nox.Session, preset: str, *options: str) -> None:
    """Build a CMake preset in its folder. Sessions share that folder, so that nothing is compiled twice."""
    session.run("cmake", "--preset", preset, "-G", "Ninja", "--fresh", *options)
    session.run("cmake", "--build", "--preset", preset)


def build_checks(session: nox.Session, preset: str, *options: str) -> None:
    """Install CMake and the package, and build a preset with the check programs of tests/cpp."""
    session.install("cmake", "ninja")
    install_wheel(session, "test")
    build(session, preset, f"-DNAM_CORE_CHECK_MODELS={check_models(session)}", *options)


def check_models(session: nox.Session) -> Path:
    """Write the golden models as C++ constants for the check programs; return the file."""
    folder = ROOT / "build" / "check_models"
    golden = sorted(str(path) for path in (ROOT / "tests").glob("golden*/*.nam"))
    session.run("python", "tests/cpp/describe_models.py", str(folder), *golden, log=False)
    return folder / "models.cpp"


def run_check(session: nox.Session, preset: str, program: str, *arguments: str) -> None:
    """Run a check program of tests/cpp from the preset's folder."""
    session.run(f"build/{preset}/tests/cpp/{program}", *arguments, external=True)


def embed(session: nox.Session, preset: str, *options: str) -> None:
    """Install the C++ library, link programs with it, and compare their output with Python's, bit for bit."""
    installed = ROOT / "build" / "installed" / preset
    session.run("cmake", "--install", f"build/{preset}", "--prefix", str(installed), silent=True)
    session.run("python", "tests/embedding/check.py", str(installed), *options)


def kernel_sets(session: nox.Session) -> list[str]:
    """Return the kernel sets that this machine can run, best first.

    Sets without FMA are listed only if it can run no others. "scalar-nofma" has the text of "scalar".
    """
    program = "from nam_core import runtime_info as i; print(*(i()['exact_isas'] or i()['isas']))"
    return str(session.run("python", "-c", program, silent=True, log=False)).split()


def compiler_output(session: nox.Session, compiler: str, option: str) -> str:
    """Return what the compiler prints for an option such as -dumpversion, without the end of the line."""
    return str(session.run(compiler, option, external=True, silent=True, log=False)).strip()
