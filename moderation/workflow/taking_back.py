"""Use case: take back one change of the administration, by a new change that says so."""

from __future__ import annotations

from moderation.accounts import User
from moderation.changes import Change, Subject
from moderation.errors import NotFound
from moderation.workflow.administering import require_administrator
from moderation.workflow.keyring import take_back_of_key
from moderation.workflow.people import take_back_of_person
from moderation.workflow.services import Services
from moderation.workflow.site_policy import revert_change
from moderation.workflow.webhooks import take_back_of_endpoint

_WAYS_BACK = {
    Subject.USER: take_back_of_person,
    Subject.KEY: take_back_of_key,
    Subject.WEBHOOK: take_back_of_endpoint,
}


def take_back(services: Services, actor: User | None, change_id: str) -> Change:
    """Put back what stood before the change; the change that was taken back.

    Raises `NotFound`, `Forbidden`, and `Conflict` or `InvalidInput` where it was changed again
    since or has no way back.
    """
    require_administrator(actor)
    with services.store.write() as work:
        change = work.changes.get(change_id)
        if change is None:
            raise NotFound("There is no such change.", field="id")
        if change.subject in _WAYS_BACK:
            _WAYS_BACK[change.subject](services, work, actor, change)
            work.commit()
            return change
    revert_change(services, actor, change_id)
    return change
