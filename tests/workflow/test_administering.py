"""People and keys: every change is kept with what stood before, and most have a way back."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, event

from moderation.accounts import KeyKind, Role, SignIn, User
from moderation.audit_log import LogFilter
from moderation.changes import Change, Subject
from moderation.comments import Site
from moderation.credentials import digest, verify_password
from moderation.errors import Conflict, Forbidden, InvalidInput, NotFound
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.access import holder_of_key, user_by_password, user_in_session
from moderation.workflow.administering import changes_of
from moderation.workflow.keyring import (
    MAX_TOKENS,
    change_key,
    list_keys,
    make_site_key,
    make_token,
    revoke_key,
    rotate_key,
)
from moderation.workflow.people import (
    add_person,
    change_own_password,
    change_person,
    end_sessions,
    find_person,
    list_people,
    reset_password,
)
from moderation.workflow.taking_back import take_back
from tests.factories import NOON, Clock, KeywordScorer, a_password_hash, a_user

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def hashed() -> str:
    """What `PASSWORD` fits."""
    return a_password_hash(PASSWORD)


@pytest.fixture
def ada(services: Services, hashed: str) -> User:
    """The administrator, and the only one."""
    return stored(services, replace(a_user("ada", Role.ADMINISTRATOR), password_hash=hashed))


@pytest.fixture
def bo(services: Services, ada: User, hashed: str) -> User:
    """A moderator."""
    return stored(services, replace(a_user("bo"), password_hash=hashed))


def stored(services: Services, user: User) -> User:
    with services.store.write() as work:
        work.accounts.put_user(user)
        work.commit()
    return user


def the_last(services: Services, subject: Subject, subject_id: str) -> Change:
    return changes_of(services, subject, subject_id)[0]


def test_what_is_changed_about_a_person_is_kept_without_any_secret(
    services: Services, ada: User
) -> None:
    bo = add_person(services, ada, "bo@example.org", "Bo", Role.MODERATOR, PASSWORD)
    change_person(services, ada, bo.id, name="Bob", role=Role.LEAD)
    change_person(services, ada, bo.id, name="Bob")
    reset_password(services, ada, bo.id, "another good one", once=True)
    end_sessions(services, ada, bo.id)
    kept = changes_of(services, Subject.USER, bo.id)[::-1]
    assert [(change.actor, change.before, change.after) for change in kept] == [
        (
            ada.id,
            None,
            {
                "login": "bo@example.org",
                "name": "Bo",
                "role": "moderator",
                "active": True,
                "sessions": 0,
            },
        ),
        (ada.id, {"name": "Bo", "role": "moderator"}, {"name": "Bob", "role": "lead"}),
        (ada.id, {"sessions": 0}, {"sessions": 1, "password": "new"}),
        (ada.id, {"sessions": 1}, {"sessions": 2}),
    ]


def test_a_login_is_taken_in_every_spelling(services: Services, bo: User) -> None:
    with pytest.raises(Conflict) as refused:
        add_person(services, None, "BO@example.org ", "", Role.MODERATOR, PASSWORD)
    assert refused.value.details["field"] == "login"


def test_of_two_who_are_added_at_once_with_one_login_one_is(
    server_store: SqlStore, scorer: KeywordScorer
) -> None:
    both = Services(server_store, scorer)
    start, refused = threading.Barrier(2), []

    def add(login: str) -> None:
        start.wait()
        try:
            add_person(both, None, login, "", Role.MODERATOR, PASSWORD)
        except Conflict as error:
            refused.append(error.details["field"])

    threads = [threading.Thread(target=add, args=(login,)) for login in ("eve", "EVE")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["login"]
    assert len(list_people(both)) == 1


@pytest.mark.parametrize(
    ("login", "name", "password", "field"),
    [
        ("", "", PASSWORD, "login"),
        ("a" * 201, "", PASSWORD, "login"),
        ("a\tb", "", PASSWORD, "login"),
        ("someone", "n" * 201, PASSWORD, "name"),
        ("someone", "", "short", "password"),
        ("someone", "", "1111111111", "password"),
        ("someone-long", "", "Someone-Long", "password"),
    ],
)
def test_what_will_not_do_is_told_with_its_field(
    services: Services, login: str, name: str, password: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_person(services, None, login, name, Role.MODERATOR, password)
    assert refused.value.field == field
    assert list_people(services) == ()


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.LEAD}])
def test_the_last_active_administrator_stays(
    services: Services, ada: User, change: dict[str, object]
) -> None:
    eve = stored(services, replace(a_user("eve", Role.ADMINISTRATOR), active=False))
    with pytest.raises(Conflict) as refused:
        change_person(services, None, ada.id, **change)  # type: ignore[arg-type]
    assert refused.value.details["field"] in change
    assert find_person(services, ada.id) == ada
    eve = change_person(services, ada, eve.id, active=True)
    change_person(services, eve, ada.id, **change)  # type: ignore[arg-type]


def test_two_administrators_who_deactivate_each_other_at_once_leave_one(
    server_store: SqlStore, scorer: KeywordScorer
) -> None:
    both = Services(server_store, scorer)
    ada, eve = (stored(both, a_user(name, Role.ADMINISTRATOR)) for name in ("ada", "eve"))
    start, refused = threading.Barrier(2), []

    def deactivate(actor: User, other: User) -> None:
        start.wait()
        try:
            change_person(both, actor, other.id, active=False)
        except Conflict as error:
            refused.append(error)

    threads = [threading.Thread(target=deactivate, args=pair) for pair in ((ada, eve), (eve, ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert [person.user.active for person in list_people(both)].count(True) == 1


def test_a_change_of_a_person_is_taken_back_unless_it_was_changed_again(
    services: Services, ada: User, bo: User
) -> None:
    change_person(services, ada, bo.id, name="Bob", role=Role.LEAD)
    promoted = the_last(services, Subject.USER, bo.id)
    change_person(services, ada, bo.id, active=False)
    deactivated = the_last(services, Subject.USER, bo.id)
    take_back(services, ada, deactivated.id)
    assert find_person(services, bo.id).active
    assert the_last(services, Subject.USER, bo.id).undoes == deactivated.id
    take_back(services, ada, promoted.id)
    assert find_person(services, bo.id) == replace(bo, session_epoch=1)
    with pytest.raises(Conflict, match="changed again"):
        take_back(services, ada, promoted.id)


def test_what_has_no_way_back_says_so(services: Services, ada: User, bo: User) -> None:
    eve = add_person(services, ada, "eve", "", Role.LEAD, PASSWORD)
    end_sessions(services, ada, bo.id)
    for id_ in (eve.id, bo.id):
        change = the_last(services, Subject.USER, id_)
        with pytest.raises(Conflict, match="nothing in this change"):
            take_back(services, ada, change.id)
    with pytest.raises(NotFound):
        take_back(services, ada, "no such change")


def test_only_administrators_administer(services: Services, site: Site, bo: User) -> None:
    _, key = make_site_key(services, None, KeyKind.SITE, site.id, "CMS")
    for attempt in (
        lambda: add_person(services, bo, "new", "", Role.ADMINISTRATOR, PASSWORD),
        lambda: change_person(services, bo, bo.id, role=Role.ADMINISTRATOR),
        lambda: reset_password(services, bo, bo.id, "another good one"),
        lambda: end_sessions(services, bo, bo.id),
        lambda: make_site_key(services, bo, KeyKind.SITE, site.id, ""),
        lambda: rotate_key(services, bo, key.id, timedelta()),
        lambda: change_key(services, bo, key.id, "", None),
        lambda: revoke_key(services, bo, key.id),
        lambda: take_back(services, bo, "any"),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert list_keys(services) == [key]


def test_ones_own_password_is_changed_by_who_knows_the_old_one(
    services: Services, bo: User
) -> None:
    with pytest.raises(Forbidden):
        change_own_password(services, bo, "not the old one", "another good one")
    with pytest.raises(InvalidInput):
        change_own_password(services, bo, PASSWORD, PASSWORD)
    changed = change_own_password(services, bo, PASSWORD, "another good one")
    assert verify_password("another good one", changed.password_hash)
    assert user_in_session(services, bo.id, 0) is None
    assert user_in_session(services, bo.id, 1) == changed
    with pytest.raises(Conflict):
        change_own_password(services, bo, PASSWORD, "a third good one")


def test_who_signed_in_last_is_told_by_who_was_let_in(
    services: Services, clock: Clock, bo: User
) -> None:
    assert user_by_password(services, bo.login, PASSWORD) == bo
    at = clock.advance(minutes=5)
    assert user_by_password(services, bo.login, PASSWORD) == bo
    clock.advance(minutes=5)
    assert user_by_password(services, bo.login, "a wrong one") is None
    last = {person.user.login: person.signed_in_at for person in list_people(services)}
    assert last == {"ada@example.org": None, bo.login: at}


def test_of_an_unknown_login_the_attempt_is_kept_and_nothing_that_was_typed(
    services: Services, bo: User
) -> None:
    for login in ("hunter2hunter2", "bo\0"):
        assert user_by_password(services, login, PASSWORD) is None
    assert kept_sign_ins(services) == [SignIn(NOON, None, let_in=False)] * 2


def test_a_refusal_is_the_same_work_whether_there_is_such_a_login_or_not(
    services: Services, bo: User
) -> None:
    def work_for(login: str) -> list[str]:
        done: list[str] = []

        def note(connection: Connection, cursor: object, statement: str, *_: object) -> None:
            done.append(statement)

        def note_commit(connection: Connection) -> None:
            done.append("commit")

        event.listen(Engine, "before_cursor_execute", note)
        event.listen(Engine, "commit", note_commit)
        try:
            assert user_by_password(services, login, "a wrong one") is None
        finally:
            event.remove(Engine, "before_cursor_execute", note)
            event.remove(Engine, "commit", note_commit)
        return done

    work_for(bo.login)  # what is done once, when connections are made, is done
    known = work_for(bo.login)
    assert "commit" in known
    assert work_for("nobody@example.org") == known


def test_sign_ins_are_forgotten_after_a_year(services: Services, clock: Clock, bo: User) -> None:
    user_by_password(services, bo.login, PASSWORD)
    user_by_password(services, "nobody", PASSWORD)
    clock.advance(days=364)
    user_by_password(services, bo.login, "a wrong one")
    assert len(kept_sign_ins(services)) == 3
    at = clock.advance(days=2)
    user_by_password(services, "nobody", PASSWORD)
    assert [sign_in.at for sign_in in kept_sign_ins(services)] == [at, at - timedelta(days=2)]


def kept_sign_ins(services: Services) -> list[SignIn]:
    with services.store.read() as work:
        entries = work.audit.sign_ins(LogFilter(), 100).entries
    return [entry.sign_in for entry in entries if entry.sign_in]


def _owner(services: Services, secret: str, kind: KeyKind) -> Site | User | None:
    holder = holder_of_key(services, secret, kind)
    return holder.owner if holder else None


def test_a_secret_that_is_replaced_works_until_its_grace_is_over(
    services: Services, clock: Clock, site: Site
) -> None:
    old, key = make_site_key(services, None, KeyKind.SITE, site.id, "CMS", days=90)
    clock.advance(days=80)
    new, following = rotate_key(services, None, key.id, timedelta(hours=1))
    assert (following.label, following.site_id) == ("CMS", site.id)
    assert following.expires_at == NOON + timedelta(days=170)
    for secret in (old, new):
        assert _owner(services, secret, KeyKind.SITE) == site
    clock.advance(hours=1)
    assert _owner(services, old, KeyKind.SITE) is None
    assert _owner(services, new, KeyKind.SITE) == site
    with pytest.raises(Conflict):
        rotate_key(services, None, key.id, timedelta())
    with pytest.raises(InvalidInput):
        rotate_key(services, None, following.id, timedelta(days=31))


def test_a_grace_never_prolongs_a_key(services: Services, site: Site) -> None:
    _, key = make_site_key(services, None, KeyKind.SITE, site.id, "CMS", days=1)
    rotate_key(services, None, key.id, timedelta(days=7))
    assert list_keys(services)[0].expires_at == key.expires_at


def test_a_revoked_key_stays_revoked_and_its_record_has_no_secret(
    services: Services, ada: User, site: Site
) -> None:
    secret, key = make_site_key(services, ada, KeyKind.CORAL, site.id, "Coral")
    change_key(services, ada, key.id, "Coral, new", NOON + timedelta(days=3))
    renamed = the_last(services, Subject.KEY, key.id)
    take_back(services, ada, renamed.id)
    assert list_keys(services) == [key]
    assert revoke_key(services, ada, key.id) == revoke_key(services, ada, key.id)
    revoked = the_last(services, Subject.KEY, key.id)
    with pytest.raises(Conflict):
        take_back(services, ada, revoked.id)
    with pytest.raises(Conflict):
        change_key(services, ada, key.id, "Coral", None)
    kept = changes_of(services, Subject.KEY, key.id)
    assert len(kept) == 4
    assert secret not in repr(kept)
    assert digest(secret) not in repr(kept)


def test_a_token_is_its_owners(services: Services, ada: User, bo: User) -> None:
    secret, token = make_token(services, bo, bo, "laptop", days=30)
    assert _owner(services, secret, KeyKind.PERSONAL) == bo
    with pytest.raises(Forbidden):
        make_token(services, bo, ada, "hers")
    with pytest.raises(Forbidden, match="its owner"):
        rotate_key(services, ada, token.id, timedelta())
    with pytest.raises(NotFound):
        revoke_key(services, ada, token.id, owner=ada)
    with pytest.raises(Forbidden):
        revoke_key(services, bo, token.id, owner=ada)
    new, following = rotate_key(services, bo, token.id, timedelta(), owner=bo)
    assert _owner(services, secret, KeyKind.PERSONAL) is None
    revoke_key(services, ada, following.id)
    assert _owner(services, new, KeyKind.PERSONAL) is None


def test_a_person_has_so_many_live_tokens_and_no_more(services: Services, bo: User) -> None:
    for number in range(MAX_TOKENS):
        make_token(services, bo, bo, f"token {number}")
    with pytest.raises(Conflict):
        make_token(services, bo, bo, "one too many")


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_a_key_lasts_for_some_days_or_for_good(services: Services, site: Site, days: int) -> None:
    with pytest.raises(InvalidInput):
        make_site_key(services, None, KeyKind.SITE, site.id, "", days)


def test_a_key_is_for_a_site_that_is_there(services: Services) -> None:
    with pytest.raises(NotFound):
        make_site_key(services, None, KeyKind.SITE, "nowhere", "")
    with pytest.raises(NotFound):
        end_sessions(services, None, a_user().id)
