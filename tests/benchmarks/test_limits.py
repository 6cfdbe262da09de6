"""Verdicts on given numbers: nothing here takes the time of anything."""

from __future__ import annotations

import pytest

from benchmarks import latency, loading, memory, throughput, traffic
from benchmarks.limits import Limit, Measure, exit_code, verdict
from benchmarks.measured import Timing

RATIO = Limit(floor=0.7, goal=1.5, of_ratio=True)


def batch(ratio: float) -> Measure:
    return Measure("batch", "comments/s", 1.0, peer=1.0, ratio=ratio, limit=RATIO)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(0.699, "MISSED"), (0.7, "met"), (1.499, "met"), (1.5, "goal met")],
)
def test_a_ratio_has_to_reach_its_floor(ratio: float, expected: str) -> None:
    assert verdict(batch(ratio)) == expected


@pytest.mark.parametrize(("ours", "expected"), [(149.9, "met"), (150.0, "MISSED")])
def test_anything_else_has_to_stay_under_its_limit(ours: float, expected: str) -> None:
    assert verdict(Measure("memory", "MB", ours, limit=Limit(150.0))) == expected


def test_a_ratio_that_is_not_there_is_not_taken_for_met() -> None:
    with pytest.raises(ValueError, match="no ratio"):
        verdict(Measure("batch", "comments/s", 1.0, limit=RATIO))


def test_one_missed_limit_fails_the_run() -> None:
    free = Measure("99th percentile", "ms", 99.0)
    assert exit_code([batch(1.0), free]) == 0
    assert exit_code([batch(1.0), free, batch(0.5)]) == 1


def test_a_run_that_measured_nothing_fails() -> None:
    assert exit_code([]) == 2


def test_the_ratio_is_taken_pair_by_pair() -> None:
    # The machine slows down fourfold in the last pair: the ratio of that pair is the same.
    ours = [Timing([seconds], cpu=0.5) for seconds in (1.0, 1.0, 4.0)]
    peer = [Timing([seconds], cpu=0.25) for seconds in (0.5, 1.0, 2.0)]
    rate, cost = throughput.summary(80, ours, peer, batch=1_000)
    assert (rate.ours, rate.peer, rate.ratio) == (1_000, 1_000, 0.5)
    assert (rate.low, rate.high) == (0.5, 1.0)
    assert verdict(rate) == "MISSED"
    assert (cost.ours, cost.peer) == (500, 250)


@pytest.mark.parametrize(
    ("context", "milliseconds", "expected"),
    [
        (latency.PLAIN, 0.4, "met"),
        (latency.PLAIN, 0.6, "MISSED"),
        (latency.SEEN, 1.4, "met"),
        (latency.SEEN, 1.6, "MISSED"),
    ],
)
def test_the_median_of_single_calls_is_judged_and_a_slow_few_are_not(
    context: str, milliseconds: float, expected: str
) -> None:
    seconds = [milliseconds / 1_000] * 95 + [1.0] * 5
    middle, tail = latency.rows(80, context, [seconds], [])
    assert middle.ours == pytest.approx(milliseconds)
    assert verdict(middle) == expected
    assert tail.ours == pytest.approx(1_000.0)
    assert verdict(tail) == ""


def test_the_ratio_of_single_calls_is_taken_round_by_round() -> None:
    middle, tail = latency.rows(80, latency.PLAIN, [[0.002] * 9, [0.008] * 9], [[0.001], [0.002]])
    assert (middle.ratio, middle.low, middle.high) == (3.0, 2.0, 4.0)
    assert tail.ratio is None


def test_a_mode_that_asks_the_encoder_is_shown_and_not_judged() -> None:
    slow = [[0.02] * 10]
    for context in (latency.PLAIN, latency.SEEN):
        assert {verdict(row) for row in latency.rows(80, context, slow, [], "deep")} == {""}
    timing = [Timing([10.0], cpu=9.0, asked=0.4)]
    rate, _, asked = throughput.summary(80, timing, [Timing([0.1], 0.1)], 250, "auto")
    assert (rate.name, verdict(rate), rate.ratio) == ("batch, auto, 80 characters", "", 0.01)
    assert (asked.ours, asked.unit) == (40.0, "%")


@pytest.mark.parametrize(("milliseconds", "expected"), [(59.0, "met"), (61.0, "MISSED")])
def test_the_99th_percentile_of_http_is_judged_and_the_slowest_is_not(
    milliseconds: float, expected: str
) -> None:
    quick = [traffic.Answered(0.005, False)] * 97
    found = traffic.summary(120.0, [*quick, *[traffic.Answered(milliseconds / 1_000, True)] * 3])
    capacity, middle, tail, slowest, asked = found
    assert [verdict(row) for row in found] == ["", "", expected, "", ""]
    assert tail.ours == pytest.approx(milliseconds)
    assert (capacity.ours, middle.ours, asked.ours) == (120.0, pytest.approx(5.0), 3.0)
    assert slowest.ours == pytest.approx(milliseconds)


def test_both_the_start_and_the_loading_are_judged() -> None:
    whole, load = loading.summary([1.2, 1.1, 0.9], [0.2, 0.3, 0.1], [])
    assert [verdict(whole), verdict(load)] == ["MISSED", "met"]


def test_the_largest_worker_is_judged_and_the_master_is_counted() -> None:
    largest, everything = memory.summary([90.0, 151.0], 40.0)
    assert verdict(largest) == "MISSED"
    assert everything.ours == 281.0


def test_pss_is_read_from_the_kernels_summary() -> None:
    rollup = (
        "55d0-7ffd ---p 00000000 00:00 0 [rollup]\nRss:  9000 kB\nPss:  1000 kB\nPss_Dirty: 7 kB\n"
    )
    assert memory.pss(rollup) == pytest.approx(1.024)
    with pytest.raises(ValueError, match="no Pss"):
        memory.pss("Rss: 9000 kB\n")
