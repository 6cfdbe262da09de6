"""What the page of an item is put together from: passages, versions, reports, the timeline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Reason, Revision, StoredArticle
from moderation.review_queue import Event, EventKind, Verdict
from moderation.scoring.scorer import ContextFit
from moderation.stored import Note, Objection
from moderation.web.review.objections_view import SHOWN as SHOWN_OBJECTIONS
from moderation.web.review.objections_view import objections_view
from moderation.web.review.phrases import Ground, ground_of
from moderation.web.review.thread_view import (
    LONGEST_PASSAGE,
    ArticleView,
    article_view,
    fit_in_words,
)
from moderation.web.review.timeline import timeline
from moderation.web.review.versions import COMPARED, SHOWN, changes, earlier_versions
from tests.factories import NOON, a_ruling

OPENING = "The library opens on Sundays."
MIDDLE = "The pool has no roof. Swimmers change in a tent."
END = "The trial lasts a year."
TEXT = f"\n{OPENING}\n\n{MIDDLE}\n\n{END}\n"


def seen(passage: str | None, text: str = TEXT, comment: str = "") -> ArticleView:
    """The article as it is shown when that is its closest passage to a comment."""
    span = (text.index(passage), text.index(passage) + len(passage)) if passage else None
    fit = ContextFit(0.5, None, 0.5, None, span)
    view = article_view(StoredArticle("daily", "a1", "Sundays", text), fit, comment)
    assert view is not None
    return view


def test_a_passage_is_shown_with_what_stands_around_it() -> None:
    view = seen(MIDDLE)
    assert view.opening == OPENING
    assert view.passage is not None
    assert view.passage.text == MIDDLE
    assert view.passage.starts_inside
    assert view.passage.ends_inside
    assert view.whole == (f"{OPENING}\n\n", MIDDLE, f"\n\n{END}")


def test_a_passage_that_is_cut_in_a_sentence_is_shown_from_the_next_one() -> None:
    passage = seen("Sundays.\n\n" + MIDDLE).passage
    assert passage is not None
    assert passage.text == MIDDLE


def test_a_passage_is_shown_from_the_sentence_that_shares_most_with_the_comment() -> None:
    passage = seen(f"{MIDDLE}\n\n{END}", comment="So swimmers do what in that tent?").passage
    assert passage is not None
    assert passage.text == f"Swimmers change in a tent.\n\n{END}"
    assert passage.starts_inside


def test_a_passage_that_begins_the_article_stands_in_place_of_its_opening() -> None:
    view = seen(f"{OPENING}\n\n{MIDDLE}")
    assert view.opening == ""
    assert view.passage is not None
    assert not view.passage.starts_inside
    assert view.whole[0] == ""


def test_a_passage_that_is_seen_as_the_opening_is_not_shown_twice() -> None:
    assert seen(OPENING).passage is None
    assert seen(OPENING).opening == OPENING
    only = seen(OPENING, OPENING)
    assert (only.passage, only.whole) == (None, ("", "", ""))


def test_a_long_first_paragraph_can_be_read_to_its_end() -> None:
    long = "All about geese. " * 20 + "The very end."
    assert "".join(seen(None, long).whole) == long.strip()
    assert seen("The very end.", long).passage is not None


def test_a_passage_is_bounded() -> None:
    passage = seen("tent" + " and on" * 500, f"{OPENING}\n\ntent{' and on' * 500}. {END}").passage
    assert passage is not None
    assert len(passage.text) <= LONGEST_PASSAGE
    assert passage.text.split()[-1] in ("and", "on")
    assert passage.ends_inside


def test_a_passage_of_an_article_that_has_become_shorter_is_none() -> None:
    fit = ContextFit(0.5, None, 0.5, None, (900, 990))
    view = article_view(StoredArticle("daily", "a1", "Sundays", TEXT), fit, "")
    assert view is not None
    assert view.passage is None
    assert "".join(view.whole) == TEXT.strip()


@pytest.mark.parametrize(
    ("fit", "words"),
    [
        (None, ()),
        (
            ContextFit(0.9, 0.08, 0.31, 0.8, (0, 5)),
            (
                "does not fit the title (0.08)",
                "hardly fits the closest passage (0.31)",
                "fits the comment it answers (0.80)",
            ),
        ),
        (ContextFit(0.9, None, 0.5, None), ("may or may not fit the text of the article (0.50)",)),
    ],
)
def test_what_was_missed_is_said_in_words(fit: ContextFit | None, words: tuple[str, ...]) -> None:
    assert fit_in_words(fit) == words


@pytest.mark.parametrize(
    ("reason", "ground"),
    [
        (
            Reason("label", "off_topic", 0.83, 0.6, "review", "does not fit the parent"),
            Ground("off-topic", "0.83, over the review threshold 0.60", "review"),
        ),
        (
            Reason("rule", level="block", detail="a word of the site"),
            Ground("a word of the site", "", "block"),
        ),
        (Reason("reported"), Ground("reported by a reader", "3 times")),
    ],
)
def test_a_reason_names_its_score_and_its_threshold(reason: Reason, ground: Ground) -> None:
    assert ground_of(reason, 3 if reason.code == "reported" else 1) == ground


def shown(runs: object, but: str) -> str:
    return "".join(p.text for run in runs if run.change != but for p in run.pieces)  # type: ignore[attr-defined]


_SENTENCES = st.text(alphabet="ab \n\u200b", max_size=30)


@given(_SENTENCES, _SENTENCES)
def test_the_changes_of_two_texts_join_to_both(old: str, new: str) -> None:
    runs = changes(old, new)
    assert shown(runs, but="new") == old
    assert shown(runs, but="gone") == new


def test_only_the_words_that_changed_are_marked() -> None:
    runs = changes("You silly old goose.", "You old swan.")
    marked = [(run.change, "".join(p.text for p in run.pieces)) for run in runs if run.change]
    assert marked == [("gone", " silly"), ("gone", "goose."), ("new", "swan.")]


def a_revision(number: int, text: str) -> Revision:
    return Revision(number, text, a_ruling(), NOON)


def test_earlier_versions_are_bounded_in_number_and_in_work() -> None:
    long = "word " * (COMPARED // 4)
    texts = ["old " + long, long + "new", *[f"version {n}" for n in range(SHOWN)], "the last"]
    revisions = [a_revision(number, text) for number, text in enumerate(texts, 1)]
    views = earlier_versions(revisions, len(texts), NOON)
    assert [view.number for view in views] == list(range(len(texts) - 1, 2, -1))
    assert all(view.is_compared for view in views)
    long_ones = earlier_versions([*revisions[:2], a_revision(3, long)], 3, NOON)
    assert [view.is_compared for view in long_ones] == [True, False]
    assert shown(long_ones[1].runs, but="new") == texts[0]


def report(minute: int, by: str | None, revision: int = 1, reason: str = "spam") -> Objection:
    return Objection("report", NOON + timedelta(minutes=minute), f"{minute}.", reason, by, revision)


def test_reports_are_gathered_by_who_sent_them_and_appeals_come_first() -> None:
    appeal = Objection("appeal", NOON, "A joke.", "", "u7", 2)
    said = [appeal, report(1, "u1"), report(2, None), report(3, None), report(4, "u1", 2, "rude")]
    view = objections_view(said, 2, NOON)
    assert view is not None
    assert view.summary == "4 reports by 3 people and 1 appeal"
    assert view.reasons == "spam (3), rude (1)"
    assert [(person.kind, person.by) for person in view.people] == [
        ("appeal", "u7"),
        ("report", "u1"),
        ("report", ""),
        ("report", ""),
    ]
    # The text they objected to, where it is no longer the one that stands.
    assert [words.version for words in view.people[1].said] == [None, 1]


def test_a_storm_of_reports_is_counted_and_not_shown_whole() -> None:
    view = objections_view([report(n, f"u{n}") for n in range(SHOWN_OBJECTIONS + 5)], 1, NOON)
    assert view is not None
    assert (len(view.people), view.unseen) == (SHOWN_OBJECTIONS, 5)
    assert view.people[0].by == f"u{SHOWN_OBJECTIONS + 4}"
    assert objections_view([], 1, NOON) is None


def events(*kinds: tuple[EventKind, dict[str, object]]) -> list[Event]:
    opened = Event("i1", 1, EventKind.OPENED, NOON, revision=1, reasons=(Reason("appeal"),))
    return [opened] + [
        Event("i1", number, kind, NOON, **fields)  # type: ignore[arg-type]
        for number, (kind, fields) in enumerate(kinds, 2)
    ]


def test_the_timeline_tells_everything_and_of_which_version() -> None:
    by_mona: dict[str, object] = {"actor": "mona"}
    rejected = by_mona | {"verdict": Verdict.REJECT, "labels": ("insult",)}
    happened = events(
        (EventKind.CLAIMED, by_mona),
        (EventKind.CLAIMED, by_mona),
        (EventKind.RENEWED, by_mona),
        (EventKind.DECIDED, rejected),
        (EventKind.UNDONE, by_mona | {"undoes": 5}),
        (EventKind.NOTED, {"actor": "gone"}),
        (EventKind.REVISED, {"revision": 2, "reasons": (Reason("label", "threat", 0.6, 0.5),)}),
        (EventKind.DECIDED, by_mona | {"verdict": Verdict.APPROVE}),
    )
    told = timeline(happened, [Note("i1", 7, "gone", NOON, "Hm.")], {"mona": "Mona"}, NOON)
    assert [(one.what, one.who, one.detail) for one in reversed(told)] == [
        ("came into the queue", "", "version 1: the author appeals"),
        ("opened for review", "Mona", ""),
        ("rejected as insult", "Mona", "version 1"),
        ("took back “rejected as insult”", "Mona", ""),
        ("note", "somebody", ""),
        ("edited by its author", "", "version 2: threat"),
        ("approved", "Mona", "version 2"),
    ]
    assert [one.times for one in reversed(told)][1] == 2
    assert [one.what for one in told if one.is_undone] == ["rejected as insult"]
    assert [one.note for one in told if one.note] == ["Hm."]
