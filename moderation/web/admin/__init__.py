"""The pages of the administration: people, keys, sites, webhooks, the audit log, one's account.

`phrases` and `log_rows` are pure; `rendering` is what the pages have in common; the others
are pages, a module a subject.
"""

from moderation.web.admin import account, audit, keys, people, sites, wayback, webhooks
from moderation.web.admin.blueprint import blueprint

__all__ = ["account", "audit", "blueprint", "keys", "people", "sites", "wayback", "webhooks"]
