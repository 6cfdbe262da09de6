"""What counts as a link, and what does not."""

# ruff: noqa: RUF001 (letters that look alike are the subject here)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.links import count_links

# The rule in words; the text; how many links it has.
CASES = [
    ("no link", "Nothing here. Really.", 0),
    ("an address as typed", "see http://x.example/a and more", 1),
    ("in capitals", "HTTPS://X.EXAMPLE and http://y.example", 2),
    ("without its scheme", "www.spam.example", 1),
    ("of another scheme", "ftp://x.example/file", 1),
    ("with its scheme disguised", "hxxp://x.example", 1),
    ("the same address twice", "http://a.example\nhttp://a.example", 2),
    ("in brackets", "(http://a.example) <https://b.example>", 2),
    ("an address in an address", "http://x.example/?to=http://y.example", 1),
    ("Markdown", "[cheap](http://x.example)", 1),
    ("Markdown that shows the address", "[http://x.example](http://x.example)", 1),
    ("Markdown with a title", '[cheap](http://x.example "Pills")', 1),
    ("Markdown within the site", "[cheap](/pills)", 1),
    ("an image", "![pills](https://x.example/i.png)", 1),
    ("a reference of Markdown", "[ref]: https://x.example", 1),
    ("brackets that are no link", "[note](see below) and [b]bold[/b](note)", 0),
    ("BBCode", "[url=http://x.example]x[/url]", 1),
    ("HTML", "<a href='http://x.example'>buy</a>", 1),
    ("HTML that shows the address", "<a href='http://x.example'>http://x.example</a>", 1),
    ("HTML with more attributes", '<a rel="nofollow" HREF="//x.example">buy</a> <a href=/y>z', 2),
    ("an anchor that leads nowhere", '<a name="top">Top</a>', 0),
    ("a bare domain", "go to spam.com now", 1),
    ("bare domains at the end of a sentence", "spam.com, eggs.org.", 2),
    ("a bare domain with a part before", "shop.spam.co.uk", 1),
    ("a bare domain of any ending with a path", "bit.ly/abc or youtu.be/xyz", 2),
    ("a mail address", "mail me at ann@spam.com or ann@mail.spam.co.uk", 0),
    ("a missing blank after a full stop", "Really.So what. I mean it.No more.Is it", 0),
    ("abbreviations and numbers", "e.g. this, U.S.A., v2.0, 3.14, no.1", 0),
    ("a file", "see notes.txt and node.js", 0),
    ("two words with a slash", "he/she and/or", 0),
    ("a scheme alone", "http:// is not enough", 0),
    ("no address at all", "javascript:alert(1) mailto:ann", 0),
    ("wide letters", "ｈｔｔｐ：／／ｘ．ｅｘａｍｐｌｅ", 1),
    ("invisible characters inside", "ht\u200btp://x.example", 1),
    ("another script", "http://пример.рф/путь и пример.рф", 2),
]


@pytest.mark.parametrize(("rule", "text", "count"), CASES, ids=[case[0] for case in CASES])
def test_links_are_counted(rule: str, text: str, count: int) -> None:
    assert count_links(text) == count


@given(st.text(max_size=80), st.integers(0, 5))
def test_addresses_on_lines_of_their_own_are_all_counted(text: str, count: int) -> None:
    plain = text.replace("<", " ").replace("[", " ")
    lines = [f"\nhttp://x.example/{number}\n" for number in range(count)]
    assert count_links(plain + "".join(lines)) == count_links(plain) + count


@given(st.lists(st.sampled_from(["<a ", "href", ">", "[", "](", ".", "a", "/", "://", " "])))
def test_there_are_never_more_links_than_places_for_them(parts: list[str]) -> None:
    text = "".join(parts)
    assert 0 <= count_links(text) <= len(text) / 4 + 1
