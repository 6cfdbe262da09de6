"""The rules of a site as a table: rules, a text and what is around it in; reasons out."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from moderation.comments import OUT_OF_TIME, Decision, Reason, Site
from moderation.labels import TEXT_LABELS, Label
from moderation.policy import Judgement, judge, policy_for, print_of_settings
from moderation.rulebook import NO_RULES, ListedWord, SiteRules
from moderation.scoring.scorer import Assessment, Cutoffs
from moderation.site_rules import MOST_WORDS_TOLD, Circumstances, findings
from tests.factories import a_site

_CUTOFFS = dict.fromkeys(Label, Cutoffs(review=0.5, block=0.9))
_ZONK = ListedWord("zonk")
_DAYS_30 = SiteRules(close_after_days=30)


def _said(rules: SiteRules, text: str, around: Circumstances | None = None) -> list[tuple]:
    return [(r.code, r.label, r.level, r.detail) for r in findings(rules, text, around).reasons]


# Each row: the rule in words; the site's rules; the text; level, label and detail of each reason.
_OF_TEXTS = [
    ("no rules say nothing", NO_RULES, "zonk http://x.example", []),
    (
        "a listed word is reviewed",
        SiteRules(words=(_ZONK,)),
        "You z0nk!",
        [("review", None, "word list: zonk")],
    ),
    (
        "or blocked, as a sign of a label, and says why it is on the list",
        SiteRules(words=(ListedWord("zonk*", "block", "insult", "local insult"),)),
        "You zonkers!",
        [("block", "insult", "word list: zonk* (local insult)")],
    ),
    (
        "what blocks comes first",
        SiteRules(words=(ListedWord("bonk"), ListedWord("zonk", "block"))),
        "bonk zonk",
        [("block", None, "word list: zonk"), ("review", None, "word list: bonk")],
    ),
    ("as many links as allowed", SiteRules(max_links=1), "see http://x.example", []),
    (
        "one link more",
        SiteRules(max_links=1),
        "http://x.example, www.y.example",
        [("review", None, "2 links, more than 1")],
    ),
    (
        "no link at all is allowed",
        SiteRules(max_links=0),
        "see spam.com",
        [("review", None, "1 link, more than 0")],
    ),
]


@pytest.mark.parametrize(
    ("rule", "rules", "text", "reasons"), _OF_TEXTS, ids=[row[0] for row in _OF_TEXTS]
)
def test_the_text_alone_tells(
    rule: str, rules: SiteRules, text: str, reasons: list[tuple[object, ...]]
) -> None:
    wanted = [("rule", label, level, detail) for level, label, detail in reasons]
    assert _said(rules, text) == wanted


def test_a_text_full_of_listed_words_names_a_few_those_that_block_first() -> None:
    letters = "bcdfghjk"
    words = tuple(ListedWord(f"zonk{letter}") for letter in letters)
    rules = SiteRules(words=(*words, ListedWord("bonk", "block")))
    said = _said(rules, " ".join(word.entry for word in rules.words))
    assert len(said) == MOST_WORDS_TOLD
    assert said[0][3] == "word list: bonk"


# Each row: the rule in words; the site's rules; what is around the comment; level and detail.
_AROUND = [
    ("nobody is new where nothing is asked", NO_RULES, Circumstances("u1"), None),
    (
        "an author without enough published comments is new",
        SiteRules(new_author_comments=3),
        Circumstances("u1", published_before=2),
        ("review", "new author: 2 of 3 comments published"),
    ),
    (
        "one with enough is not",
        SiteRules(new_author_comments=3),
        Circumstances("u1", published_before=3),
        None,
    ),
    (
        "nobody in particular is always new",
        SiteRules(new_author_comments=1),
        Circumstances(None),
        ("review", "new author: the comment names none"),
    ),
    (
        "a trusted author is never new",
        SiteRules(new_author_comments=3, trusted_authors=("u1",)),
        Circumstances("u1"),
        None,
    ),
    (
        "a closed article is reviewed",
        SiteRules(closed_articles=("a1", "a2")),
        Circumstances(article_id="a2"),
        ("review", "closed article"),
    ),
    (
        "or blocked",
        SiteRules(closed_articles=("a1",), closed_action="block"),
        Circumstances(article_id="a1"),
        ("block", "closed article"),
    ),
    (
        "another article is open",
        SiteRules(closed_articles=("a1",)),
        Circumstances(article_id="a2"),
        None,
    ),
    (
        "an article as old as may be is open",
        _DAYS_30,
        Circumstances(article_id="a1", article_age=timedelta(days=30)),
        None,
    ),
    (
        "an older one is closed",
        _DAYS_30,
        Circumstances(article_id="a1", article_age=timedelta(days=30, seconds=1)),
        ("review", "closed article: first seen more than 30 days ago"),
    ),
    ("no article is open", _DAYS_30, Circumstances("u1"), None),
]


@pytest.mark.parametrize(
    ("rule", "rules", "around", "reason"), _AROUND, ids=[row[0] for row in _AROUND]
)
def test_author_and_article_tell(
    rule: str, rules: SiteRules, around: Circumstances, reason: tuple[str, str] | None
) -> None:
    wanted = [("rule", None, *reason)] if reason else []
    assert _said(rules, "Thank you.", around) == wanted
    assert _said(rules, "Thank you.") == []


def _judged(
    rules: SiteRules, text: str = "Hm.", author: str | None = None, **scores: float
) -> Judgement:
    every: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, 0.0)
    every |= {Label(name): score for name, score in scores.items()}
    around = Circumstances(author) if rules.ask_around else None
    policy = policy_for(a_site(rules=rules), _CUTOFFS)
    return judge(Assessment(every, "en", False, "fast"), policy, findings(rules, text, around))


_BLOCKS = ListedWord("bonk", "block")
_TRUSTS = SiteRules(words=(_ZONK, _BLOCKS), trusted_authors=("u1",))
_LOGS = replace(_TRUSTS, log_only=True)
_TRUSTED = "trusted author: would have been review"
_LOGGED = "log only: would have been "

# Each row: the rule in words; rules, text, author and scores; the decision; the last reason.
_DECISIONS = [
    ("a listed word holds", _TRUSTS, "zonk", None, {}, Decision.REVIEW, "word list: zonk"),
    ("and blocks", _TRUSTS, "bonk", None, {}, Decision.BLOCK, "word list: bonk"),
    ("a score beside it blocks", _TRUSTS, "zonk", None, {"threat": 0.95}, Decision.BLOCK, "word"),
    ("trust lifts what a word holds", _TRUSTS, "zonk", "u1", {}, Decision.ALLOW, _TRUSTED),
    ("or a score", _TRUSTS, "Hm.", "u1", {"insult": 0.6}, Decision.ALLOW, _TRUSTED),
    ("not what a word blocks", _TRUSTS, "bonk", "u1", {}, Decision.BLOCK, "word list: bonk"),
    ("nor a score", _TRUSTS, "zonk", "u1", {"insult": 0.95}, Decision.BLOCK, "word list: zonk"),
    ("trust in another lifts nothing", _TRUSTS, "zonk", "u2", {}, Decision.REVIEW, "word"),
    ("trust says nothing of a kind comment", _TRUSTS, "Hm.", "u1", {}, Decision.ALLOW, None),
    ("log only allows what was held", _LOGS, "zonk", None, {}, Decision.ALLOW, f"{_LOGGED}review"),
    ("or blocked", _LOGS, "bonk", "u1", {}, Decision.ALLOW, f"{_LOGGED}block"),
    ("and says nothing of what was not", _LOGS, "Hm.", None, {}, Decision.ALLOW, None),
    ("nor of what trust had lifted", _LOGS, "zonk", "u1", {}, Decision.ALLOW, _TRUSTED),
]


@pytest.mark.parametrize(
    ("rule", "rules", "text", "author", "scores", "decision", "last"),
    _DECISIONS,
    ids=[row[0] for row in _DECISIONS],
)
def test_rules_and_scores_decide_together(
    rule: str,
    rules: SiteRules,
    text: str,
    author: str | None,
    scores: dict[str, float],
    decision: Decision,
    last: str | None,
) -> None:
    judged = _judged(rules, text, author, **scores)
    assert judged.decision is decision
    if last is None:
        assert judged.reasons == ()
    else:
        assert (judged.reasons[-1].detail or "").startswith(last)


def test_log_only_keeps_every_reason_with_its_level() -> None:
    judged = _judged(_LOGS, "zonk", insult=0.95)
    assert [(reason.code, reason.level) for reason in judged.reasons] == [
        ("label", "block"),
        ("rule", "review"),
        ("rule", None),
    ]


@pytest.mark.parametrize("foreign", list(Decision))
def test_a_site_says_what_becomes_of_another_language(foreign: Decision) -> None:
    scores: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, 0.0)
    site = a_site(rules=SiteRules(foreign=foreign.value))
    judged = judge(Assessment(scores, "pl", True, "fast"), policy_for(site, _CUTOFFS))
    assert judged.decision is foreign
    assert judged.reasons == (Reason("language", level=foreign.value, detail="pl"),)


def test_what_only_tells_holds_nothing_under_rules_either() -> None:
    scores: dict[Label, float | None] = dict.fromkeys(TEXT_LABELS, 0.0)
    assessment = Assessment(scores, "en", False, "fast", out_of_time=True)
    judged = judge(assessment, policy_for(a_site(rules=_LOGS), _CUTOFFS))
    assert judged.decision is Decision.ALLOW
    assert [reason.code for reason in judged.reasons] == [OUT_OF_TIME]


def _version(site: Site | None) -> str:
    return policy_for(site, _CUTOFFS).version


_OTHERS = {
    "words": (_ZONK,),
    "trusted_authors": ("u1",),
    "new_author_comments": 1,
    "max_links": 0,
    "closed_articles": ("a1",),
    "close_after_days": 0,
    "closed_action": "block",
    "foreign": "allow",
    "log_only": True,
    "audit_rate": 0.0,
    "off_topic_is_spam": True,
    "unscored": "publish",
}


def test_a_version_covers_every_rule() -> None:
    assert list(_OTHERS) == [one.name for one in fields(SiteRules)]
    rules = [SiteRules(**{name: value}) for name, value in _OTHERS.items()]  # type: ignore[arg-type]
    versions = {_version(a_site(rules=one)) for one in rules}
    assert len(versions) == len(rules)
    assert all(version.startswith("daily-") for version in versions)
    assert _version(a_site(rules=SiteRules())) == _version(None)


def test_the_end_of_a_version_names_the_settings_whatever_the_model() -> None:
    site = a_site(rules=SiteRules(log_only=True), thresholds={"insult": {"review": 0.4}})
    other = policy_for(site, dict.fromkeys(Label, Cutoffs(review=0.3, block=None))).version
    assert other != _version(site)
    assert other.rpartition("-")[2] == _version(site).rpartition("-")[2] == print_of_settings(site)


def test_the_order_in_which_cutoffs_were_written_does_not_matter() -> None:
    one = {"insult": {"review": 0.4, "block": 0.8}, "threat": {"review": 0.2}}
    other = {"threat": {"review": 0.2}, "insult": {"block": 0.8, "review": 0.4}, "profanity": {}}
    assert print_of_settings(a_site(thresholds=one)) == print_of_settings(a_site(thresholds=other))


def test_the_same_rules_have_the_same_digest_wherever_and_whenever_they_are_made() -> None:
    # What a later version of this service adds must leave it as it is.
    rules = SiteRules(words=(ListedWord("zonk"),), max_links=2)
    assert rules.digest == "dfe5400bebc42b7e6cc7551ad0424909829961839199dfa0aa20842540666b24"
