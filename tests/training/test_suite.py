"""A functional suite is read from two kinds of columns and counted by what it tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from moderation.comments import Article, Comment
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.scoring.scorer import FAST, Assessment, Cutoffs
from training import suite

_OURS = (
    "functionality,text,expect_flag,hateful,target_group,article_title,article_text,parent_text\n"
)


class _WordScorer:
    """Finds hate in the word `vile` and nothing else; the arithmetic here is what is tested."""

    version, mode = "test", FAST
    manifest: Mapping[str, object] = {}
    cutoffs: Mapping[Label, Cutoffs] = {label: Cutoffs(0.5, None) for label in Label}

    def assess(
        self,
        comments: Sequence[Comment],
        *,
        site_language: str = "en",
        explain: bool = False,
        patient: bool = True,
        mode: str | None = None,
        cutoffs: Mapping[Label, Cutoffs] | None = None,
    ) -> list[Assessment]:
        return [
            Assessment(
                {Label.IDENTITY_ATTACK: 0.9 if "vile" in comment.text else 0.1}, "en", False, "fast"
            )
            for comment in comments
        ]


def _read(folder: Path, text: str) -> list[suite.Case]:
    path = folder / "suite.csv"
    path.write_text(text, encoding="utf-8")
    return suite.read(path)


def test_our_columns_carry_the_context(tmp_path: Path) -> None:
    (case,) = _read(tmp_path, _OURS + "deep_reply,So do I.,0,,,Ferry,It runs.,I like it.\n")
    assert case.comment == Comment("So do I.", Article("Ferry", "It runs."), "I like it.")
    assert (case.flag, case.hateful) == (False, None)


def test_hatechecks_columns_ask_about_hate_alone(tmp_path: Path) -> None:
    head = "functionality,case_id,test_case,label_gold,target_ident\n"
    cases = _read(tmp_path, head + "f1,1,They are vile.,hateful,women\nf2,2,Hello.,non-hateful,\n")
    assert [(case.flag, case.hateful) for case in cases] == [(None, True), (None, False)]
    assert cases[0].comment == Comment("They are vile.")


@pytest.mark.parametrize(
    "text",
    [
        "words,gold\nhello,1\n",
        _OURS + "deep_reply,So do I.,perhaps,,,,,\n",
        "functionality,test_case,label_gold,target_ident\nf1,Hello.,maybe,\n",
    ],
    ids=["other columns", "a flag that is neither", "a gold that is neither"],
)
def test_a_file_that_is_no_suite_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput, match="suite"):
        _read(tmp_path, text)


def test_right_is_counted_by_functionality_group_and_kind(tmp_path: Path) -> None:
    rows = (
        "attack,They are vile.,1,1,women,,,\n"
        "attack,They ruin it.,1,1,women,,,\n"
        "plain,They moved here.,0,0,women,,,\n"
        "plain,A vile smell.,0,0,,,,\n"
        "rant,Petrol!,1,,,Ferry,,\n"
    )
    result = suite.measure(_read(tmp_path, _OURS + rows), _WordScorer())
    shares = {name: found["value"] for name, found in result["functionalities"].items()}
    assert shares == {"attack": 0.5, "plain": 0.5, "rant": 0.0}
    assert result["hate"]["accuracy"]["value"] == 0.5
    assert result["hate"]["balanced"] == 0.5
    assert result["hate"]["auc"]["value"] == 0.5
    assert {name: found["value"] for name, found in result["groups"].items()} == {
        "women, hateful": 0.5,
        "women, not": 1.0,
    }
    assert "| attack" in suite.summary(result)
