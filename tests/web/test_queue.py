"""`/v1/queue`: listing, claiming, deciding and undoing over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.accounts import Role
from moderation.comments import REASON_CODES
from moderation.labels import Label
from moderation.web.review.phrases import _KINDS
from tests.factories import Clock
from tests.web.conftest import Caller, fault

Person = Callable[..., Caller]


@pytest.fixture
def three(program: Caller) -> Caller:
    """Three comments that wait, one that does not."""
    for number in (1, 2, 3):
        program.post("/v1/comments", {"id": f"c{number}", "text": f"You silly goose {number}."})
    program.post("/v1/comments", {"id": "c4", "text": "Thank you."})
    return program


def test_a_moderator_claims_judges_and_takes_it_back(three: Caller, person: Person) -> None:
    mona = person()
    case = mona.post("/v1/queue/claim").json
    item = case["item"]
    assert case["comment"]["text"].startswith("You silly goose")
    assert item["lease"]["holder"] == "mona"
    assert [event["kind"] for event in case["events"]] == ["opened", "claimed"]
    given = {"verdict": "reject", "version": item["version"], "labels": ["insult"]}
    decided = mona.post(f"/v1/queue/{item['id']}/verdict", given)
    assert decided.status_code == 200
    assert (decided.json["stage"], decided.json["status"]) == ("decided", "rejected")
    assert decided.json["verdict"]["by"] == "mona"
    assert decided.json["verdict"]["labels"] == ["insult"]
    assert three.get(f"/v1/comments/{case['comment']['id']}").json["status"] == "rejected"
    again = mona.post(f"/v1/queue/{item['id']}/verdict", given)
    assert (again.status_code, again.json) == (200, decided.json)
    undone = mona.post(f"/v1/queue/{item['id']}/undo").json
    assert (undone["stage"], undone["status"], undone["verdict"]) == ("open", "held", None)


def test_two_moderators_get_two_items(three: Caller, person: Person) -> None:
    first, second = (person(name).post("/v1/queue/claim").json for name in ("mona", "nils"))
    assert first["item"]["id"] != second["item"]["id"]


def test_an_escalated_item_is_shown_to_leads_and_to_who_escalated_it(
    three: Caller, person: Person
) -> None:
    mona, nils, lena = person("mona"), person("nils"), person("lena", Role.LEAD)
    item = mona.post("/v1/queue/claim").json["item"]
    given = {"verdict": "escalate", "version": item["version"]}
    mona.post(f"/v1/queue/{item['id']}/verdict", given)
    assert [who.get(f"/v1/queue/{item['id']}").status_code for who in (mona, nils, lena)] == [
        200,
        403,
        200,
    ]
    fault(nils.get("/v1/queue?escalated=true"), 403, "forbidden")
    fault(nils.post("/v1/queue/claim", {"escalated": True}), 403, "forbidden")
    assert lena.get("/v1/queue?escalated=true").json["items"][0]["item"]["id"] == item["id"]


def test_an_empty_queue_has_no_content(program: Caller, person: Person) -> None:
    answer = person().post("/v1/queue/claim")
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_stale_verdict_is_a_conflict(three: Caller, person: Person) -> None:
    mona = person()
    item = mona.post("/v1/queue/claim", {}).json["item"]
    late = {"verdict": "approve", "version": item["version"] + 1}
    error = fault(mona.post(f"/v1/queue/{item['id']}/verdict", late), 409, "stale_version")
    assert error["details"]["version"] == item["version"]


def test_a_colleagues_item_is_a_conflict_until_a_lead_takes_it_over(
    three: Caller, person: Person
) -> None:
    mona, nils, lea = person("mona"), person("nils"), person("lea", Role.LEAD)
    item = mona.post("/v1/queue/claim").json["item"]
    path = f"/v1/queue/{item['id']}"
    for act in ("claim", "renew", "release"):
        fault(nils.post(f"{path}/{act}"), 409, "not_held")
    fault(nils.post(f"{path}/claim", {"take_over": True}), 403, "forbidden")
    taken = lea.post(f"{path}/claim", {"take_over": True}).json
    assert taken["item"]["lease"]["holder"] == "lea"
    fault(mona.post(f"{path}/renew"), 409, "not_held")


def test_a_lease_is_renewed_and_given_back(three: Caller, person: Person, clock: Clock) -> None:
    mona = person()
    item = mona.post("/v1/queue/claim").json["item"]
    clock.advance(minutes=1)
    renewed = mona.post(f"/v1/queue/{item['id']}/renew", {}).json
    assert renewed["lease"]["until"] > item["lease"]["until"]
    released = mona.post(f"/v1/queue/{item['id']}/release").json
    assert released["lease"] is None


def test_the_queue_is_listed_page_by_page(three: Caller) -> None:
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        answer = three.get(f"/v1/queue?limit=2&cursor={cursor}" if cursor else "/v1/queue?limit=2")
        seen += [row["comment"]["id"] for row in answer.json["items"]]
        cursor, pages = answer.json["next_cursor"], pages + 1
    assert (sorted(seen), pages) == (["c1", "c2", "c3"], 2)
    assert answer.json["counts"]["open"] == 3
    row = answer.json["items"][0]
    assert row["item"]["reasons"][0]["code"] == "label"
    assert row["item"]["version"] == 1
    assert row["comment"]["text"]


def test_a_site_sees_its_own_queue_and_a_person_all(
    three: Caller, other_program: Caller, person: Person
) -> None:
    refused = other_program.get("/v1/queue?site=daily")
    fault(refused, 400, "invalid_input", "site")
    assert len(three.get("/v1/queue?site=daily").json["items"]) == 3
    assert len(person().get("/v1/queue").json["items"]) == 3
    assert person("nils").get("/v1/queue?site=weekly").json["items"] == []


def test_every_reason_can_be_asked_for(three: Caller) -> None:
    assert set(REASON_CODES) == set(_KINDS)
    for reason in REASON_CODES:
        assert three.get(f"/v1/queue?reason={reason}").status_code == 200
    for label in Label:
        assert three.get(f"/v1/queue?label={label}").status_code == 200


@pytest.mark.parametrize("field", ["reason", "label"])
def test_a_claim_of_what_no_item_can_have_is_refused(person: Person, field: str) -> None:
    fault(person().post("/v1/queue/claim", {field: "foo"}), 400, "invalid_input", field)


def test_the_queue_is_filtered(three: Caller) -> None:
    three.post("/v1/comments/c4/reports")
    for query, wanted in (
        ("reason=reported", ["c4"]),
        ("label=insult", ["c1", "c2", "c3"]),
        ("language=de", []),
        ("escalated=true", []),
    ):
        rows = three.get(f"/v1/queue?{query}").json["items"]
        assert sorted(row["comment"]["id"] for row in rows) == wanted


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("limit=٣", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("site=%00", "site"),
        ("reason=foo", "reason"),
        ("reason=", "reason"),
        ("label=foo", "label"),
        ("label=Insult", "label"),
        ("escalated=1", "escalated"),
        ("colour=red", "colour"),
        ("language=%21", "language"),
    ],
)
def test_a_query_that_is_no_good_names_its_parameter(
    program: Caller, query: str, field: str
) -> None:
    fault(program.get(f"/v1/queue?{query}"), 400, "invalid_input", field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": 1}, "verdict"),
        ({"verdict": "approve"}, "version"),
        ({"verdict": "perhaps", "version": 1}, "verdict"),
        ({"verdict": "approve", "version": "1"}, "version"),
        ({"verdict": "approve", "version": 1, "labels": ["rude"]}, "labels"),
        ({"verdict": "approve", "version": 1, "labels": "insult"}, "labels"),
        ({"verdict": "approve", "version": 1, "labels": [1]}, "labels[0]"),
    ],
)
def test_a_verdict_that_is_no_good_changes_nothing(
    three: Caller, person: Person, body: dict, field: str
) -> None:
    mona = person()
    item = mona.post("/v1/queue/claim").json["item"]
    answer = mona.post(f"/v1/queue/{item['id']}/verdict", body)
    fault(answer, 400, "invalid_input", field)
    assert mona.get(f"/v1/queue/{item['id']}").json["item"]["version"] == item["version"]


def test_an_item_that_is_none(program: Caller, person: Person) -> None:
    mona = person()
    fault(mona.get("/v1/queue/none"), 404, "not_found")
    fault(mona.post("/v1/queue/none/undo"), 404, "not_found")
    fault(mona.post("/v1/queue/a%00/renew"), 400, "invalid_input", "id")


def test_the_key_of_a_site_never_judges(three: Caller) -> None:
    for path in ("claim", "x/claim", "x/verdict", "x/undo", "x/renew", "x/release"):
        fault(three.post(f"/v1/queue/{path}", {}), 403, "forbidden")
