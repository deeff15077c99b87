"""Evaluations find planted faults, agree with the metrics, and name inputs that they cannot use."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation.planted import GOOD, OTHER, RATE, guitar, moved, near, noise, played, write
from page_reader import Page

import nam_core
from nam_core import metrics
from nam_core.costing.device_profile import DeviceProfile, HeldOutError
from nam_core.costing.device_work import AMOUNTS
from nam_core.errors import NamAudioError
from nam_core.evaluation import Evaluation, evaluate, files, page, pair_of_files, pair_with_model, pairs_in
from nam_core.evaluation import takes as takes_module
from nam_core.evaluation.alignment import Alignment
from nam_core.evaluation.pairs import Pair
from nam_core.evaluation.shifting import Shifted
from nam_core.evaluation.takes import ArrayTake, excerpt

DRY = guitar()
WET = played(GOOD, DRY)
MODELS: list[Any] = [(OTHER, "other"), (near(GOOD, 0.01), "near"), (GOOD, "good")]


def pair(wet: Any, second: Any = None, name: str = "amp") -> Pair:
    """A pair of arrays."""
    takes = [ArrayTake(each, RATE, f"{name} {i}") for i, each in enumerate((wet, second)) if each is not None]
    return Pair(name, ArrayTake(DRY, RATE, "dry"), takes[0], takes[1] if second is not None else None)


@pytest.fixture(scope="module")
def found() -> Evaluation:
    wet = WET + noise(WET, -50.0, 1)
    return evaluate(MODELS, pair(wet, WET + noise(WET, -50.0, 2)), section_seconds=0.4, cost="none")


def test_the_ranking_orders_models_by_esr(found: Evaluation) -> None:
    assert [rank.model for rank in found.ranking] == ["good", "near", "other"]
    good, nearly, other = found.ranking
    assert good.esr == pytest.approx(1e-5, rel=0.05)
    assert all(rank.low < rank.esr < rank.high for rank in found.ranking)
    assert (good.is_apart_from_best, nearly.is_apart_from_best, other.is_apart_from_best) == (
        False,
        True,
        True,
    )
    # Two takes differ by the noise of both takes; the good model differs from a take by the noise of one.
    assert found.targets[0].noise_floor == pytest.approx(2e-5, rel=0.05)
    assert [rank.equal_by_noise for rank in found.ranking] == [True, False, False]
    assert [rank.place for rank in found.ranking] == [1, 2, 3]
    assert found.notes == ()


def test_models_below_the_noise_floor_are_equal() -> None:
    noisy, second = WET + noise(WET, -10.0, 1), WET + noise(WET, -10.0, 2)
    result = evaluate(MODELS[1:], pair(noisy, second), cost="none")
    assert [(rank.place, rank.equal_by_noise) for rank in result.ranking] == [(1, True), (1, True)]
    assert not any(rank.is_apart_from_best for rank in result.ranking)
    assert any("There is only 1 section of 10 s" in note for note in result.notes)


def test_scores_are_those_of_the_metrics(found: Evaluation) -> None:
    target = (WET + noise(WET, -50.0, 1)).astype(np.float32).astype(np.float64)
    prediction = played(MODELS[1][0], DRY)
    scores = found.match("near", "amp").scores
    both = prediction, target
    assert scores.esr == pytest.approx(metrics.esr(*both), rel=1e-9)
    assert scores.mse == pytest.approx(metrics.mse(*both), rel=1e-9)
    assert scores.rmse == pytest.approx(metrics.rmse(*both), rel=1e-9)
    assert scores.dc == pytest.approx(metrics.dc(*both), rel=1e-6)
    assert scores.null_depth_db == pytest.approx(metrics.null_depth_db(*both), abs=1e-9)
    assert scores.pre_emphasised_esr == pytest.approx(metrics.pre_emphasised_esr(*both), rel=1e-9)
    assert scores.a_weighted_esr == pytest.approx(metrics.a_weighted_esr(*both, RATE), rel=1e-9)
    assert scores.mrstft == pytest.approx(metrics.mrstft(*both), rel=1e-9)
    assert scores.loudness_difference == pytest.approx(metrics.loudness_difference(*both, RATE), abs=1e-9)
    assert scores.true_peak_difference == pytest.approx(metrics.true_peak_difference(*both, RATE), abs=1e-9)
    distances = metrics.log_spectral_distance(*both, RATE)
    for band in found.match("near", "amp").bands:
        assert band.log_spectral_distance_db == pytest.approx(distances[band.low_hz, band.high_hz], rel=1e-9)


def test_parts_add_up_to_the_whole(found: Evaluation) -> None:
    match = found.match("near", "amp")
    assert [part.low for part in match.sections] == pytest.approx(np.arange(10) * 0.4)
    assert match.sections[-1].high == pytest.approx(4.0)
    for parts in (match.sections, match.by_loudness):
        powers = [part.seconds * 10 ** ((part.target_db or -math.inf) / 10) for part in parts]
        errors = [power * (part.esr or 0.0) for power, part in zip(powers, parts, strict=True)]
        assert sum(errors) / sum(powers) == pytest.approx(match.scores.esr, rel=1e-6)
    assert [part.high for part in match.by_loudness] == sorted(
        (p.high for p in match.by_loudness), reverse=True
    )
    curves = match.curves
    assert len(curves.in_db) == len(curves.out_db) == len(curves.target_out_db) > 5
    assert np.abs(np.subtract(curves.out_db, curves.target_out_db)).max() < 1.0
    assert np.subtract(curves.target_db, curves.error_db).max() > 20.0


@pytest.mark.parametrize("what", ["delay", "gain"])
def test_what_was_planted_is_found_and_taken_out(what: Any) -> None:
    wet = -0.5 * moved(WET, 37.3)
    wet += noise(wet, -50.0, 1)
    result = evaluate([(GOOD, "good")], pair(wet), align=what, cost="none")
    match = result.match("good", "amp")
    assert match.alignment is not None
    assert match.alignment.delay == pytest.approx(37.3, abs=0.05)
    assert match.alignment.polarity == -1
    assert match.alignment.gain_db == pytest.approx(-6.02, abs=0.05)
    # At half the level, the error against the target is the target itself.
    assert match.scores.esr == pytest.approx(1e-5 if what == "gain" else 1.0, rel=0.1)
    plain = evaluate([(GOOD, "good")], pair(wet), cost="none")
    assert plain.match("good", "amp").alignment is None
    assert plain.ranking[0].esr > 1.0


def test_lengths_that_differ_are_compared_where_they_overlap() -> None:
    late = np.concatenate([np.zeros(5000), WET])[: WET.size - 20000]
    with pytest.raises(NamAudioError, match=r"172,000 frames \(3\.58 s\).* cut both .* --align delay"):
        evaluate(GOOD, pair(late), cost="none")
    early = evaluate([(GOOD, "good")], pair(late), align="delay", cost="none")
    assert early.ranking[0].esr < 1e-6
    cut = evaluate([(GOOD, "good")], pair(WET[3000:]), align="delay", cost="none")
    assert cut.ranking[0].esr < 1e-6


def test_unrelated_recordings_are_noted() -> None:
    rng = np.random.default_rng(0)
    result = evaluate([(GOOD, "good")], pair(rng.uniform(-0.5, 0.5, DRY.size)), align="delay", cost="none")
    assert any("amp has little in common with good" in note for note in result.notes)


@pytest.mark.parametrize(("delay", "gain"), [(12.25, True), (-30.5, False), (0.0, False), (100.0, True)])
def test_shifted_pieces_are_the_signal_that_apply_returns(delay: float, gain: bool) -> None:
    alignment = Alignment(delay, -1, -3.0, 1.0)
    spectrum = np.fft.rfft(WET)
    spectrum[np.fft.rfftfreq(WET.size, 1 / RATE) > 20000.0] = 0.0
    wet = np.fft.irfft(spectrum).astype(np.float32)
    shifted = Shifted(ArrayTake(wet, RATE, "wet"), alignment, gain, wet.size)
    whole = excerpt(shifted, 0, WET.size)
    assert whole.size == WET.size
    expected = alignment.apply(wet, gain=gain)
    inside = slice(shifted.first + 300, shifted.end - 300)
    assert np.abs(whole - expected)[inside].max() < 5e-4 * np.abs(expected).max()  # apply rings at its ends
    with shifted.open() as read:
        pieces = [read(777) for _ in range(WET.size // 777 + 2)]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_the_worst_moment_is_where_the_error_is() -> None:
    wet = WET.copy()
    wet[3 * RATE : 3 * RATE + 2400] += noise(wet[:2400] + 0.1, 0.0, 3)
    result = evaluate([(GOOD, "good")], pair(wet), section_seconds=1.0, cost="none")
    match = result.match("good", "amp")
    assert match.moments[0].start <= 3.0 <= match.moments[0].start + match.moments[0].seconds
    assert max(match.sections, key=lambda part: part.esr or 0.0).low == 3.0
    starts = sorted(moment.start for moment in match.moments)
    assert np.diff(starts).min(initial=9.0) >= match.moments[0].seconds - 1e-9


def test_blocks_of_any_length_give_the_same(monkeypatch: pytest.MonkeyPatch, found: Evaluation) -> None:
    monkeypatch.setattr("nam_core.evaluation.running.BLOCK_FRAMES", 7001)
    wet = WET + noise(WET, -50.0, 1)
    again = evaluate(MODELS, pair(wet, WET + noise(WET, -50.0, 2)), section_seconds=0.4, cost="none")
    for one, other in zip(found.matches, again.matches, strict=True):
        assert one.scores.mrstft == pytest.approx(other.scores.mrstft, rel=1e-9)
        assert one.scores.esr == pytest.approx(other.scores.esr, rel=1e-9)
        assert one.moments == other.moments
    assert [rank.model for rank in again.ranking] == [rank.model for rank in found.ranking]


def test_models_against_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "good.nam"
    path.write_text(json.dumps(GOOD))
    dry = ArrayTake(DRY, RATE, "dry")
    kept = evaluate([path, (OTHER, "other")], pair_with_model(dry, path), cost="none")
    assert (kept.ranking[0].model, kept.ranking[0].esr) == ("good", 0.0)
    assert kept.match("good", "good").scores.null_depth_db is None
    monkeypatch.setattr(takes_module, "_KEPT_FRAMES", 0)
    streamed = evaluate([path, (OTHER, "other")], pair_with_model(dry, path), cost="none")
    assert streamed == kept
    synthesised = pair_with_model(None, path)
    assert synthesised.dry.frames == 30 * RATE


def test_costs_are_measured_or_predicted() -> None:
    target = pair(WET)
    measured = evaluate(MODELS, target)
    assert all(model.cost_from == "measured" and model.ns_per_sample for model in measured.models)
    assert measured.ranking[0].is_on_front
    error = HeldOutError("models", 0.1, 0.2, 0.3, "amp", 5, 10, 10)
    isa = nam_core.load(GOOD).isa
    profile = DeviceProfile({}, isa, "float32", (64,), dict.fromkeys(AMOUNTS, 1.0), error)
    predicted = evaluate(MODELS, target, cost=profile)
    for model, (source, _) in zip(predicted.models, MODELS, strict=True):
        expected = profile.predict(nam_core.cost(source, isa=isa), 64)
        assert (model.ns_per_sample, model.cost_from) == (expected, "predicted")
        assert model.percent_of_core == pytest.approx(expected * RATE / 1e7)


def test_json_and_csv_hold_the_evaluation_and_wrong_files_are_refused(
    tmp_path: Path, found: Evaluation
) -> None:
    files.write_json(found, tmp_path / "a.json")
    files.write_csv(found, tmp_path / "a.csv")
    read = json.loads((tmp_path / "a.json").read_text())
    assert read == found.to_dict()
    assert files.read_accuracy(tmp_path / "a.json") == {rank.model: rank.esr for rank in found.ranking}
    with (tmp_path / "a.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["name"] for line in lines] == ["other", "near", "good"]
    assert float(lines[2]["esr"]) == found.match("good", "amp").scores.esr
    for text, message in (
        ("{", "not a file of"),
        ("{}", "not a file of"),
        ('{"format": 1}', "not a file of"),
    ):
        (tmp_path / "b.json").write_text(text)
        with pytest.raises(ValueError, match=message):
            files.read_accuracy(tmp_path / "b.json")
    (tmp_path / "b.json").write_text(json.dumps({**read, "format_version": 99}))
    with pytest.raises(ValueError, match="format_version is 99"):
        files.read_accuracy(tmp_path / "b.json")
    (tmp_path / "b.json").write_text(json.dumps({**read, "ranking": [{}]}))
    with pytest.raises(ValueError, match="damaged"):
        files.read_accuracy(tmp_path / "b.json")


def test_the_page_has_everything_in_it() -> None:
    wet = WET + noise(WET, -50.0, 1)
    result = evaluate(MODELS, pair(wet, WET + noise(WET, -50.0, 2)), section_seconds=0.4, align="gain")
    html = page(result)
    read = Page(html)
    assert {reference.partition(",")[0] for reference in read.references} == {"data:audio/flac;base64"}
    moments = sum(len(match.moments) for match in result.matches)
    assert read.tags.count("audio") == 3 * moments
    assert read.tags.count("svg") == 3
    for text in ("good is nearest", "Two takes of amp differ", "The worst moments", "By loudness of playing"):
        assert text in read.text
    row = next(row for row in read.rows if row[:2] == ["good", "1 ="])
    assert row[2] == f"{result.ranking[0].esr:.3g}"
    assert any(row[:2] == ["good", "amp"] for row in read.rows)  # the table of alignments
    assert read.policy.startswith("default-src 'none'")


def test_pairs_of_a_folder_and_of_a_list(tmp_path: Path) -> None:
    for name in ("clean_dry", "clean_wet", "clean_wet2", "Lead-DRY", "Lead-wet", "unrelated"):
        write(tmp_path / f"{name}.wav", WET)
    pairs = pairs_in(tmp_path)
    assert [(each.name, len(each.takes)) for each in pairs] == [("Lead", 1), ("clean", 2)]
    (tmp_path / "list.csv").write_text(
        "name,dry,wet,wet2\nmine,clean_dry.wav,clean_wet.wav,\n,Lead-DRY.wav,Lead-wet.wav,clean_wet2.wav\n"
    )
    listed = pairs_in(tmp_path / "list.csv")
    assert [(each.name, len(each.takes)) for each in listed] == [("mine", 1), ("Lead-wet", 2)]
    assert evaluate(GOOD, pairs, cost="none").ranking[0].model == "model 1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no pair in it"),
        ("a,b\n1,2\n", "columns dry and wet, and wet2 and name if wanted; found a, b"),
        ("dry,wet\nx.wav,\n", "line 2: wet is empty"),
    ],
)
def test_wrong_lists_of_pairs_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(NamAudioError, match=message):
        pairs_in(path)


def test_a_recording_without_a_partner(tmp_path: Path) -> None:
    with pytest.raises(NamAudioError, match=r"NAME_dry\.wav and NAME_wet\.wav"):
        pairs_in(tmp_path)
    write(tmp_path / "amp_wet.wav", WET)
    with pytest.raises(NamAudioError, match=r"amp_wet\.wav: it has no partner amp_dry"):
        pairs_in(tmp_path)


def test_recordings_that_cannot_be_used(tmp_path: Path) -> None:
    dry, wet = write(tmp_path / "dry.wav", DRY), write(tmp_path / "wet.wav", WET)
    silent = write(tmp_path / "silent.wav", 0.0 * WET)
    other_rate = write(tmp_path / "rate.wav", WET, 44100)
    stereo = write(tmp_path / "stereo.wav", np.stack([WET, DRY]))
    broken = write(tmp_path / "nan.wav", np.where(np.arange(WET.size) == 100, np.nan, WET))
    cases = (
        (silent, wet, r"silent\.wav: silent: there is no playing"),
        (dry, silent, r"silent\.wav: silent"),
        (dry, other_rate, r"rate\.wav: recorded at 44100 Hz, and .*dry\.wav at 48000 Hz"),
        (other_rate, other_rate, r"rate\.wav: recorded at 44100 Hz, and model 1 runs at 48000 Hz.*sox"),
        (dry, stereo, r"stereo\.wav: it has 2 channels.*--channel left"),
        (dry, broken, r"nan\.wav: audio must be finite"),
    )
    for first, second, message in cases:
        with pytest.raises(NamAudioError, match=message):
            evaluate(GOOD, pair_of_files(first, second), cost="none")
    assert evaluate(GOOD, pair_of_files(dry, stereo, channel="left"), cost="none").ranking[0].esr < 1e-9
    assert evaluate(GOOD, dry=dry, wet=wet, cost="none").ranking[0].esr < 1e-9


def test_contradicting_and_wrong_arguments_are_refused() -> None:
    target = pair(WET)
    with pytest.raises(ValueError, match="pairs, or dry and wet"):
        evaluate(GOOD)
    with pytest.raises(ValueError, match="not both"):
        evaluate(GOOD, target, dry="a.wav")
    with pytest.raises(ValueError, match="align must be"):
        evaluate(GOOD, target, align="level")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="section_seconds"):
        evaluate(GOOD, target, section_seconds=0.0)
    with pytest.raises(ValueError, match="two models are called a"):
        evaluate([(GOOD, "a"), (OTHER, "a")], target)
    with pytest.raises(ValueError, match="two pairs are called amp"):
        evaluate(GOOD, [target, target])
    with pytest.raises(ValueError, match="nothing to compare"):
        evaluate([], target)
