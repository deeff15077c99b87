"""`pytest` runs the tests, `pytest --benchmark` the benchmarks in bench/ instead."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

# These drive a browser, or plug-ins, which few machines have: `nox -s pages` and `nox -s plugins` name the
# folders.
_NAMED_ONLY = [Path(__file__).parent / "tests" / name for name in ("pages", "plugins")]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path not in _NAMED_ONLY:
        return None
    named = [Path(argument.partition("::")[0]).absolute() for argument in config.args]
    return None if any(path.is_relative_to(collection_path) for path in named) else True


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmark", action="store_true", help="run bench/ instead of tests/")


def pytest_configure(config: pytest.Config) -> None:
    # A shell without job control starts a command in the background with SIGINT ignored. The processes that
    # tests interrupt would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not config.getoption("--benchmark"):
        return
    if not config.pluginmanager.hasplugin("benchmark"):
        raise pytest.UsageError("--benchmark needs pytest-benchmark: pip install pytest-benchmark")
    # Only where no path was given: the configured test folders are a default.
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        config.args = ["bench"]
