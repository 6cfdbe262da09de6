"""One document, two ways to write it; nothing of a text becomes markup that was not meant."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from training.document import Bullets, Heading, Paragraph, Picture, Table, markdown
from training.webpage import html

BLOCKS = [
    Heading(1, "Title"),
    Paragraph("Run `make <x>` & wait"),
    Heading(2, "Part <one>"),
    Bullets(["first", "second"]),
    Table(["name", "AUC (95 %)"], [["a | b", "0.9 (0.8 to 1.0)"], ["<script>", "none"]]),
    Picture("plot.png", 'a "plot"'),
]


class _Reader(HTMLParser):
    """Open tags that were never closed, and all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.found: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += attrs
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_a_table_keeps_its_columns_whatever_is_in_a_cell() -> None:
    assert markdown([Table(["a", "b"], [["one | two", "3"]])]).splitlines() == [
        "| a          | b |",
        "| ---------- | - |",
        "| one \\| two | 3 |",
    ]


def test_blocks_stand_apart_in_markdown() -> None:
    text = markdown([BLOCKS[0], BLOCKS[3], BLOCKS[5]])
    assert text == '# Title\n\n- first\n- second\n\n![a "plot"](plot.png)'


def test_texts_are_escaped_and_code_is_set_apart() -> None:
    page = html(BLOCKS, "<b>")
    assert "<code>make &lt;x&gt;</code> &amp; wait" in page
    assert "<td>&lt;script&gt;</td>" in page
    assert "<title>&lt;b&gt;</title>" in page
    assert 'alt="a &quot;plot&quot;"' in page
    assert '<td class="number">0.9 (0.8 to 1.0)</td>' in page


def test_a_page_asks_nothing_of_the_network_and_every_link_in_it_leads_somewhere() -> None:
    read = _read(html(BLOCKS, "Title"))
    names = {value for name, value in read.found if name == "id"}
    links = [value for name, value in read.found if name == "href"]
    assert links == ["#part-2"]
    assert {f"#{name}" for name in names} >= set(links)
    assert [value for name, value in read.found if name == "src"] == ["plot.png"]
    assert not {"script", "link", "iframe"} & set(read.tags)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="`"), min_size=1))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    before, after = _read(html([Paragraph("MARK")], "t")).text.split("MARK")
    assert _read(html([Paragraph(text)], "t")).text == before + text + after
