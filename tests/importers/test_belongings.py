"""Reports, appeals and feedback of an export: what comes, what stays away, and what is foretold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comments import NewComment, Site, StoredArticle
from moderation.records import (
    ArticleRecord,
    CommentRecord,
    ObjectionRecord,
    Record,
    SuggestionRecord,
)
from moderation.workflow import Services
from moderation.workflow.import_report import ImportReport
from moderation.workflow.importing import Import, import_records
from moderation.workflow.intake import erase, submit
from tests.factories import NOON


def a_report(comment_id: str = "1", text: str = "Me!") -> ObjectionRecord:
    return ObjectionRecord(comment_id, "report", NOON, text, "", None, waiting=False)


def a_suggestion(id_: str = "s1", about: str | None = "1") -> SuggestionRecord:
    return SuggestionRecord(id_, "daily", "akismet", NOON, "Buy!", {}, "reject", about, {})


def a_comment(id_: str = "1", article: str | None = None) -> CommentRecord:
    return CommentRecord(NewComment(id_, "Yes.", article), None, None)


def reported(
    services: Services, site: Site, records: Iterable[Record], *, dry_run: bool
) -> ImportReport:
    run = Import(services, site, b"k" * 32, dry_run)
    for _ in import_records(run, records):
        pass
    return run.report


FILES: dict[str, list[Record]] = {
    "a comment with all": [a_comment(), a_report(), a_suggestion()],
    "the same again": [a_comment(), a_report(), a_report(), a_suggestion(), a_suggestion()],
    "two of each": [a_comment(), a_report(text="Here"), a_report(), a_suggestion("s2")],
    "without the comment": [a_report("nowhere"), a_suggestion("s3", "nowhere")],
    "about what was erased": [a_report("gone"), a_suggestion("s4", "gone")],
    "about nothing": [a_suggestion("s5", None)],
    "an article twice": [ArticleRecord("a", "T"), ArticleRecord("a", "T"), ArticleRecord("a", "U")],
    "an article after its comment": [a_comment("2", "b"), a_comment("3"), ArticleRecord("b", "T")],
}


@pytest.mark.parametrize("records", FILES.values(), ids=FILES)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_dry_run_foretells_them_as_they_then_come(
    services: Services, site: Site, records: list[Record], is_first: bool
) -> None:
    submit(services, site, NewComment("gone", "Forget this."))
    erase(services, site, "gone")
    if not is_first:
        reported(services, site, FILES["a comment with all"], dry_run=False)
    foretold = reported(services, site, records, dry_run=True)
    assert list(foretold.lines()) == list(reported(services, site, records, dry_run=False).lines())
    again = reported(services, site, records, dry_run=True)
    assert not any(again.belongings.values())


def test_nothing_that_was_told_of_an_erased_comment_comes_back(
    services: Services, site: Site
) -> None:
    reported(services, site, FILES["a comment with all"], dry_run=False)
    erase(services, site, "1")
    report = reported(services, site, FILES["a comment with all"], dry_run=False)
    assert report.skipped == {
        "it has been erased here": 1,
        "its comment has been erased here": 2,
    }
    with services.store.read() as work:
        assert list(work.suggestions.all(site.id)) == []


@pytest.mark.parametrize(("minutes", "verdict"), [(-1, "approve"), (0, "reject"), (1, "reject")])
def test_the_last_word_about_one_thing_counts_whichever_is_read_first(
    services: Services, site: Site, minutes: int, verdict: str
) -> None:
    reported(services, site, [replace(a_suggestion(about=None), verdict="approve")], dry_run=False)
    at = NOON + timedelta(minutes=minutes)
    reported(services, site, [replace(a_suggestion(about=None), at=at)], dry_run=False)
    with services.store.read() as work:
        assert [one.verdict for one in work.suggestions.all(site.id)] == [verdict]


def test_an_article_that_is_rehearsed_is_not_written(services: Services, site: Site) -> None:
    with services.store.write() as work:
        work.articles.put(StoredArticle(site.id, "a", "Old", "", ""), NOON)
        work.commit()
    report = reported(services, site, [ArticleRecord("a", "New")], dry_run=True)
    assert report.articles == {"changed": 1}
    with services.store.read() as work:
        assert work.articles.get(site.id, "a") == StoredArticle(site.id, "a", "Old", "", "")
