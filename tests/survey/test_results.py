"""The files of a survey, and the figures that are computed from its results."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from survey.surveys import PROFILE, result, survey

from nam_core.survey import table
from nam_core.survey.results import Survey, read_json, write_csv, write_json


def test_json_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    written = survey(result(profile=PROFILE), result("other", path=None, channels=()), budget="3%")
    write_json(written, path)
    assert read_json(path) == written


def test_json_has_the_names_that_others_read(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(survey(), path)
    found = json.loads(path.read_text())
    assert (found["format"], found["format_version"]) == ("nam_core bench", 1)
    assert set(found["machine"]) >= {"processor", "isa", "compiler", "fma_limit", "conditions", "governor"}
    assert found["settings"]["blocks"] == [64]
    (sound, silence) = found["results"]
    assert (sound["signal"], silence["signal"]) == ("sound", "silence")
    assert set(sound["block_us"]) == {"p50", "p99", "p99.9", "max", "deadline"}
    assert sound["channels"] == [8, 4]
    assert "profile" not in sound


CHANGES: dict[str, tuple[Any, str]] = {
    "something else": ({"a": 1}, "not a file of nam-core bench"),
    "a list": ([], "not a file of nam-core bench"),
    "a later version": ({**survey().to_dict(), "format_version": 2}, "format_version is 2"),
    "no machine": ({k: v for k, v in survey().to_dict().items() if k != "machine"}, "'machine' is missing"),
    "a damaged machine": ({**survey().to_dict(), "machine": [1]}, "damaged"),
    "damaged results": ({**survey().to_dict(), "results": [{"block_us": 1}]}, "damaged"),
    "no results": ({**survey().to_dict(), "results": []}, "no results"),
    "an unknown field": ({**survey().to_dict(), "settings": {"blocks": [64], "mood": 1}}, "mood"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_other_files_are_refused_by_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    contents, text = CHANGES[kind]
    path.write_text(json.dumps(contents))
    with pytest.raises(ValueError, match=text) as caught:
        read_json(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("ns,us\n")
    with pytest.raises(ValueError, match=r"other\.json: this is not a file of nam-core bench --json: "):
        read_json(path)


def test_csv_has_a_line_for_each_result(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    write_csv(survey(result("a, b"), result(signal="silence")), path)
    with path.open(newline="") as file:
        sound, silence = csv.DictReader(file)
    assert (sound["model"], sound["signal"], silence["signal"]) == ("a, b", "sound", "silence")
    assert float(sound["ns_per_sample"]) == 100.0
    assert float(sound["ms"]) == pytest.approx(9.6)
    assert float(sound["percent_of_core"]) == pytest.approx(0.48)
    assert float(sound["times_real_time"]) == pytest.approx(208.33, rel=1e-4)
    # 1000 multiply-adds in the least time, 90 ns, divided by the limit of 50 per ns.
    assert float(sound["share_of_fma_limit"]) == pytest.approx(1000 / 90 / 50)
    assert float(sound["spread"]) == pytest.approx(0.15)
    assert (float(sound["silence_ratio"]), float(silence["ns_per_sample_min"])) == (1.01, 90.0)
    assert float(sound["ns_per_mac"]) == pytest.approx(0.1)
    assert float(sound["block_us_p99.9"]) == 9.0
    assert (sound["channels"], sound["processor"]) == ("8 4", "Test <CPU>")


def test_what_follows_from_the_figures() -> None:
    found = result(ns=100.0)
    assert found.core_share == pytest.approx(0.0048)
    assert found.milliseconds(2.0) == pytest.approx(9.6)
    assert found.spread == pytest.approx(0.15)


def test_labels_name_sizes_only_where_there_are_several() -> None:
    sizes = survey(
        result("amp"),
        result("slim", channels=(3,), quality=0.2),
        result("slim", channels=(8,), quality=0.7),
        result("ir", channels=(), quality=0.5),
    )
    labels = [sizes.label(found) for found in sizes.results]
    assert labels == ["amp", "slim (3 ch)", "slim (8 ch)", "ir"]


def test_a_file_of_an_earlier_version_has_no_ratio_of_silence_to_sound() -> None:
    earlier = survey().to_dict()
    for found in earlier["results"]:
        del found["silence_ratio"]
    read = Survey.from_dict(earlier)
    assert [found.silence_ratio for found in read.results] == [None, None]
    assert table.costs(read).rows[0][-1] == "-"


def test_results_that_vary_are_marked() -> None:
    found = survey(result(ns_per_sample_high=115.0), result("calm", ns_per_sample_high=104.0))
    assert [row[5] for row in table.costs(found).rows] == ["20.0% !", "9.0%"]


def test_surveys_with_equal_values_are_equal() -> None:
    assert Survey.from_dict(survey().to_dict()) == survey()
    assert dataclasses.replace(survey(), results=()) != survey()
