"""Rules as people write them: files and lines."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.errors import InvalidInput
from moderation.rulebook import ListedWord, SiteRules
from moderation.wire.rule_files import rules_from_file, words_as_lines, words_from_lines

_RULES = SiteRules(words=(ListedWord("zonk", "block", "insult", "why"),), max_links=3)

TOML = b"""
log_only = true
max_links = "none"
trusted_authors = ["u1", "u2"]

[[words]]
entry = "cheap pills"

[[words]]
entry = "bonk*"
action = "block"
label = "insult"
detail = "since the flood of May"
"""


def test_a_file_sets_what_it_names_and_leaves_the_rest() -> None:
    read = rules_from_file(_RULES, TOML, is_toml=True)
    assert read == SiteRules(
        words=(
            ListedWord("cheap pills"),
            ListedWord("bonk*", "block", "insult", "since the flood of May"),
        ),
        trusted_authors=("u1", "u2"),
        max_links=None,
        log_only=True,
    )
    assert rules_from_file(_RULES, b"{}", is_toml=False) == _RULES
    assert rules_from_file(_RULES, b'{"max_links": null}', is_toml=False).max_links is None


def test_what_is_shown_as_json_can_be_read_again() -> None:
    assert rules_from_file(SiteRules(), msgspec.json.encode(_RULES), is_toml=False) == _RULES


# Each row: a file, whether it is TOML, the field at fault.
_WRONG = [
    (b"log_only = ", True, "rules"),
    (b"\xff", True, "rules"),
    (b"[1]", False, "rules"),
    (b"{", False, "rules"),
    (b"logonly = true", True, "rules.logonly"),
    (b'log_only = "yes"', True, "rules.log_only"),
    (b"log_only = 2026-01-01", True, "rules.log_only"),
    (b'{"max_links": 1.5}', False, "rules.max_links"),
    (b'{"words": {"entry": "zonk"}}', False, "rules.words"),
    (b'{"words": ["zonk"]}', False, "rules.words[0]"),
    (b'{"words": [{"action": "block"}]}', False, "rules.words[0].entry"),
    (b'{"words": [{"entry": "a"}, {"entry": "b", "action": "ban"}]}', False, "rules.words[1]."),
    (b'{"words": [{"entry": "zonk", "lable": "insult"}]}', False, "rules.words[0].lable"),
    (b'{"foreign": "hold"}', False, "rules.foreign"),
]


@pytest.mark.parametrize(("raw", "is_toml", "field"), _WRONG)
def test_a_fault_names_its_field(raw: bytes, is_toml: bool, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules_from_file(_RULES, raw, is_toml=is_toml)
    assert refused.value.field.startswith(field)


def test_a_word_list_is_read_line_by_line() -> None:
    lines = "zonk\n\n  cheap pills |\nbonk* | block\r\ntonk || insult\nplonk | block | | why | so\n"
    assert words_from_lines(lines) == (
        ListedWord("zonk"),
        ListedWord("cheap pills"),
        ListedWord("bonk*", "block"),
        ListedWord("tonk", label="insult"),
        ListedWord("plonk", "block", None, "why | so"),
    )
    assert words_from_lines("") == ()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [("zonk\n | block", "line 2 has no entry"), ("zonk | ban", "line 1 has an action that")],
)
def test_a_line_at_fault_is_named(lines: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem) as refused:
        words_from_lines(lines)
    assert refused.value.field == "rules.words"


_PART = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).map(
    lambda text: text.replace("|", "¦")
)


@given(
    st.lists(
        st.builds(
            ListedWord,
            _PART,
            st.sampled_from(["review", "block"]),
            st.sampled_from([None, "insult"]),
            st.just("") | _PART,
        )
    ).map(tuple)
)
def test_lines_are_read_as_they_were_written(words: tuple[ListedWord, ...]) -> None:
    assert words_from_lines(words_as_lines(words)) == words
