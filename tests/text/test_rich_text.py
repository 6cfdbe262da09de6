"""A comment from an editor as its readers see it, and plain ones as they are."""

from __future__ import annotations

import pytest

from moderation.text.rich_text import as_read, as_sent
from tests.text.counting import lines_run

CASES = {
    "<p>One</p><p>Two</p>": "One\nTwo",
    "One<br>Two<br />Three": "One\nTwo\nThree",
    "<div><b>You</b> <i>si</i>lly <a href='https://a.example' rel=\"ugc\">goose</a></div>": (
        "You silly goose"
    ),
    "Fish &amp; chips &lt;3 &#39;n&#39; peas": "Fish & chips <3 'n' peas",
    "&amp;lt;b&amp;gt;": "&lt;b&gt;",
    "<blockquote>Rude</blockquote>No.": "> Rude\nNo.",
    "<blockquote>a<br>b<blockquote>c</blockquote>d</blockquote>e": "> a\n> b\n> c\n> d\ne",
    "<blockquote>never closed": "> never closed",
    "</blockquote>never opened": "never opened",
    "a < b and c > d": "a < b and c > d",
    "<script>you goose</script>": "<script>you goose</script>",
    "<this> and <that attr='x'>": "<this> and <that attr='x'>",
    "a <b": "a <b",
    "<b>" * 3 + "bold": "bold",
    "> own quote\n\nand <b>more</b>": "> own quote\n\nand more",
    "<ul><li>One</li><li>Two</li></ul>": "One\nTwo",
    "line \n\n\n\nline": "line\n\nline",
    "<P>\n  spaced  \n</P>": "spaced",
    "": "",
}


@pytest.mark.parametrize(("markup", "words"), CASES.items())
def test_words_stay_and_tags_go(markup: str, words: str) -> None:
    assert as_read(markup) == words


TOLD = {
    "See <a href='https://a.example/b' rel=\"ugc\"><b>this</b></a>!": (
        "See <a href='https://a.example/b' rel=\"ugc\">this</a>!"
    ),
    'go<A class="x" HREF=https://a.example>ose': 'go<A class="x" HREF=https://a.example>ose',
    '<a href="https://a.example/?d=1&amp;e=&quot;">x &amp; y</a>': (
        '<a href="https://a.example/?d=1&amp;e=&quot;">x & y</a>'
    ),
    '<a href="https://a.example/b">https://a.example/b</a> x': "https://a.example/b x",
    '<a href="http://www.a.example">www.a.example</a> x': "www.a.example x",
    '<a href="https://a.example">https://b.example</a>': (
        '<a href="https://a.example">https://b.example</a>'
    ),
    '<a name="x" data-href="https://a.example">goose</a> </a>': "goose",
    '<a href="#x">goose</a>': "goose",
    '<p>Look: <img src="x" alt="a goose"> x</p>': 'Look: <img src="x" alt="a goose">\nx',
    'go<b title="a pond">o</b>se': 'go<b title="a pond">ose',
    '<span class="coral-rte-spoiler" dir="auto">goose</span>': "goose",
    '<img src="x" alt="">': "",
}


@pytest.mark.parametrize(("markup", "words"), TOLD.items())
def test_tags_that_tell_more_than_is_seen_at_once_can_be_kept(markup: str, words: str) -> None:
    assert as_sent(markup) == words


@pytest.mark.parametrize(
    "piece", ["<a ", "<a href=x://y>", "<img alt=", "</a >", "<a href='", "[x]("]
)
def test_keeping_them_takes_time_that_grows_with_the_length_alone(piece: str) -> None:
    few, many = (lines_run(as_sent, piece * count) for count in (100, 1_000))
    assert many < 11 * few


@pytest.mark.parametrize("piece", ["<blockquote>", "<a ", "</p>x", "<b>x", "&lt;", "x\n \n"])
def test_work_grows_with_the_length_and_no_faster(piece: str) -> None:
    few, many = (lines_run(as_read, piece * count) for count in (100, 1_000))
    assert many < 11 * few
