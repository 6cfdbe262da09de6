"""What a CMS hears of its account: numbers of what was asked, and where people disagreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from moderation.comments import Site
from tests.compat.akismet.conftest import KEY, Cms
from tests.factories import HARSH, MILD, Clock


@pytest.fixture
def busy(cms: Cms, clock: Clock) -> Cms:
    """Two in March, one of them mistaken; in April one that was missed and one that was not."""
    cms.check(f"A {MILD} plan.")
    cms.check(f"You {HARSH}.")
    cms.tell("submit-ham", f"A {MILD} plan.")
    clock.advance(days=35)
    cms.check("A civil insult.")
    cms.tell("submit-spam", "A civil insult.")
    cms.check("Thank you.")
    cms.tell("submit-ham", "Thank you.")
    return cms


def test_stats_of_six_months_come_month_by_month(busy: Cms) -> None:
    found = busy.post("get-stats", {"from": "6-months"}).json
    months = found.pop("breakdown")
    assert found == {
        "spam": 2,
        "ham": 2,
        "missed_spam": 1,
        "false_positives": 1,
        "accuracy": 50.0,
        "time_saved": 0,
    }
    assert list(months) == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert months["2026-03"] == {
        "spam": 2,
        "ham": 0,
        "missed_spam": 0,
        "false_positives": 1,
        "blogs": 1,
        "da": "2026-03-01",
    }
    assert (months["2026-04"]["ham"], months["2026-04"]["missed_spam"]) == (2, 1)


@pytest.mark.parametrize(("since", "calls"), [("all", 4), ("60-days", 4), ("", 4)])
def test_stats_of_other_stretches(busy: Cms, since: str, calls: int) -> None:
    found = busy.post("get-stats", {"from": since}).json
    assert found["spam"] + found["ham"] == calls


def test_stats_of_nothing_claim_nothing(cms: Cms) -> None:
    assert cms.post("get-stats").json["accuracy"] == 0


def test_a_subscription_is_active_so_that_a_key_can_be_saved(cms: Cms) -> None:
    found = cms.raw("get-subscription", f"key={KEY}&blog=x".encode())
    assert found.mimetype == "application/json"
    assert found.json["status"] == "active"
    assert {"account_name", "account_type", "next_billing_date"} <= set(found.json)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_there_is_no_limit_to_the_comments_of_a_month(busy: Cms, version: str) -> None:
    path = f"/{version}/usage-limit?api_key={KEY}"
    wanted = {"limit": "none", "usage": 2, "percentage": "0.00", "throttled": False}
    assert busy.client.get(path).json == busy.post(path).json == wanted


def test_the_site_of_a_key_is_listed_with_its_month(
    busy: Cms, daily: Site, change_site: Callable[[Site], None]
) -> None:
    change_site(replace(daily, url="https://blog.example/news"))
    row = {
        "site": "blog.example",
        "api_calls": "2",
        "spam": "2",
        "ham": "0",
        "missed_spam": "0",
        "false_positives": "1",
        "is_revoked": False,
    }
    of = f"/1.2/key-sites?api_key={KEY}&month=2026-03"
    page = {"limit": 500, "offset": 0, "total": 1}
    assert busy.client.get(of).json == {"2026-03": [row], **page}
    assert busy.client.get(f"{of}&filter=other").json == {"2026-03": [], **page, "total": 0}
    assert busy.client.get(f"{of}&offset=1").json == {"2026-03": [], **page, "offset": 1}
    listed = busy.client.get(f"{of}&format=csv")
    assert listed.mimetype == "text/csv"
    assert listed.text == (
        "Active sites for daily during 2026-03 (limit:500, offset: 0, total: 1)\n"
        "Site,Total API Calls,Spam,Ham,Missed Spam,False Positives,Is Revoked\n"
        "blog.example,2,2,0,0,1,false\n"
    )


@pytest.mark.parametrize("odd", ["month=2026-13", "month=x", "limit=-1", "offset=many"])
def test_an_odd_question_is_told_what_is_odd(cms: Cms, odd: str) -> None:
    found = cms.client.get(f"/1.2/key-sites?api_key={KEY}&{odd}")
    assert found.status_code == 400
    assert odd.partition("=")[0] in found.headers["X-akismet-debug-help"]


def test_an_account_has_the_fields_that_akismets_own_library_insists_on(cms: Cms) -> None:
    found = cms.post("get-subscription").json
    assert isinstance(found["account_id"], int)
    assert (found["status"], found["next_billing_date"]) == ("active", False)
    assert found["limit_reached"] is False
    assert {"account_name", "account_type"} <= set(found)
    assert found == cms.post("get-subscription").json
    for month in cms.post("get-stats").json["breakdown"].values():
        assert set(month) == {"spam", "ham", "missed_spam", "false_positives", "blogs", "da"}
