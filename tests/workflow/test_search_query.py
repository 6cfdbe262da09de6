"""What somebody types, and what it asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comments import Status
from moderation.errors import InvalidInput, TooLarge
from moderation.stored import SearchQuery, Term
from moderation.workflow.search_query import MAX_QUERY, parse


def _all(*terms: Term, without: tuple[Term, ...] = ()) -> SearchQuery:
    return SearchQuery(terms, without)


_EXAMPLES = [
    ("silly goose", _all(Term(("silly",)), Term(("goose",)))),
    ('"silly goose" honk', _all(Term(("silly", "goose")), Term(("honk",)))),
    ("\u201csilly goose\u201d", _all(Term(("silly", "goose")))),
    ("goose -silly", _all(Term(("goose",)), without=(Term(("silly",)),))),
    ('goose -"silly old"', _all(Term(("goose",)), without=(Term(("silly", "old")),))),
    ("author:Goose", _all(Term(("goose",), "author"))),
    ('AUTHOR:"Goose Lover"', _all(Term(("goose", "lover"), "author"))),
    ("-author:u7 x", _all(Term(("x",)), without=(Term(("u7",), "author"),))),
    ("site:Daily article:a-1", _all(Term(("Daily",), "site"), Term(("a-1",), "article"))),
    ("x status:HELD", SearchQuery((Term(("x",)),), (), Status.HELD)),
    ("don't", _all(Term(("don", "t")))),
    ("unknown:field", _all(Term(("unknown", "field")))),
    ('"not closed', _all(Term(("not", "closed")))),
    ("", SearchQuery()),
    ('" - * : " author:"" -', SearchQuery()),
    ("OR NOT AND NEAR(", _all(Term(("or",)), Term(("not",)), Term(("and",)), Term(("near",)))),
]


@pytest.mark.parametrize(("typed", "query"), _EXAMPLES, ids=[e[0] or "nothing" for e in _EXAMPLES])
def test_what_is_typed_asks_for(typed: str, query: SearchQuery) -> None:
    assert parse(typed) == query


@pytest.mark.parametrize("typed", ["status:!", "status:gone", "-status:held", 'status:"'])
def test_a_status_that_is_none_is_said_to_be(typed: str) -> None:
    with pytest.raises(InvalidInput, match="published, held, rejected"):
        parse(f"silly {typed}")


@pytest.mark.parametrize("typed", ["x" * (MAX_QUERY + 1), "a " * 100, "図" * 400])
def test_too_much_is_refused(typed: str) -> None:
    with pytest.raises(TooLarge):
        parse(typed)


@given(st.text(alphabet=st.sampled_from("ab \"-:\\'()*~@#$|&!<>authorsite\u0301図"), max_size=60))
def test_nothing_that_can_be_typed_is_a_mistake_of_syntax(typed: str) -> None:
    for term in (query := parse(typed)).terms + query.excluded:
        assert term.words
