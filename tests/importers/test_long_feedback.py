"""What a site told of a long text comes back from an export, as whoever told of it may send it."""

from __future__ import annotations

import io
import json

import pytest

from moderation.comments import MAX_LONG_TEXT
from moderation.importers import read
from moderation.records import SuggestionRecord, UnreadableRecord


@pytest.mark.parametrize(
    ("length", "kind"),
    [
        (20_001, SuggestionRecord),
        (MAX_LONG_TEXT, SuggestionRecord),
        (MAX_LONG_TEXT + 1, UnreadableRecord),
    ],
)
def test_a_suggestion_is_as_long_as_it_may_be_told(length: int, kind: type) -> None:
    line = {
        **{"type": "suggestion", "id": "s1", "site": "daily", "source": "akismet"},
        **{"at": "2026-01-02T00:00:00Z", "text": "a" * length, "verdict": "reject"},
    }
    content = io.BufferedReader(io.BytesIO(json.dumps(line).encode()), 1 << 16)
    assert [type(record) for record in read(content)] == [kind]
