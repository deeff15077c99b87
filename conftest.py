"""`pytest` runs the tests, `pytest --benchmark` the benchmarks in bench/ instead."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmark", action="store_true", help="run bench/ instead of tests/")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--benchmark"):
        return
    if not config.pluginmanager.hasplugin("benchmark"):
        raise pytest.UsageError("--benchmark needs pytest-benchmark: pip install pytest-benchmark")
    # Only where no path was given: the configured test folders are a default.
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        config.args = ["bench"]
