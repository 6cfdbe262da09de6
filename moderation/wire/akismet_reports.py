"""What Akismet's clients ask about their account: numbers of months, in the shapes they know."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from moderation.comments import Site
from moderation.errors import InvalidInput
from moderation.stored import SpamTally
from moderation.workflow.spam_counts import Period

DEFAULT_LIMIT = 500
MONTHS = 6
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
_COLUMNS = (
    *("Site", "Total API Calls", "Spam", "Ham"),
    *("Missed Spam", "False Positives", "Is Revoked"),
)


@dataclass(frozen=True, slots=True)
class MonthsAsked:
    """A stretch of time and, where it is made of them, its months, the earliest first."""

    whole: Period
    parts: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class SitesReport:
    """What was asked about the sites of a key."""

    site: Site
    name: str
    month: Period
    title: str
    is_csv: bool
    is_shown: bool
    """Whether the one site fits the filter and stands on the page that is asked for."""
    total: int
    limit: int
    offset: int

    def as_json(self, tally: SpamTally) -> dict[str, object]:
        """Numbers are strings, as Akismet has them."""
        row = {
            "site": self.name,
            "api_calls": str(tally.calls),
            "spam": str(tally.spam),
            "ham": str(tally.ham),
            "missed_spam": str(tally.missed_spam),
            "false_positives": str(tally.false_positives),
            "is_revoked": False,
        }
        page = {"limit": self.limit, "offset": self.offset, "total": self.total}
        return {self.title: [row] if self.is_shown else [], **page}

    def as_csv(self, tally: SpamTally) -> str:
        """A line that says what it is, a line of names and a line for the site."""
        page = f"limit:{self.limit}, offset: {self.offset}, total: {self.total}"
        written = io.StringIO()
        lines = csv.writer(written, lineterminator="\n")
        lines.writerow(_COLUMNS)
        if self.is_shown:
            numbers = (tally.calls, tally.spam, tally.ham, tally.missed_spam)
            lines.writerow([self.name, *numbers, tally.false_positives, "false"])
        # A key is a secret, so the title names the site that it speaks for.
        return f"Active sites for {self.site.id} during {self.title} ({page})\n{written.getvalue()}"


def subscription(site: Site) -> dict[str, object]:
    """An account that is active and never has to be paid for."""
    return {
        "account_id": _account_number(site),
        "account_name": site.name,
        "account_type": "self-hosted",
        "status": "active",
        "next_billing_date": False,
        "limit_reached": False,
    }


def months_asked(form: Mapping[str, str], now: datetime) -> MonthsAsked:
    """The last six months (`from=6-months`, the default), 60 days, or all there is."""
    asked = form.get("from", "").strip()
    if asked == "all":
        return MonthsAsked(Period(), ())
    if asked == "60-days":
        return MonthsAsked(Period(now - timedelta(days=60)), ())
    index = now.year * 12 + now.month - 1
    months = tuple(_period(index - back) for back in reversed(range(MONTHS)))
    return MonthsAsked(Period(months[0].since), months)


def stats(asked: MonthsAsked, whole: SpamTally, parts: Sequence[SpamTally]) -> dict[str, object]:
    """The numbers of the whole and of each month; `accuracy` in percent, 0 where nothing was."""
    wrong = whole.missed_spam + whole.false_positives
    right = 100 * (whole.calls - wrong) / whole.calls if whole.calls else 0
    months = zip(asked.parts, parts, strict=True)
    told = {
        f"{one.since:%Y-%m}": {**_numbers(tally), "blogs": 1, "da": f"{one.since:%Y-%m-%d}"}
        for one, tally in months
    }
    return {**_numbers(whole), "accuracy": round(right, 2), "time_saved": 0, "breakdown": told}


def usage(tally: SpamTally) -> dict[str, object]:
    """No limit, so no share of it is used."""
    return {"limit": "none", "usage": tally.calls, "percentage": "0.00", "throttled": False}


def sites_report(form: Mapping[str, str], site: Site, now: datetime) -> SitesReport:
    """What is asked of one month, this one by default. Raises `InvalidInput`."""
    title = form.get("month", "").strip() or f"{now:%Y-%m}"
    if not _MONTH.fullmatch(title):
        raise InvalidInput("month", "must be a month, such as 2026-11")
    year, _, month = title.partition("-")
    name = urlsplit(site.url).hostname or site.name
    fits = form.get("filter", "").strip().lower() in (site.url or name).lower()
    limit = _number(form, "limit", DEFAULT_LIMIT)
    offset = _number(form, "offset", 0)
    return SitesReport(
        site=site,
        name=name,
        month=_period(int(year) * 12 + int(month) - 1),
        title=title,
        is_csv=form.get("format", "").strip().lower() == "csv",
        is_shown=fits and offset == 0 and limit > 0,
        total=int(fits),
        limit=limit,
        offset=offset,
    )


def _account_number(site: Site) -> int:
    """Clients want a number where our sites have words: one that is a site's for ever."""
    return int.from_bytes(hashlib.sha256(site.id.encode()).digest()[:4], "big")


def _numbers(tally: SpamTally) -> dict[str, int]:
    return {
        "spam": tally.spam,
        "ham": tally.ham,
        "missed_spam": tally.missed_spam,
        "false_positives": tally.false_positives,
    }


def _period(index: int) -> Period:
    """A month by its number since the year 0."""
    return Period(_first(index), _first(index + 1))


def _first(index: int) -> datetime:
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def _number(form: Mapping[str, str], name: str, default: int) -> int:
    sent = form.get(name, "").strip()
    if not sent:
        return default
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):
        raise InvalidInput(name, "must be a whole number")
    return int(sent)
