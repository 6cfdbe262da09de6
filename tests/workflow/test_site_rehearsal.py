"""What a change of a site would have decided on the comments that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from moderation.accounts import Role
from moderation.comments import Author, Comment, Decision, Site, Status, StoredArticle
from moderation.errors import Forbidden, InvalidInput, NotFound
from moderation.review_queue import Verdict
from moderation.rulebook import ListedWord, SiteRules
from moderation.scoring.scorer import Assessment
from moderation.stored import QueueFilter
from moderation.workflow import Services
from moderation.workflow.intake import erase, put_article, submit
from moderation.workflow.reviewing import claim_next, give_verdict
from moderation.workflow.site_policy import changes_of_site, read_site
from moderation.workflow.site_rehearsal import MOST_EXAMPLES, Rehearsal, rehearse
from tests.factories import HARSH, MILD, Clock, KeywordScorer, a_new_comment, a_site, a_user
from tests.statements import statements

ADA = a_user("ada", Role.ADMINISTRATOR)
_ZONK = SiteRules(words=(ListedWord("zonk"),))


class _Deaf(KeywordScorer):
    """Has cut-offs, and must not be asked for scores."""

    def assess(self, comments: Sequence[Comment], **_: object) -> list[Assessment]:
        raise AssertionError("nothing is scored anew")


def _rehearsed(services: Services, site: Site, limit: int = 1_000) -> Rehearsal:
    return rehearse(replace(services, scorers=_Deaf()), ADA, site, limit)


def _numbers(found: Rehearsal) -> tuple[list[int], list[int]]:
    now, then = ([counts[one] for one in Decision] for counts in (found.now, found.then))
    return now, then


@pytest.fixture
def filled(services: Services, site: Site, clock: Clock) -> Site:
    """A site with a comment of every kind, from c0 on."""
    put_article(services, StoredArticle("daily", "a1", "Geese", "They honk."))
    for number, text in enumerate(("Hm.", f"A {MILD} thing.", f"{HARSH}!", "A z0nk.", "www.x.com")):
        clock.advance(minutes=1)
        new = a_new_comment(f"c{number}", text, article_id="a1", author=Author(f"u{number % 2}"))
        submit(services, site, new)
    return site


def test_nothing_changes_where_nothing_is_changed(services: Services, filled: Site) -> None:
    found = _rehearsed(services, filled)
    assert (found.read, found.changed, found.examples) == (5, 0, ())
    assert _numbers(found) == ([3, 1, 1], [3, 1, 1])


# Each row: the rule in words; the rules; how many would be allowed, held, blocked; who changes.
_WANTED = [
    ("a word list", _ZONK, [2, 2, 1], {"c3": "word list: zonk"}),
    ("links", SiteRules(max_links=0), [2, 2, 1], {"c4": "1 link, more than 0"}),
    (
        "log only",
        SiteRules(log_only=True),
        [5, 0, 0],
        {"c2": "log only: would have been block", "c1": "log only: would have been review"},
    ),
    (
        "a trusted author",
        SiteRules(trusted_authors=("u1",)),
        [4, 0, 1],
        {"c1": "trusted author: would have been review"},
    ),
    (
        "a closed article",
        SiteRules(closed_articles=("a1",)),
        [0, 4, 1],
        dict.fromkeys(["c4", "c3", "c0"], "closed article"),
    ),
    (
        "articles that close, judged at the time the comment came",
        SiteRules(close_after_days=0),
        [0, 4, 1],
        dict.fromkeys(["c4", "c3", "c0"], "closed article: first seen more than 0 days ago"),
    ),
    (
        "new authors, as many comments as had been published by then",
        SiteRules(new_author_comments=2),
        [1, 3, 1],
        {
            "c3": "new author: 0 of 2 comments published",
            "c0": "new author: 0 of 2 comments published",
        },
    ),
]


@pytest.mark.parametrize(
    ("rule", "rules", "then", "changed"), _WANTED, ids=[row[0] for row in _WANTED]
)
def test_it_says_what_would_be_decided_otherwise_and_why(
    services: Services,
    filled: Site,
    rule: str,
    rules: SiteRules,
    then: list[int],
    changed: dict[str, str],
) -> None:
    if rules.new_author_comments:
        # u0 wrote c0, c2, c4; of these c0 and, by now, c2 are published.
        with services.store.write() as work:
            rejected = work.comments.get("daily", "c2")
            assert rejected is not None
            work.comments.set_status(rejected.key, Status.PUBLISHED)
            work.commit()
    found = _rehearsed(services, replace(filled, rules=rules))
    assert _numbers(found) == ([3, 1, 1], then)
    assert found.changed == len(changed)
    assert {one.comment_id: one.reasons[-1].detail for one in found.examples} == changed
    assert [one.comment_id for one in found.examples] == list(changed)
    assert read_site(services, "daily") == filled
    assert changes_of_site(services, "daily") == []


def test_an_example_names_the_item_where_there_is_one(services: Services, filled: Site) -> None:
    strict = {"insult": {"review": 0.7}, "toxicity": {"review": 0.7}}
    (example,) = _rehearsed(services, replace(filled, thresholds=strict)).examples
    with services.store.read() as work:
        (waiting,) = work.queue.waiting(QueueFilter(), 10).items
    assert (example.comment_id, example.item_id) == ("c1", waiting.id)
    assert (example.before, example.after) == (Decision.REVIEW, Decision.ALLOW)


def test_only_the_latest_are_judged_and_few_are_named(
    services: Services, site: Site, clock: Clock
) -> None:
    for number in range(MOST_EXAMPLES + 5):
        clock.advance(seconds=1)
        submit(services, site, a_new_comment(f"c{number}", "zonk"))
    erase(services, site, f"c{MOST_EXAMPLES + 4}")
    found = _rehearsed(services, replace(site, rules=_ZONK))
    assert (found.read, found.changed) == (MOST_EXAMPLES + 4, MOST_EXAMPLES + 4)
    assert len(found.examples) == MOST_EXAMPLES
    assert found.examples[0].comment_id == f"c{MOST_EXAMPLES + 3}"
    assert _rehearsed(services, replace(site, rules=_ZONK), 3).read == 3


def test_a_verdict_is_no_decision_and_stays_out_of_it(services: Services, filled: Site) -> None:
    item = claim_next(services, a_user(), QueueFilter())
    assert item is not None
    give_verdict(services, a_user(), item.id, Verdict.REJECT, item.version)
    assert _numbers(_rehearsed(services, filled))[0] == [3, 1, 1]


def test_whoever_the_site_vouched_for_is_trusted_by_any_rules(
    services: Services, site: Site
) -> None:
    """Also where no rule of either kind asks about authors."""
    for number, is_staff in enumerate((True, False)):
        text, author = f"A z0nk, {MILD}.", Author(f"u{number}")
        submit(
            services,
            site,
            a_new_comment(f"c{number}", text, author=author, is_vouched_for=is_staff),
        )
    assert _numbers(_rehearsed(services, site))[0] == [1, 1, 0]
    for rules in (_ZONK, SiteRules(new_author_comments=3), SiteRules(max_links=0)):
        found = _rehearsed(services, replace(site, rules=rules))
        assert _numbers(found) == ([1, 1, 0], [1, 1, 0])
        assert found.changed == 0


def test_it_refuses_what_the_change_itself_would_refuse(services: Services, site: Site) -> None:
    with pytest.raises(InvalidInput):
        _rehearsed(services, replace(site, rules=SiteRules(max_links=-1)))
    with pytest.raises(NotFound):
        _rehearsed(services, a_site("nowhere"))
    with pytest.raises(Forbidden):
        rehearse(services, a_user("bo", Role.LEAD), site)


def test_it_asks_the_database_as_often_for_many_comments_as_for_few(
    services: Services, filled: Site
) -> None:
    asking = SiteRules(new_author_comments=3, close_after_days=0)
    asked = []
    for numbers in (range(2), range(2, 12)):
        for number in numbers:
            article = StoredArticle("daily", f"b{number}", "Geese", "They honk.")
            put_article(services, article)
            author = Author(f"w{number}")
            new = a_new_comment(f"n{number}", article_id=article.id, author=author)
            submit(services, filled, new)
        with statements() as sent:
            found = _rehearsed(services, replace(filled, rules=asking))
        assert found.changed >= numbers.stop
        asked.append(len(sent))
    assert asked[0] == asked[1]
