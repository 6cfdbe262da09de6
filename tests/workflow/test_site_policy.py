"""Sites are changed through one door: recorded, beside others who change them, with a way back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.accounts import Role
from moderation.changes import Change, Subject
from moderation.comments import Site
from moderation.errors import Conflict, Forbidden, InvalidInput, NotFound, StaleVersion
from moderation.labels import Label
from moderation.policy import policy_for
from moderation.rulebook import ListedWord, SiteRules
from moderation.scoring.scorer import Cutoffs
from moderation.site_checks import checked_site
from moderation.workflow import Services
from moderation.workflow.import_sites import DEFAULT_SITE, default_site
from moderation.workflow.site_policy import (
    add_site,
    all_sites,
    change_site,
    changes_behind,
    changes_of_site,
    read_site,
    revert_change,
    version_of,
)
from moderation.workflow.site_record import difference, in_words, restored
from tests.factories import NOON, Clock, a_site, a_user

ADA = a_user("ada", Role.ADMINISTRATOR)
_CUTOFFS = dict.fromkeys(Label, Cutoffs(review=0.5, block=0.9))
_ZONK, _BONK, _TONK = (ListedWord(word) for word in ("zonk", "bonk", "tonk"))


def _changed(services: Services, site: Site) -> Change:
    change = change_site(services, ADA, site)
    assert change is not None
    return change


def test_a_change_is_kept_with_who_made_it_and_what_it_took_the_place_of(
    services: Services, site: Site, clock: Clock
) -> None:
    wanted = replace(site, name="The Nightly", rules=SiteRules(max_links=2))
    wanted = replace(wanted, thresholds={"insult": {"review": 0.4}})
    change = _changed(services, wanted)
    assert read_site(services, "daily") == wanted
    assert (change.at, change.actor, change.subject) == (NOON, "ada", Subject.SITE)
    assert change.before is not None
    assert change.after is not None
    assert dict(change.before) | {"policy": "?"} == {
        "name": "The Daily",
        "rules.max_links": None,
        "thresholds.insult.review": None,
        "policy": "?",
    }
    assert dict(change.after) | {"policy": "?"} == {
        "name": "The Nightly",
        "rules.max_links": 2,
        "thresholds.insult.review": 0.4,
        "policy": "?",
    }
    assert changes_of_site(services, "daily") == [change]


def test_of_a_list_only_what_went_in_and_out_is_kept(services: Services, site: Site) -> None:
    listed = replace(site, rules=SiteRules(words=(_ZONK, _BONK)))
    _changed(services, listed)
    change = _changed(services, replace(site, rules=SiteRules(words=(_TONK, _BONK))))
    assert change.before is not None
    assert change.after is not None
    words = [[w["entry"] for w in side["rules.words"]] for side in (change.before, change.after)]  # type: ignore[attr-defined]
    assert words == [["zonk"], ["tonk"]]
    assert in_words(change) == ["Word list: put in “tonk” (review); taken out “zonk” (review)"]


def test_what_is_so_already_is_no_change(services: Services, site: Site) -> None:
    assert change_site(services, ADA, replace(site, name=" The Daily ")) is None
    assert changes_of_site(services, "daily") == []


def test_a_new_site_begins_its_record(services: Services, site: Site) -> None:
    change = add_site(services, None, a_site("weekly", language="pl"))
    assert (change.actor, change.before) == (None, None)
    assert change.after == {"name": "The Daily", "language": "pl"}
    assert in_words(change) == ["Added"]
    assert [found.id for found in all_sites(services)] == ["daily", "weekly"]
    with pytest.raises(Conflict) as taken:
        add_site(services, None, a_site("weekly", language="de"))
    assert taken.value.details["field"] == "id"
    assert read_site(services, "weekly").language == "pl"
    with pytest.raises(InvalidInput):
        revert_change(services, ADA, change.id)


def test_a_form_that_was_overtaken_is_refused(services: Services, site: Site) -> None:
    seen = version_of(site)
    change_site(services, ADA, replace(site, name="The Nightly"), seen=seen)
    with pytest.raises(StaleVersion):
        change_site(services, ADA, replace(site, language="pl"), seen=seen)
    assert read_site(services, "daily").name == "The Nightly"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.LEAD, Role.SCIENTIST])
def test_only_an_administrator_changes_a_site(services: Services, site: Site, role: Role) -> None:
    change = _changed(services, replace(site, name="The Nightly"))
    bo = a_user("bo", role)
    for act in (
        lambda: add_site(services, bo, a_site("weekly")),
        lambda: change_site(services, bo, replace(site, name="X")),
        lambda: revert_change(services, bo, change.id),
    ):
        with pytest.raises(Forbidden):
            act()
    assert read_site(services, "daily").name == "The Nightly"


def test_what_cannot_be_wanted_changes_nothing(services: Services, site: Site) -> None:
    with pytest.raises(InvalidInput) as refused:
        change_site(services, ADA, replace(site, rules=SiteRules(max_links=-1)))
    assert refused.value.field == "rules.max_links"
    with pytest.raises(NotFound):
        change_site(services, ADA, a_site("nowhere"))
    with pytest.raises(NotFound):
        changes_of_site(services, "nowhere")
    with pytest.raises(NotFound):
        revert_change(services, ADA, "nothing")
    assert changes_of_site(services, "daily") == []


def test_a_change_is_taken_back_by_another_and_what_came_later_stays(
    services: Services, site: Site
) -> None:
    listed = replace(site, rules=SiteRules(words=(_ZONK,), max_links=3))
    first = _changed(services, listed)
    more = replace(listed.rules, words=(_ZONK, _BONK), log_only=True)
    _changed(services, replace(listed, name="X", rules=more))
    back = revert_change(services, ADA, first.id)
    assert back.undoes == first.id
    now = read_site(services, "daily")
    assert (now.name, now.rules) == ("X", SiteRules(words=(_BONK,), log_only=True))
    # The way back has one itself.
    revert_change(services, ADA, back.id)
    words = (_BONK, _ZONK)
    assert read_site(services, "daily").rules == replace(more, words=words)


# Each row: the rule in words; the rules first, next and last; whether the second can go back.
_OVERTAKEN = [
    ("the same number again", SiteRules(max_links=1), SiteRules(max_links=2), False),
    ("a word taken out again", SiteRules(words=(_ZONK,)), SiteRules(), False),
    (
        "a word with another action",
        SiteRules(words=(_ZONK,)),
        SiteRules(words=(replace(_ZONK, action="block"),)),
        False,
    ),
    ("another word", SiteRules(words=(_ZONK,)), SiteRules(words=(_ZONK, _BONK)), True),
    ("something else", SiteRules(max_links=1), SiteRules(max_links=1, log_only=True), True),
]


@pytest.mark.parametrize(
    ("rule", "first", "then", "can_go_back"), _OVERTAKEN, ids=[row[0] for row in _OVERTAKEN]
)
def test_a_change_goes_back_unless_the_very_same_was_changed_again(
    services: Services,
    site: Site,
    rule: str,
    first: SiteRules,
    then: SiteRules,
    can_go_back: bool,
) -> None:
    change = _changed(services, replace(site, rules=first))
    _changed(services, replace(site, rules=then))
    if can_go_back:
        revert_change(services, ADA, change.id)
        assert read_site(services, "daily").rules not in (first, then)
        return
    with pytest.raises(Conflict) as refused:
        revert_change(services, ADA, change.id)
    assert str(refused.value.details["field"]).startswith("rules.")
    assert read_site(services, "daily").rules == then


def test_a_change_goes_back_once(services: Services, site: Site) -> None:
    change = _changed(services, replace(site, rules=SiteRules(log_only=True)))
    revert_change(services, ADA, change.id)
    assert read_site(services, "daily") == site
    with pytest.raises(Conflict):
        revert_change(services, ADA, change.id)
    assert len(changes_of_site(services, "daily")) == 2


def test_what_stood_before_must_still_fit_what_others_have_set(
    services: Services, site: Site
) -> None:
    one = replace(site, thresholds={"insult": {"review": 0.6}})
    _changed(services, one)
    change = _changed(services, replace(site, thresholds={"insult": {"review": 0.2}}))
    _changed(services, replace(site, thresholds={"insult": {"review": 0.2, "block": 0.5}}))
    with pytest.raises(Conflict) as refused:
        revert_change(services, ADA, change.id)
    assert refused.value.details["field"] == "thresholds.insult.block"


def test_a_word_that_was_listed_otherwise_meanwhile_is_not_listed_twice(
    services: Services, site: Site
) -> None:
    _changed(services, replace(site, rules=SiteRules(words=(_ZONK,))))
    change = _changed(services, site)
    _changed(services, replace(site, rules=SiteRules(words=(ListedWord("zónk", "block"),))))
    with pytest.raises(Conflict):
        revert_change(services, ADA, change.id)


def test_the_policy_that_a_ruling_names_leads_to_the_change_that_made_it(
    services: Services, site: Site
) -> None:
    strict = replace(site, rules=SiteRules(max_links=0))
    first = _changed(services, strict)
    _changed(services, replace(site, name="X"))
    again = _changed(services, replace(strict, name="Y"))
    _changed(services, replace(site, rules=SiteRules(log_only=True)))
    policy = policy_for(strict, _CUTOFFS).version
    assert changes_behind(services, "daily", policy) == [again, first]
    # A new model makes another version of the same settings.
    other = policy_for(strict, {}).version
    assert other != policy
    assert changes_behind(services, "daily", other) == [again, first]
    assert changes_behind(services, "daily", "default-0123456789") == []


def test_a_long_history_comes_a_page_at_a_time(services: Services, site: Site) -> None:
    made = [_changed(services, replace(site, name=f"Number {number}")) for number in range(5)]
    page = changes_of_site(services, "daily", 3)
    assert page == made[:1:-1]
    assert changes_of_site(services, "daily", 3, before=page[-1].id) == made[1::-1]


def test_changes_read_as_people_say_them(services: Services, site: Site) -> None:
    rules = SiteRules(
        words=tuple(ListedWord(f"zonk{letter}") for letter in "bcdfghjklmnp"),
        trusted_authors=("u1",),
        log_only=True,
        foreign="allow",
    )
    wanted = replace(site, thresholds={"identity_attack": {"review": 0.3}}, rules=rules)
    said = in_words(_changed(services, wanted))
    assert said[0].startswith("Word list: put in “zonkb” (review), ")
    assert said[0].endswith(" and 2 more")
    assert said[1:] == [
        "Trusted authors: put in u1",
        "In another language: allow, was review",
        "Log only: on, was off",
        "Threshold of slur / identity attack, review: 0.3, was the model's",
    ]


def test_a_site_made_by_an_import_begins_its_record(services: Services) -> None:
    default_site(services, DEFAULT_SITE.id)
    default_site(services, DEFAULT_SITE.id)
    assert [change.before for change in changes_of_site(services, DEFAULT_SITE.id)] == [None]


_LEVELS = st.dictionaries(st.sampled_from(["review", "block"]), st.sampled_from([0.5, 0.7]))
_IDS = st.lists(st.sampled_from("abcd"), max_size=3).map(tuple)
_SITES = st.builds(
    Site,
    id=st.just("daily"),
    name=st.sampled_from(["The Daily", "The Nightly"]),
    language=st.sampled_from(["en", "pl"]),
    thresholds=st.fixed_dictionaries(
        {}, optional={"insult": _LEVELS.filter(lambda pair: pair != {"review": 0.7, "block": 0.5})}
    ),
    rules=st.builds(
        SiteRules,
        words=st.lists(
            st.builds(ListedWord, st.sampled_from(["zonk", "bonk", "tonk*"])),
            unique_by=lambda word: word.entry,
        ).map(tuple),
        trusted_authors=_IDS,
        closed_articles=_IDS,
        max_links=st.none() | st.integers(0, 3),
        log_only=st.booleans(),
        audit_rate=st.none() | st.sampled_from([0.0, 0.5]),
    ),
).map(checked_site)


@given(_SITES, _SITES)
def test_taking_a_change_back_at_once_leaves_the_site_as_it_was(before: Site, after: Site) -> None:
    gone, come = difference(before, after)
    change = Change("x", NOON, None, Subject.SITE, "daily", gone, come)
    assert checked_site(restored(after, change)) == before
