"""Sources of a model, and the errors for sources that are not models."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nam_core.errors import NamFileError
from nam_core.format.nam_file import Source, read_nam

NAME = "plain_one_array"
GoldenJson = Callable[[str], dict[str, Any]]


def test_every_kind_of_source_gives_the_same_model(golden_path: Path, golden_json: GoldenJson) -> None:
    path = golden_path / f"{NAME}.nam"
    data = path.read_bytes()
    expected = read_nam(str(path))
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        sources: list[Source] = [
            path,
            data,
            bytearray(data),
            memoryview(data),
            io.BytesIO(data),
            binary,
            text,
            io.StringIO(data.decode()),
            b"\xef\xbb\xbf" + data,
            io.StringIO("\ufeff" + data.decode()),
            golden_json(NAME),
        ]
        models = [read_nam(source) for source in sources]
    for model in models:
        assert model.config == expected.config
        assert model.metadata == expected.metadata
        np.testing.assert_array_equal(model.weights, expected.weights)
    assert models[0].path == str(path)
    assert models[5].path == str(path)
    assert models[-1].path is None


def test_weights_are_read_only_float32(golden_path: Path) -> None:
    weights = read_nam(golden_path / f"{NAME}.nam").weights
    assert weights.dtype == np.float32
    assert not weights.flags.writeable


def test_name_beyond_ascii(tmp_path: Path, golden_path: Path) -> None:
    path = tmp_path / "Ampli à lampes 真空管.nam"
    shutil.copy(golden_path / f"{NAME}.nam", path)
    assert read_nam(path).path == os.fspath(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_nam(tmp_path / "none.nam")


def test_directory(tmp_path: Path) -> None:
    with pytest.raises(NamFileError, match="directory") as caught:
        read_nam(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b'{"version": "0.7.0",', r"the file ends in the middle: .* \(line 1, column 21\)"),
        (b'{\n "version": 0.7.0}', r"not valid JSON: .* \(line 2, column 16\)"),
        (b'{"a": "\xff"}', "not UTF-8 text: byte 0xff at position 7"),
        (b"\xff\xfe{\x00}\x00", "text in UTF-16; save it as UTF-8"),
        (b'{"weights": [1, NaN]}', r"found NaN, which is not JSON; .* \(line 1, column 17\)"),
        (b'{"weights":\n[-Infinity]}', r"found -Infinity, which is not JSON; .* \(line 2, column 2\)"),
        ('{"ä": Infinity}'.encode(), "found Infinity, which is not JSON"),
        (b'{"weights": [1e999]}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "JSON without a model .*; download"),
    ],
)
def test_contents_that_are_no_model(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "bad.nam"
    path.write_bytes(data)
    with pytest.raises(NamFileError, match=message) as caught:
        read_nam(path)
    assert str(path) in str(caught.value)
    with pytest.raises(NamFileError, match=message):
        read_nam(data)


def test_text_file_object_that_cannot_be_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bad.nam"
    path.write_bytes(b'{"a": "\xff"}')
    with path.open(encoding="utf-8") as file, pytest.raises(NamFileError, match="byte 0xff"):
        read_nam(file)


def test_lone_surrogate_in_text() -> None:
    with pytest.raises(NamFileError, match="not UTF-8"):
        read_nam(io.StringIO('{"a": "\ud800"}'))


@pytest.mark.parametrize("source", [None, 3, [1, 2]])
def test_source_of_another_type(source: Any) -> None:
    with pytest.raises(TypeError, match="source must be"):
        read_nam(source)


def test_file_object_that_reads_something_else() -> None:
    class Reader:
        def read(self) -> int:
            return 3

    with pytest.raises(TypeError, match="bytes or str"):
        read_nam(Reader())  # type: ignore[arg-type]


def test_dict_that_contains_itself(golden_json: GoldenJson) -> None:
    data = golden_json("condition_dsp_mono")
    data["config"]["condition_dsp"] = data
    with pytest.raises(NamFileError, match="nested in 65 models"):
        read_nam(data)
