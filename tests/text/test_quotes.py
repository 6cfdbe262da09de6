"""What counts as quoted, and what does not."""

# ruff: noqa: RUF001 (quotation marks that look alike are the subject here)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.quotes import quoted_spans
from tests.text.counting import lines_run

# The rule in words; the text; what of it is quoted.
CASES = [
    ("straight marks", 'He said "you idiot" to me', ["you idiot"]),
    ("straight marks at the start", '"Go home" is no argument', ["Go home"]),
    ("straight marks at the end", 'I was told "go home".', ["go home"]),
    ("one word in marks", 'the so-called "expert" says', ["expert"]),
    ("two quotations", '"one" and "two"', ["one", "two"]),
    ("single marks", "they wrote 'go home' again", ["go home"]),
    ("single marks around an apostrophe", "they wrote 'don't go' again", ["don't go"]),
    ("curly marks", "he said “you idiot” then", ["you idiot"]),
    ("curly single marks", "he said ‘don’t go’ then", ["don’t go"]),
    ("low and high marks", "er sagte „du Idiot“ dann", ["du Idiot"]),
    ("low and high marks, Polish", "mówi „głupi” i", ["głupi"]),
    ("guillemets", "il a dit « idiot » hier", [" idiot "]),
    ("guillemets, German", "er sagte »Idiot« dann", ["Idiot"]),
    ("single guillemets", "er sagte ‹Idiot› dann", ["Idiot"]),
    ("Swedish marks", "hon sa ”idiot” igen", ["idiot"]),
    ("corner brackets", "彼は「馬鹿」と『言』った", ["馬鹿", "言"]),
    ("marks as a reference", "&quot;go home&quot; he said", ["go home"]),
    ("marks over two lines", 'a "b\nc" d', ["b\nc"]),
    ("the inner of two that open", '"a "b" c', ["b"]),
    ("a quoting line", "> you idiot\nno, you", ["you idiot"]),
    ("quoting lines inside quoting lines", ">> a\n> b\nc", ["a", "b"]),
    ("a quoting line as a reference", "&gt; a\nb", ["a"]),
    ("a block", "<blockquote>a b</blockquote> c", ["a b"]),
    ("a block with attributes", '<blockquote cite="x">a</blockquote>', ["a"]),
    ("a block in capitals", "<BLOCKQUOTE>a</BLOCKQUOTE>", ["a"]),
    ("an inline element", "as <q>a b</q> said", ["a b"]),
    ("a block in a block", "<blockquote>a<q>b</q>c</blockquote>d", ["a<q>b</q>c"]),
    ("BBCode", "[quote]a b[/quote] c", ["a b"]),
    ("BBCode with a name", "[quote=bob]a[/quote]", ["a"]),
    ("BBCode in BBCode", "[quote]a[quote]b[/quote]c[/quote]d", ["a[quote]b[/quote]c"]),
    ("nothing", "no mark at all", []),
    ("apostrophes", "don't say it's the dogs' day", []),
    ("curly apostrophes", "don’t say it’s the dogs’ day", []),
    ("worn-off starts", "get 'em before '99, 'cause it's the boys' turn", []),
    ("feet and inches", 'he is 5\'10" tall and 6" wide', []),
    ("an unclosed mark", 'he said "you idiot and left', []),
    ("a mark closed in another paragraph", 'a "b\n\nc" d', []),
    ("a single mark closed on another line", "a 'b\nc' d", []),
    ("an unclosed block", "<blockquote>a", []),
    ("a block that only ends", "a</blockquote>b[/quote]", []),
    ("a sign for more", "5 > 3 and a -> b", []),
    ("values of attributes", '<a href="x">y</a>', []),
    ("empty marks", 'a "" b', []),
]


@pytest.mark.parametrize("text", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_quoted_is(text: tuple[str, list[str]]) -> None:
    whole, quoted = text
    assert [whole[start:end] for start, end in quoted_spans(whole)] == quoted


SIGNS = "\"'“”„«»‹›‘’‚「」『』>&;[]/=<qa b\n\t.,5"
MARKUP = [
    *("<q>", "</q>", "<blockquote>", "</blockquote>", "[quote]", "[quote=a]", "[/quote]"),
    *("\n", "\n\n", "> ", "&gt;", "&quot;", '"', "“", "”", "a", " "),
]


@given(
    st.text(alphabet=SIGNS, max_size=80)
    | st.text(st.characters(), max_size=80)
    | st.lists(st.sampled_from(MARKUP), max_size=30).map("".join)
)
def test_spans_are_sorted_apart_and_within_the_text(text: str) -> None:
    at = -1
    for start, end in quoted_spans(text):
        assert at < start < end <= len(text)
        at = end


UNITS = [
    *('"', '"a ', ' "a', "'a ", "“", "“a”", "<q>", "<q>a</q>", "[quote]", ">", "> a\n", "&gt;"),
    *("<blockquote", "&quot;a ", "„«‹‘「", "\n \n", "<q " + "a" * 300, "[quote=" + "a" * 300),
]


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_twice_the_text_is_twice_the_work(unit: str) -> None:
    once, twice = (unit * (length // len(unit)) for length in (3_000, 6_000))
    assert lines_run(quoted_spans, twice) <= 2.2 * lines_run(quoted_spans, once) + 100
