"""Simulated listeners: the scores find no difference for a listener who guesses, and find one for a listener
who hears.
"""

from __future__ import annotations

import json
import sys
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from listening.tests_to_hear import abx_answers, mushra_answers

from nam_core.cli import main
from nam_core.listening import report
from nam_core.listening.answers import Answers, Key, check_answers
from nam_core.listening.scoring import score_abx, score_mushra
from nam_core.listening.tests_of_chance import binomial_p, bootstrap_interval, holm, power

# Ratings of a listener who hears well.
MEANS = {"hidden reference": 99.0, "near": 85.0, "far": 60.0, "anchor 7 kHz": 45.0, "anchor 3.5 kHz": 20.0}


def listeners(key: Key, count: int, shares: dict[str, float], seed: int) -> list[Answers]:
    rng = np.random.default_rng(seed)
    return [check_answers(key, abx_answers(key, f"listener {i}", shares, rng)) for i in range(count)]


def test_a_guessing_listener_hears_nothing(abx_key: Key) -> None:
    """At most about 5 % of 100 guessing listeners are reported to hear a difference in any of six
    comparisons.
    """
    guessing = {"near": 0.5, "far": 0.5}
    found = sum(
        any(line.is_heard for line in score_abx(abx_key, listeners(abx_key, 1, guessing, seed)).items)
        for seed in range(100)
    )
    # 5 of 100 are expected. At exactly 5 %, 11 or more would occur once in 90 runs.
    assert found < 11


def test_a_listener_who_hears_is_found(abx_key: Key) -> None:
    score = score_abx(abx_key, listeners(abx_key, 3, {"near": 0.5, "far": 0.9}, 0))
    assert {line.system: line.is_heard for line in score.items} == {"near": False, "far": True}
    for line in score.items:
        assert line.trials == 3 * 16
        assert line.low < line.right / line.trials < line.high
    assert len(score.listeners) == 3


def test_power_is_the_rate_at_which_listeners_are_found() -> None:
    rng = np.random.default_rng(0)
    right = rng.binomial(16, 0.7, 20_000)
    found = np.mean([binomial_p(int(count), 16) <= 0.05 for count in right])
    assert power(16) == pytest.approx(found, abs=0.01)
    assert power(10) < power(16) < power(100)
    # With six comparisons, the correction reduces the power of each.
    found = np.mean([6 * binomial_p(int(count), 16) <= 0.05 for count in right])
    assert power(16, 6) == pytest.approx(found, abs=0.01)


def test_the_stated_power_is_that_after_the_correction(abx_key: Key) -> None:
    """Listeners who are right in 70 % of all trials are found at least as often as the report says."""
    shares = {"near": 0.7, "far": 0.7}
    scores = [score_abx(abx_key, listeners(abx_key, 4, shares, seed)) for seed in range(25)]
    found = np.mean([line.is_heard for score in scores for line in score.items])
    stated = scores[0].items[0].power
    assert stated == power(64, 6)
    assert stated - 0.05 < found


def test_statistics_are_those_computed_by_hand() -> None:
    assert binomial_p(12, 16) == pytest.approx(2517 / 65536)  # the tail of Pascal's triangle
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    low, high = bootstrap_interval(np.random.default_rng(0).normal(50.0, 10.0, 100))
    assert high - low == pytest.approx(2 * 1.96, rel=0.2)


