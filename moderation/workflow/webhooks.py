"""Use cases: endpoints of webhooks, added, changed, switched off and on, given new secrets.

A secret is handed back once, by whatever made it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from moderation.accounts import User
from moderation.changes import Change, Subject, differences
from moderation.checks import checked_line, checked_url
from moderation.comments import MAX_ID
from moderation.credentials import new_signing_secret
from moderation.errors import Conflict, InvalidInput, NotFound
from moderation.outgoing import (
    EVENT_TYPES,
    Endpoint,
    Off,
    SigningSecret,
    State,
)
from moderation.stores import UnitOfWork
from moderation.web_addresses import AddressRefused, web_address
from moderation.workflow.administering import record, require_administrator
from moderation.workflow.services import Services

MAX_ENDPOINTS = 20
"""Most endpoints of one site."""

MAX_SECRETS = 5
"""Most secrets that sign for one endpoint at a time."""

MAX_GRACE = timedelta(days=30)
"""Longest time for which a secret that was replaced goes on signing."""

COUNTED = 1_000
"""Messages are counted up to so many."""

TAKEN_BACK = ("url", "label", "types")
"""What of a change of an endpoint can be taken back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An endpoint, and what is on its way to it or failed to arrive (up to `COUNTED` each)."""

    endpoint: Endpoint
    counts: Mapping[State, int]


class _Wanted(NamedTuple):
    url: str
    label: str
    types: tuple[str, ...]


def list_endpoints(services: Services, site_id: str | None = None) -> list[Standing]:
    """Endpoints in the order in which they were made; of one site where given."""
    with services.store.read() as work:
        found = work.endpoints.of(site_id)
        return [Standing(one, work.deliveries.counts(one.id, COUNTED)) for one in found]


def find_endpoint(services: Services, endpoint_id: str) -> Standing:
    """One endpoint. Raises `NotFound`."""
    with services.store.read() as work:
        found = known_endpoint(work, endpoint_id)
        return Standing(found, work.deliveries.counts(found.id, COUNTED))


def add_endpoint(
    services: Services,
    actor: User | None,
    site_id: str,
    url: str,
    label: str = "",
    types: Collection[str] = (),
) -> tuple[str, Endpoint]:
    """The secret and the endpoint that is told of events of a site from now on.

    Without `types`, of all. Raises `InvalidInput`, `Conflict` where the site has too many, and
    `NotFound` for a site that is not there.
    """
    require_administrator(actor)
    wanted = _checked(url, label, types)
    # Before anything is locked: it may wait for the look-up of a name.
    services.judge_address(wanted.url)
    secrets = (SigningSecret(new_signing_secret()),)
    made = Endpoint(uuid.uuid4().hex, site_id, wanted.url, services.now(), secrets)
    made = _with(made, wanted)
    with services.store.write() as work:
        if work.sites.get(site_id, lock=True) is None:
            raise NotFound("There is no such site.", field="site")
        if len(work.endpoints.of(site_id)) >= MAX_ENDPOINTS:
            raise Conflict(f"A site can have {MAX_ENDPOINTS} endpoints.", field="url")
        _keep(services, work, actor, None, made)
        work.commit()
    return made.secrets[0].secret, made


def change_endpoint(
    services: Services,
    actor: User | None,
    endpoint_id: str,
    url: str,
    label: str,
    types: Collection[str],
) -> Endpoint:
    """Have an endpoint called elsewhere, called something else, or told of other events.

    Raises `InvalidInput`, `NotFound`.
    """
    require_administrator(actor)
    wanted = _checked(url, label, types)
    # Before anything is locked: it may wait for the look-up of a name.
    services.judge_address(wanted.url)
    with services.store.write() as work:
        before = known_endpoint(work, endpoint_id, lock=True)
        after = _with(before, wanted)
        if after.url != before.url:
            # What the old address did says nothing of the new one.
            after = after.as_well()
        _keep(services, work, actor, before, after)
        work.commit()
    return after


def switch_off(services: Services, actor: User | None, endpoint_id: str) -> Endpoint:
    """Tell an endpoint nothing more; what waits is discarded. Quiet the second time."""
    require_administrator(actor)
    with services.store.write() as work:
        before = known_endpoint(work, endpoint_id, lock=True)
        if before.off is not None:
            return before
        after = replace(before, off=Off.OPERATOR, off_since=services.now())
        work.endpoints.put(after)
        keep_switched_off(services, work, actor, before, after)
        work.commit()
    return after


def switch_on(services: Services, actor: User | None, endpoint_id: str) -> Endpoint:
    """Tell an endpoint of events again from now on. Quiet the second time.

    What it missed meanwhile can be sent by `resending.send_again`.
    """
    require_administrator(actor)
    with services.store.write() as work:
        before = known_endpoint(work, endpoint_id, lock=True)
        after = replace(before, off=None, off_since=None).as_well()
        _keep(services, work, actor, before, after)
        work.commit()
    return after


def rotate_secret(
    services: Services, actor: User | None, endpoint_id: str, grace: timedelta
) -> tuple[str, Endpoint]:
    """A new secret; the old ones go on signing beside it until the grace is over.

    Raises `InvalidInput`, `NotFound`, and `Conflict` where too many are still in their grace.
    """
    require_administrator(actor)
    if not timedelta() <= grace <= MAX_GRACE:
        raise InvalidInput("grace", f"must be 0 to {MAX_GRACE.days} days")
    now, secret = services.now(), new_signing_secret()
    with services.store.write() as work:
        before = known_endpoint(work, endpoint_id, lock=True)
        ended = [_sooner(one, now + grace) for one in before.secrets]
        old = [one for one in ended if one.ends_at is None or now < one.ends_at]
        if len(old) >= MAX_SECRETS:
            raise Conflict(
                f"{MAX_SECRETS} secrets sign already; wait for one's end.", field="grace"
            )
        after = replace(before, secrets=(SigningSecret(secret), *old))
        work.endpoints.put(after)
        told = {"rotated_at": now.isoformat(), "old_ends_at": (now + grace).isoformat()}
        record(work, actor, now, Subject.WEBHOOK, endpoint_id, dict.fromkeys(told), told)
        work.commit()
    return secret, after


def known_endpoint(work: UnitOfWork, endpoint_id: str, *, lock: bool = False) -> Endpoint:
    """The endpoint of that id. Raises `NotFound`."""
    found = work.endpoints.get(endpoint_id, lock=lock)
    if found is None:
        raise NotFound(f"There is no endpoint {endpoint_id[:80]!r}.", field="id")
    return found


def keep_switched_off(
    services: Services, work: UnitOfWork, actor: User | None, before: Endpoint, after: Endpoint
) -> None:
    """Discard what waits for an endpoint that is switched off now, and record it; the caller
    commits."""
    work.deliveries.discard(after.id)
    states = (_state(before), _state(after))
    record(work, actor, services.now(), Subject.WEBHOOK, after.id, *states)


def take_back_of_endpoint(
    services: Services, work: UnitOfWork, actor: User | None, change: Change
) -> None:
    """Put back what a change of an endpoint replaced; the caller commits.

    Raises `Conflict` where it was changed again since, or cannot be taken back at all.
    """
    before = known_endpoint(work, change.subject_id, lock=True)
    differing = differences(change)
    wanted = {name: was for name, (was, _) in differing.items() if name in TAKEN_BACK}
    if change.before is None or not wanted:
        raise Conflict("There is nothing in this change that could be taken back.")
    now = _state(before)
    if any(now[name] != differing[name][1] for name in wanted):
        raise Conflict("It was changed again since; take back the later change first.")
    back = now | wanted
    url, label, types = str(back["url"]), str(back["label"]), back["types"]
    listed = [str(one) for one in types] if isinstance(types, Sequence) else []
    after = _with(before, _checked(url, label, listed))
    _keep(services, work, actor, before, after, undoes=change.id)


def _keep(
    services: Services,
    work: UnitOfWork,
    actor: User | None,
    before: Endpoint | None,
    after: Endpoint,
    *,
    undoes: str | None = None,
) -> None:
    work.endpoints.put(after)
    states = (_state(before) if before else None, _state(after))
    record(work, actor, services.now(), Subject.WEBHOOK, after.id, *states, undoes=undoes)


def _state(endpoint: Endpoint) -> dict[str, object]:
    return {
        "site": endpoint.site_id,
        "url": endpoint.url,
        "label": endpoint.label,
        "types": list(endpoint.types),
        "off": endpoint.off.value if endpoint.off else None,
    }


def _checked(url: str, label: str, types: Collection[str]) -> _Wanted:
    url = checked_url("url", url.strip())
    if not url:
        raise InvalidInput("url", "must not be empty")
    try:
        web_address(url)
    except AddressRefused as error:
        raise InvalidInput("url", error.message) from error
    for unknown in sorted(set(types) - set(EVENT_TYPES)):
        raise InvalidInput("types", f"unknown event type {unknown[:40]!r}")
    chosen = tuple(name for name in EVENT_TYPES if name in types)
    return _Wanted(url, checked_line("label", label.strip(), MAX_ID), chosen)


def _with(endpoint: Endpoint, wanted: _Wanted) -> Endpoint:
    return replace(endpoint, url=wanted.url, label=wanted.label, types=wanted.types)


def _sooner(secret: SigningSecret, end: datetime) -> SigningSecret:
    return replace(secret, ends_at=min(secret.ends_at or end, end))
