"""What cannot be wanted of a site names its field; what can is kept in one form."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InvalidInput
from moderation.rulebook import (
    MAX_AUTHORS,
    MAX_CLOSED,
    MAX_DAYS,
    MAX_DETAIL,
    MAX_ENTRY,
    MAX_LINKS,
    MAX_NEW_AUTHOR_COMMENTS,
    MAX_WORDS,
    ListedWord,
    SiteRules,
)
from moderation.site_checks import MAX_NAME, checked_rules, checked_site
from moderation.text.listed import pattern_of
from tests.factories import a_site


def _words(*words: ListedWord) -> dict[str, object]:
    return {"rules": SiteRules(words=words)}


def _rules(**values: object) -> dict[str, object]:
    return {"rules": SiteRules(**values)}  # type: ignore[arg-type]


_ONE = ListedWord("zonk")

# Each row: what is wanted of a site; the field that is named.
_WRONG = [
    ({"name": " "}, "name"),
    ({"name": "x" * (MAX_NAME + 1)}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"language": "english"}, "language"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"thresholds": {"insult": {"review": 1.5}}}, "thresholds.insult.review"),
    ({"thresholds": {"rude": {"review": 0.5}}}, "thresholds.rude"),
    (_words(_ONE, ListedWord("")), "rules.words[1].entry"),
    (_words(ListedWord("***")), "rules.words[0].entry"),
    (_words(ListedWord("zo*")), "rules.words[0].entry"),
    (_words(ListedWord("zonk | bonk")), "rules.words[0].entry"),
    (_words(ListedWord("x" * (MAX_ENTRY + 1))), "rules.words[0].entry"),
    (_words(ListedWord("zo\x00nk")), "rules.words[0].entry"),
    (_words(_ONE, ListedWord("ZÓNK", "block")), "rules.words[1].entry"),
    (_words(ListedWord("zonk", "ban")), "rules.words[0].action"),  # type: ignore[arg-type]
    (_words(ListedWord("zonk", label="rude")), "rules.words[0].label"),
    (_words(ListedWord("zonk", detail="x" * (MAX_DETAIL + 1))), "rules.words[0].detail"),
    (_words(*[_ONE] * (MAX_WORDS + 1)), "rules.words"),
    (_rules(trusted_authors=("u1", " ")), "rules.trusted_authors[1]"),
    (_rules(trusted_authors=("u1",) * (MAX_AUTHORS + 1)), "rules.trusted_authors"),
    (_rules(closed_articles=("",)), "rules.closed_articles[0]"),
    (_rules(closed_articles=("a1",) * (MAX_CLOSED + 1)), "rules.closed_articles"),
    (_rules(new_author_comments=-1), "rules.new_author_comments"),
    (_rules(new_author_comments=MAX_NEW_AUTHOR_COMMENTS + 1), "rules.new_author_comments"),
    (_rules(max_links=-1), "rules.max_links"),
    (_rules(max_links=MAX_LINKS + 1), "rules.max_links"),
    (_rules(close_after_days=-1), "rules.close_after_days"),
    (_rules(close_after_days=MAX_DAYS + 1), "rules.close_after_days"),
    (_rules(closed_action="allow"), "rules.closed_action"),
    (_rules(foreign="hold"), "rules.foreign"),
    (_rules(audit_rate=1.1), "rules.audit_rate"),
    (_rules(audit_rate=float("nan")), "rules.audit_rate"),
]


@pytest.mark.parametrize(("wanted", "field"), _WRONG)
def test_what_cannot_be_wanted_names_its_field(wanted: dict[str, object], field: str) -> None:
    site = replace(a_site(), **wanted)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refused:
        checked_site(site)
    assert refused.value.field == field


def test_what_is_kept_is_trimmed_in_order_and_once() -> None:
    listed = ListedWord("  zonk   bonk "), ListedWord("ant", detail=" x "), ListedWord("zonk bonk")
    rules = SiteRules(words=listed, trusted_authors=("u2", "u1", "u2"), closed_articles=("b", "a"))
    site = a_site(url=" https://x.example ", thresholds={"insult": {}}, rules=rules)
    kept = checked_site(site)
    assert kept.rules.words == (ListedWord("ant", detail="x"), ListedWord("zonk bonk"))
    assert kept.rules.trusted_authors == ("u1", "u2")
    assert kept.rules.closed_articles == ("a", "b")
    assert (kept.url, kept.thresholds) == ("https://x.example", {})


_WORDS = st.builds(
    ListedWord,
    st.text("abz *", min_size=1, max_size=8).map(lambda text: f"zonk {text}"),
    st.sampled_from(["review", "block"]),
    st.sampled_from([None, "insult"]),
    st.text("ab ", max_size=4),
)


@given(
    st.lists(_WORDS, max_size=5, unique_by=lambda word: pattern_of(word.entry)),
    st.lists(st.text("ab1", min_size=1), max_size=5),
)
def test_checking_again_changes_nothing(words: list[ListedWord], ids: list[str]) -> None:
    rules = SiteRules(words=tuple(words), trusted_authors=tuple(ids), closed_articles=tuple(ids))
    checked = checked_rules(rules)
    assert checked_rules(checked) == checked
    assert list(checked.trusted_authors) == sorted(set(ids))
