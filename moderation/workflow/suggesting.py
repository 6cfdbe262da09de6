"""Use case: a site tells what its own moderators made of a text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

from moderation.stored import Suggestion
from moderation.workflow.services import Services

KEPT = timedelta(days=365)
"""How long a suggestion is kept whose comment is not stored here, and so is never erased."""


def suggestion_id(*told: str) -> str:
    """The id of what is told about one thing: 64 hex digits, the same for the same strings."""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def keep_suggestion(services: Services, suggestion: Suggestion) -> bool:
    """Keep it beside the comment that it is about where the site has one; whether it was new.

    The last word about one thing counts. Nothing is kept about a comment that was erased.
    """
    with services.store.write() as work:
        known = None
        if suggestion.comment_id is not None:
            known = work.comments.get(suggestion.site_id, suggestion.comment_id, lock=True)
        if known is not None and known.erased_at is not None:
            return False
        key = known.key if known else None
        is_new = work.suggestions.put(replace(suggestion, comment_key=key))
        work.commit()
    return is_new


def forget_old(services: Services) -> bool:
    """Forget what was told longer ago than `KEPT` about comments that are not here.

    Does it all at once: there is never more to do.
    """
    with services.store.write() as work:
        for site in work.sites.all():
            work.suggestions.forget(site.id, services.now() - KEPT)
        work.commit()
    return False
