"""The page of the search, and the stretch of text that it shows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Author
from moderation.review_queue import Verdict
from moderation.web.review.search_view import SNIPPET, snippet
from moderation.workflow.intake import erase
from moderation.workflow.reviewing import give_verdict
from tests.review.conftest import Desk, signed_in


def found(desk: Desk, asked: str, status: int = 200, name: str = "mona") -> str:
    reply = signed_in(desk, name).get("/review/search", query_string={"q": asked})
    assert reply.status_code == status
    return reply.get_data(as_text=True)


def test_a_search_shows_what_was_found_marked_with_its_standing(desk: Desk) -> None:
    item = desk.queued("c1", "A silly <b>plan</b>.", author=Author("u7", "Goose <i>Lover"))
    desk.hand_in("c2", "A plan without fault.")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, 1)
    page = found(desk, "PLAN")
    assert page.index("without fault") < page.index("silly")
    assert 'A silly &lt;b&gt;<mark class="found">plan</mark>&lt;/b&gt;.' in page
    assert "Goose &lt;i&gt;Lover" in page
    assert f'href="/review/{item.id}"' in page
    assert '<span class="standing">rejected</span>' in page
    assert '<span class="standing">never in the queue</span>' in page
    assert 'value="PLAN"' in page  # what was asked stays in the field


def test_an_article_that_is_found_leads_to_its_comments(desk: Desk) -> None:
    desk.queued("c1")
    page = found(desk, "sundays")
    assert "No comment has all of this" in page
    (asked,) = re.findall(r'href="(/review/search\?q=site[^"]+)"', page)
    assert "Library to open on Sundays" in page
    reply = signed_in(desk, "mona").get(asked.replace("&amp;", "&"))
    assert "What a silly idea." in reply.get_data(as_text=True)


def test_results_come_in_pages(desk: Desk) -> None:
    for number in range(27):
        desk.hand_in(f"c{number}", f"Thank you, number {number}.")
    page = found(desk, "thank")
    (more,) = re.findall(r'href="(/review/search\?[^"]*cursor=\d+)"', page)
    rest = signed_in(desk, "mona").get(more.replace("&amp;", "&")).get_data(as_text=True)
    numbers = re.findall(r"number (\d+)\.", page + rest)
    assert numbers == [str(number) for number in reversed(range(27))]


def test_what_is_found_is_masked_as_in_every_list(desk: Desk) -> None:
    desk.queued("c1", f"{'Before it. ' * 20}Silly library, you r3tard, of mine.")
    assert "library</mark>, you r•••••, of" in found(desk, "library")
    assert "library, you r•••••, of" in found(desk, "silly")
    assert "r3tard" not in found(desk, "library")


def test_a_mask_stands_once_where_what_is_found_ends_within_it() -> None:
    pieces = snippet("You r e t a r d, bye.", {"r", "t"}, [(4, 15)])
    assert "".join(piece.text for piece in pieces) == "You r•••••, bye."


def test_without_a_query_the_page_says_how_one_asks(desk: Desk) -> None:
    page = found(desk, "  ")
    assert "the words side by side" in page
    assert "No comment has" not in page


def test_what_was_escalated_is_found_by_leads_alone(desk: Desk) -> None:
    item = desk.queued("c1", "A silly secret.")
    give_verdict(desk.services, desk.person("mona"), item.id, Verdict.ESCALATE, 1)
    for name in ("bo", "mona"):
        assert "A silly" not in found(desk, "secret", name=name)
    assert "A silly" in found(desk, "secret", name="lea")


def test_what_was_erased_is_not_found(desk: Desk) -> None:
    desk.queued("c1", "A silly secret.")
    erase(desk.services, desk.site, "c1")
    assert "A silly" not in found(desk, "secret")


def test_search_is_for_those_who_review(desk: Desk) -> None:
    found(desk, "silly", 403, name="sam")
    assert desk.app.test_client().get("/review/search?q=x").status_code == 302


_HOSTILE = [
    ('"', 400),
    ("'; DROP TABLE comments; --", 200),
    ("x" * 10_000, 400),
    ("silly\0goose", 400),
    ("-", 400),
    ("-silly", 400),
    ("* ( ) ^ : ~", 400),
    ("NEAR(a b) OR NOT AND", 200),
    ('a" OR "b', 200),
    ("words: silly {text}", 200),
    ("\u202e\u0301 silly", 200),
    ("<script>alert(1)</script>", 200),
    ("status:nonsense silly", 400),
    ("the & !the | <-> 'the':*", 200),
    ("図書館", 200),
]


@pytest.mark.parametrize(("asked", "status"), _HOSTILE, ids=[repr(a[:20]) for a, _ in _HOSTILE])
def test_whatever_is_asked_is_answered(desk: Desk, asked: str, status: int) -> None:
    desk.queued("c1")
    page = found(desk, asked, status)
    assert "<script>alert" not in page


@pytest.mark.parametrize("cursor", ["x", "-5", "1.5", "9" * 40, "\u0661"])
def test_a_cursor_of_nobodys_is_answered(desk: Desk, cursor: str) -> None:
    reply = signed_in(desk, "mona").get(
        "/review/search", query_string={"q": "silly", "cursor": cursor}
    )
    assert reply.status_code == 400


# Each row: what is shown, in words; the text; the words looked for; what is shown of it, marked.
_SNIPPETS = [
    ("a short text as it is", "A silly goose.", {"goose"}, "A silly [goose]."),
    ("every word that was found", "Goose, goose!", {"goose"}, "[Goose], [goose]!"),
    ("accents and case in the text", "Un CAFÉ noir", {"cafe"}, "Un [CAFÉ] noir"),
    ("the beginning where only a name fits", "Nothing here.", {"goose"}, "Nothing here."),
    ("lines as blanks", "one\n\n  two", {"two"}, "one [two]"),
    ("nothing that cannot be seen", "si\u200blly \u202egoose", {"goose"}, "silly [goose]"),
]


@pytest.mark.parametrize(
    ("words", "text", "wanted", "shown"), _SNIPPETS, ids=[row[0] for row in _SNIPPETS]
)
def test_a_snippet_shows(words: str, text: str, wanted: set[str], shown: str) -> None:
    pieces = snippet(text, wanted)
    assert "".join(f"[{one.text}]" if one.found else one.text for one in pieces) == shown


def test_a_long_text_is_shown_around_the_first_word_that_was_found() -> None:
    text = "word " * 500 + "goose " + "word " * 500
    shown = "".join(piece.text for piece in snippet(text, {"goose"}))
    assert shown.startswith("…word")
    assert shown.endswith("…")
    assert 20 < shown.index("goose") < 90


@given(st.text(max_size=400), st.sets(st.sampled_from("abcé1"), min_size=1))
def test_a_snippet_is_short_and_marks_whole_words(text: str, wanted: set[str]) -> None:
    pieces = snippet(text * 3, wanted)
    assert sum(len(piece.text) for piece in pieces) <= 2 * SNIPPET + 2
