"""The shipped model still says what it said when it was shipped, in every mode."""

from __future__ import annotations

import json

import pytest

from tests.scoring.golden import COMMAND, FILE, TOLERANCE, Answer, answers, read, shipped, written

GOLDEN = read()


@pytest.fixture(scope="module")
def found() -> list[dict[str, Answer]]:
    """What the shipped model answers now, once the file is known to be about that model."""
    scorer = shipped()
    for case in GOLDEN["cases"]:
        known = GOLDEN["model"], *case.get("answers", ())
        assert known == (scorer.version, *scorer.modes), (
            f"{FILE.name} is of model {GOLDEN['model']}, or lacks answers: run `{COMMAND}`"
        )
    return answers(scorer, GOLDEN)


def test_every_score_is_where_it_was(found: list[dict[str, Answer]]) -> None:
    moved = [
        f"{case['text'][:50]!r} {mode} {label}: {known} became {score}"
        for case, by_mode in zip(GOLDEN["cases"], found, strict=True)
        for mode, answer in by_mode.items()
        for label, score in answer["scores"].items()
        if _apart(known := case["answers"][mode]["scores"][label], score)
    ]
    assert not moved, "\n".join(
        [f"{len(moved)} scores moved; if that is meant, run `{COMMAND}`:", *moved[:20]]
    )


def test_the_same_model_answers_in_each_mode(found: list[dict[str, Answer]]) -> None:
    moved = [
        f"{case['text'][:50]!r} {mode}: {case['answers'][mode]['by']} became {answer['by']}"
        for case, by_mode in zip(GOLDEN["cases"], found, strict=True)
        for mode, answer in by_mode.items()
        if answer["by"] != case["answers"][mode]["by"]
    ]
    assert not moved, "\n".join([f"if that is meant, run `{COMMAND}`:", *moved])


def test_the_texts_are_many_and_of_every_kind() -> None:
    cases = GOLDEN["cases"]
    assert len({json.dumps([c["text"], c.get("parent"), c.get("article")]) for c in cases}) >= 60
    assert sum("article" in case for case in cases) >= 8
    assert sum("parent" in case for case in cases) >= 6
    assert sum(len(case["text"]) * case.get("repeat", 1) > 2000 for case in cases) >= 3


def test_the_file_is_written_as_the_command_writes_it() -> None:
    assert json.loads(written(GOLDEN)) == GOLDEN


def _apart(known: float | None, score: float | None) -> bool:
    if known is None or score is None:
        return known is not score
    return abs(known - score) > TOLERANCE