def test_a_panel_that_hears_orders_the_systems(mushra_key: Key) -> None:
    rng = np.random.default_rng(1)
    panel = [check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", MEANS, rng)) for i in range(12)]
    score = score_mushra(mushra_key, panel)
    assert [system.system for system in score.systems] == list(MEANS)
    assert score.left_out == {}
    assert score.friedman < 1e-6
    for system in score.systems:
        assert system.low < system.mean < system.high
        assert system.mean == pytest.approx(MEANS[system.system], abs=2.5)
        assert system.p_reference is None or system.p_reference < 0.05
    # Anchors only set the scale; pairs with anchors are not tested.
    assert list(score.pairs) in ([("near", "far")], [("far", "near")])
    assert all(p < 0.05 for p in score.pairs.values())
    compared = [system.system for system in score.systems if system.p_reference is not None]
    assert compared == ["near", "far"]


def test_listeners_who_rate_at_random_are_left_out(mushra_key: Key) -> None:
    rng = np.random.default_rng(2)
    good = [check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", MEANS, rng)) for i in range(8)]
    low = mushra_answers(mushra_key, "low", {**MEANS, "hidden reference": 50.0}, rng)
    high = mushra_answers(mushra_key, "high", {**MEANS, "anchor 7 kHz": 99.0}, rng)
    score = score_mushra(mushra_key, [*good, check_answers(mushra_key, low), check_answers(mushra_key, high)])
    assert score.left_out == {
        "low": "rated the hidden reference below 90 in 3 of 3 items",
        "high": "rated anchor 7 kHz above 90 in 3 of 3 items",
    }
    assert len(score.listeners) == 8


def test_an_anchor_that_nobody_hears_is_the_items_fault(mushra_key: Key) -> None:
    rng = np.random.default_rng(3)
    means = {**MEANS, "anchor 7 kHz": 98.0}
    panel = [check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", means, rng)) for i in range(6)]
    assert score_mushra(mushra_key, panel).left_out == {}


def test_listeners_who_hear_no_difference(mushra_key: Key) -> None:
    """Friedman's test finds a difference in about 5 % of the panels to whom all systems sound alike."""
    alike = dict.fromkeys(MEANS, 96.0)
    found = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        panel = [
            check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", alike, rng)) for i in range(10)
        ]
        found += score_mushra(mushra_key, panel).friedman <= 0.05
    assert found < 6


def test_scores_a_folder(
    mushra: Path, mushra_key: Key, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["listen", "score", str(mushra)]) == 2
    assert "there are no answers yet; put the listeners' files into" in capsys.readouterr().err
    rng = np.random.default_rng(4)
    files = [mushra / "answers" / f"{i}.json" for i in range(3)]
    for index, path in enumerate(files):
        path.write_bytes(mushra_answers(mushra_key, f"n{index}", MEANS, rng))
    try:
        page = tmp_path / "report.html"
        assert main(["listen", "score", str(mushra), "--json", "-o", str(page)]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [system["system"] for system in found["systems"]] == list(MEANS)
        text = page.read_text("utf-8")
        assert "3 listeners are too few for Wilcoxon's test of 2 comparisons with the reference" in unescape(
            text
        )
        assert "<svg" in text
        assert main(["listen", "score", str(mushra)]) == 0
        assert "The sounds differ (Friedman" in capsys.readouterr().out
        files[0].write_text("{}")
        assert main(["listen", "score", str(mushra)]) == 2
        assert "0.json: these are not answers of a listening test" in capsys.readouterr().err
        files[0].write_bytes(b" " * (2**20 + 1))
        assert main(["listen", "score", str(mushra)]) == 2
        assert "0.json: answers take at most 1,048,576 bytes" in capsys.readouterr().err
    finally:
        for path in files:
            path.unlink()


def test_the_missing_library_is_named(
    abx: Path, abx_key: Key, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = abx / "answers" / "a.json"
    path.write_bytes(abx_answers(abx_key, "n", {"near": 0.5, "far": 0.5}, np.random.default_rng(0)))
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    try:
        assert main(["listen", "score", str(abx)]) == 2
        assert "pip install nam_core[listen]" in capsys.readouterr().err
    finally:
        path.unlink()


def test_the_number_of_listeners_that_is_enough(mushra_key: Key) -> None:
    """Five listeners who agree completely do not make p small enough. Seven do, as the report says."""
    clear = {
        "hidden reference": 100.0,
        "near": 80.0,
        "far": 50.0,
        "anchor 7 kHz": 30.0,
        "anchor 3.5 kHz": 10.0,
    }
    for count, is_found in ((5, False), (7, True)):
        rng = np.random.default_rng(5)
        panel = [
            check_answers(mushra_key, mushra_answers(mushra_key, f"n{i}", clear, rng)) for i in range(count)
        ]
        score = score_mushra(mushra_key, panel)
        assert all((system.p_reference <= 0.05) == is_found for system in score.systems if system.p_reference)
        said = report.warnings(score)
        assert bool(said) != is_found
        if said:
            assert "7 listeners can find a difference at 5 %" in said[0]


def test_a_listener_s_name_is_escaped_in_the_report_and_the_terminal(
    mushra: Path, mushra_key: Key, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(6)
    name = "<script>alert(1)</script>\x1b[2J"
    file = mushra / "answers" / "x.json"
    file.write_bytes(mushra_answers(mushra_key, name, {**MEANS, "hidden reference": 30.0}, rng))
    other = mushra / "answers" / "y.json"
    other.write_bytes(mushra_answers(mushra_key, "n", MEANS, rng))
    try:
        assert main(["listen", "score", str(mushra), "-o", str(tmp_path / "r.html")]) == 0
    finally:
        file.unlink()
        other.unlink()
    assert "\x1b" not in capsys.readouterr().out
    text = (tmp_path / "r.html").read_text("utf-8")
    assert "<script>alert" not in text
    assert "is left out: rated the hidden reference below 90 in 3 of 3 items" in text


@pytest.mark.parametrize(
    "change", [{"kind": "other"}, {"items": []}, {"items": [{"name": "x"}]}, {"trials": "9"}, {"items": 3}]
)
def test_a_damaged_key_is_named(
    mushra: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object]
) -> None:
    found = json.loads((mushra / "key.json").read_text())
    found["page"].update(change)
    (tmp_path / "key.json").write_text(json.dumps(found))
    for step in ("score", "serve"):
        assert main(["listen", step, str(tmp_path)]) == 2
        assert "key.json: this is not the key of a listening test" in capsys.readouterr().err


def test_a_damaged_database_is_named(
    mushra: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key.json").write_bytes((mushra / "key.json").read_bytes())
    (tmp_path / "answers.sqlite").write_bytes(b"no database" * 100)
    for step in ("score", "serve"):
        assert main(["listen", step, str(tmp_path)]) == 2
        assert "answers.sqlite: " in (said := capsys.readouterr().err)
        assert "not a database" in said
