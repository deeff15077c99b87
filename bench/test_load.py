"""What it takes to get a model ready: read a file, build the engine, go back to the start, copy."""

from __future__ import annotations

import json

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import nam_core
from bench.models import NAMES, model_file


@pytest.mark.parametrize("name", NAMES)
def test_read(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "read"
    benchmark(nam_core.read_nam, json.dumps(model_file(name)).encode())


@pytest.mark.parametrize("name", NAMES)
def test_load(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "load"
    benchmark(nam_core.load, json.dumps(model_file(name)).encode())


@pytest.mark.parametrize("name", NAMES)
def test_reset(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "reset"
    benchmark(nam_core.load(model_file(name)).reset)


@pytest.mark.parametrize("name", NAMES)
def test_copy(benchmark: BenchmarkFixture, name: str) -> None:
    benchmark.group = "copy"
    benchmark(nam_core.load(model_file(name)).copy)
