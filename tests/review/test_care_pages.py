"""Masks, settings and breaks as the pages answer them, asked without a browser."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from moderation.accounts import Role
from moderation.labels import Label
from moderation.preferences import Choices, Mask
from moderation.review_queue import Verdict
from moderation.scoring.scorer import Cutoffs
from moderation.stored import Objection, QueueFilter
from moderation.workflow.objections import object_to
from moderation.workflow.preferences import choose_care, preferences_of, set_for_everybody
from moderation.workflow.reviewing import claim_next, give_verdict
from tests.factories import a_user
from tests.review.conftest import Desk, signed_in, token

TEXT = "You silly r3tard."
KEYS = "/review/settings/keys"


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    reply = client.get(path)
    assert reply.status_code == status
    return reply.get_data(as_text=True)


def send(client: FlaskClient, path: str, **form: object) -> tuple[int, str]:
    reply = client.post(path, data={"csrf_token": token(client), **form})
    return reply.status_code, reply.get_data(as_text=True)


def readable(page: str) -> str:
    """What is to be read on a page: its text without tags and their attributes."""
    return re.sub(r"<[^>]*>", "", page)


def test_a_slur_is_in_no_text_of_the_page_wherever_it_stands(desk: Desk) -> None:
    desk.hand_in("p1", "What a retard, honestly.")
    item = desk.queued("c1", TEXT, parent_id="p1")
    desk.hand_in("r1", "r e t a r d yourself", parent_id="c1")
    object_to(
        desk.services, desk.site, "c1", Objection("report", desk.clock.time, "he wrote retard")
    )
    # Edited: the first text is an earlier version now.
    desk.queued("c1", "You silly retard!", parent_id="p1")
    client = signed_in(desk, "mona")
    page = text_of(client, f"/review/{item.id}")
    assert readable(page).count("r•••••") >= 5
    assert not re.search(r"r\s?[e3]\s?tard", readable(page))
    assert page.count('data-word="retard"') >= 3
    listing = text_of(client, "/review/queue")
    assert "You silly r•••••!" in listing
    assert "retard" not in listing


def test_last_decisions_and_refusals_are_masked(desk: Desk) -> None:
    item = desk.queued("c1", TEXT)
    mona = signed_in(desk, "mona")
    give_verdict(desk.services, desk.person("bo"), item.id, Verdict.REJECT, item.version)
    status, page = send(mona, f"/review/{item.id}/verdict", verdict="approve", version=1)
    assert status == 409
    assert "You silly r•••••." in page
    assert "r3tard" not in page
    page = text_of(signed_in(desk, "bo"), "/review")
    assert "You silly r•••••." in page
    assert "r3tard" not in page


def test_without_script_a_mask_leads_to_the_page_with_nothing_veiled(desk: Desk) -> None:
    item = desk.queued("c1", TEXT)
    client = signed_in(desk, "mona")
    page = text_of(client, f"/review/{item.id}?label=insult&endpoint=x")
    link = re.search(r'<a class="veil masked" href="([^"]*)"', page)
    assert link
    assert link[1] == "?label=insult&amp;endpoint=x&amp;shown=yes"
    shown = text_of(client, f"/review/{item.id}?label=insult&shown=yes")
    assert "r3tard" in readable(shown)
    assert "veil" not in shown


def test_everybody_s_choice_holds_until_one_makes_ones_own(desk: Desk) -> None:
    item = desk.queued("c1", "A silly idea. You retard, leave.")
    mona, services = signed_in(desk, "mona"), desk.services
    ada = a_user("ada", Role.ADMINISTRATOR)
    set_for_everybody(services, ada, Choices(mask=Mask.OFF, blur=True, grey=True))
    page = text_of(mona, f"/review/{item.id}")
    assert 'class="reviewing greyed"' in page
    assert 'aria-label="blurred passage of 3 words, press to see"' in page
    assert "data-word" not in page
    form = {"mask": "slurs", "blur": "no", "grey": "no", "minutes": "", "harsh_an_hour": "0"}
    assert send(mona, "/review/settings/care", **form)[0] == 303
    page = text_of(mona, f"/review/{item.id}")
    assert "greyed" not in page
    assert 'aria-label="blurred' not in page
    assert "data-word" in page
    own = preferences_of(services, desk.person("mona")).own
    assert own == Choices(mask=Mask.SLURS, blur=False, grey=False, harsh_an_hour=0)


def test_settings_show_what_was_chosen_and_what_holds_otherwise(desk: Desk) -> None:
    choose_care(desk.services, desk.person("mona"), Choices(mask=Mask.COARSE, minutes=25))
    page = text_of(signed_in(desk, "mona"), "/review/settings")
    assert '<option value="">As for everybody (slurs)</option>' in page
    assert '<option value="coarse" selected>Slurs and obscene words</option>' in page
    assert 'max="480" value="25"' in page
    assert "For everybody" not in page


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"minutes": "soon"}, "minutes", "It must be a number from 0 to 480."),
        ({"minutes": "-1"}, "minutes", "It must be a number from 0 to 480."),
        ({"minutes": "481"}, "minutes", "It must be from 0 to 480."),
        ({"harsh_an_hour": "1001"}, "harsh_an_hour", "It must be from 0 to 1000."),
        ({"mask": "everything"}, "mask", "It must be off, slurs or coarse."),
    ],
)
def test_what_cannot_be_chosen_is_told_at_its_field(
    desk: Desk, form: dict[str, str], field: str, words: str
) -> None:
    status, page = send(signed_in(desk, "mona"), "/review/settings/care", **form)
    assert status == 400
    assert f'role="alert" id="care-{field}-problem">{words}' in page
    assert f'aria-invalid="true" aria-describedby="care-{field}-problem"' in page
    if field != "mask":
        assert f'value="{form[field]}"' in page
    assert preferences_of(desk.services, desk.person("mona")).own == Choices()


def test_keys_are_saved_shown_on_every_page_and_taken_back(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    assert send(client, KEYS, approve="J", reject="k", undo="")[0] == 303
    page = text_of(client, "/review/queue")
    keys = json.loads(re.search(r"data-keys='([^']*)'", page)[1])  # type: ignore[index]
    assert (keys["approve"], keys["reject"], keys["undo"], keys["reveal"]) == ("j", "k", "z", "h")
    assert 'name="approve" value="j"' in text_of(client, "/review/settings")
    assert send(client, KEYS, approve="x", reset="yes")[0] == 303
    assert 'name="approve" value="a"' in text_of(client, "/review/settings")


def test_a_key_that_cannot_be_is_told_at_its_field_with_what_was_typed(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    status, page = send(client, KEYS, approve="r")
    assert status == 400
    assert 'id="keys-keys-reject-problem">It is the key of approve as well.' in page
    assert 'name="approve" value="r"' in page
    status, page = send(client, KEYS, undo="7", approve="'\">")
    assert status == 400
    assert 'name="approve" value="&#39;&#34;&gt;"' in page
    assert preferences_of(desk.services, desk.person("mona")).own == Choices()


def test_any_character_can_be_a_key_and_the_page_stays_whole(desk: Desk) -> None:
    client = signed_in(desk, "mona")
    assert send(client, KEYS, approve="'", reject='"', skip="<")[0] == 303
    page = text_of(client, "/review/queue")
    raw = re.search(r"data-keys='([^']*)'", page)
    assert raw
    assert json.loads(raw[1])["approve"] == "'"


def test_what_holds_for_everybody_is_on_the_page_of_administrators_alone(desk: Desk) -> None:
    with desk.services.store.write() as work:
        bo = desk.person("bo")
        work.accounts.put_user(
            type(bo)(bo.id, bo.login, bo.name, Role.ADMINISTRATOR, bo.password_hash)
        )
        work.commit()
    admin, lead = signed_in(desk, "bo"), signed_in(desk, "lea")
    assert "For everybody" in text_of(admin, "/review/settings")
    assert "For everybody" not in text_of(lead, "/review/settings")
    path = "/review/settings/everybody"
    assert send(lead, path, grey="yes")[0] == 403
    assert send(admin, path, grey="yes", minutes="x")[0] == 400
    assert not preferences_of(desk.services, desk.person("mona")).care.grey
    assert send(admin, path, grey="yes", minutes="20")[0] == 303
    found = preferences_of(desk.services, desk.person("mona")).care
    assert (found.grey, found.minutes) == (True, 20)


def test_settings_and_breaks_are_for_those_who_review(desk: Desk) -> None:
    for path in ("/review/settings", "/review/break", "/review/shift"):
        assert signed_in(desk, "sam").get(path).status_code == 403
        assert desk.app.test_client().get(path).status_code == 302


def test_a_break_is_suggested_in_time_and_can_be_put_off_or_taken(desk: Desk) -> None:
    mona, services = desk.person("mona"), desk.services
    choose_care(services, mona, Choices(minutes=4))
    client = signed_in(desk, "mona")
    for number in range(4):
        item = desk.queued(f"c{number}")
        assert "Time for a break" not in text_of(client, "/review/shift")
        give_verdict(services, mona, item.id, Verdict.SKIP, item.version)
    desk.queued("c9")
    held = claim_next(services, mona, QueueFilter())
    assert held is not None
    for path in ("/review", "/review/queue", "/review/shift"):
        assert "You have worked for 4 minutes or more without a pause." in text_of(client, path)
    # Her work is hers to know of.
    assert "without a pause" not in text_of(signed_in(desk, "bo"), "/review/queue")
    assert send(client, "/review/break/later")[0] == 303
    assert "Time for a break" not in text_of(client, "/review")
    assert send(client, "/review/break")[0] == 303
    with services.store.read() as work:
        assert work.queue.held_by(mona.id, desk.clock.time) == []
    assert "You hold no comment" in text_of(client, "/review/break")


def test_harsh_comments_are_counted_beside_the_name(desk: Desk) -> None:
    mona = desk.person("mona")
    client = signed_in(desk, "mona")
    page = text_of(client, "/review/queue")
    assert re.search(r'class="harsh-seen"[^>]* hidden>', page)
    desk.scorer.cutoffs = dict.fromkeys(Label, Cutoffs(review=0.5, block=None))
    item = desk.queued("c1", "You idiot.")
    give_verdict(desk.services, mona, item.id, Verdict.REJECT, item.version)
    choose_care(desk.services, mona, Choices(harsh_an_hour=1))
    page = text_of(client, "/review/queue")
    assert re.search(r'class="harsh-seen"[^>]*><span>1</span> harsh', page)
    assert "1 of the comments in the past hour was harsh." in page
