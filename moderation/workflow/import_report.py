"""What an import did, or would do, in more than its six numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from moderation.workflow.import_plan import Plan

_PLACES = 3
_REASONS = 50
"""Most different reasons that are told apart; some of them name a field of the file."""

_OTHER = "other reasons"


@dataclass(slots=True)
class ImportReport:
    """Counts by what became of things; nothing of any text."""

    articles: Counter[str] = field(default_factory=Counter)
    """`new`, `changed`, `unchanged`."""
    comments: Counter[str] = field(default_factory=Counter)
    """`new`, `with another text`, `with another status`, `unchanged`."""
    standing: Counter[str] = field(default_factory=Counter)
    """Of those that are stored: the status they come with."""
    belongings: Counter[str] = field(default_factory=Counter)
    """Reports, appeals and suggestions that are stored."""
    skipped: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)
    """The first few of each reason."""
    left_behind: Counter[str] = field(default_factory=Counter)

    def skip(self, place: str, problem: str) -> None:
        """Something is left out."""
        known = problem in self.skipped or len(self.skipped) < _REASONS
        problem = problem if known else _OTHER
        self.skipped[problem] += 1
        places = self.places.setdefault(problem, [])
        if len(places) < _PLACES:
            places.append(place)

    def count(self, plan: Plan) -> None:
        """What one batch comes to."""
        for record, known in plan.fresh:
            again = known is not None or record.comment.id in plan.rewritten
            self.comments["with another text" if again else "new"] += 1
            status = record.comment.status
            self.standing[status.value if status else "decided by the policy"] += 1
        self.comments["with another status"] += len(plan.restated) + len(plan.again)
        self.comments["unchanged"] += plan.unchanged

    def lines(self) -> Iterator[str]:
        """For people to read, without the tally."""
        for name in ("articles", "comments", "standing", "belongings", "left_behind"):
            counted: Counter[str] = getattr(self, name)
            said = ", ".join(f"{number} {what}" for what, number in counted.items() if number)
            yield f"{_TITLES[name]:<22}{said or 'none'}"
        yield f"{'Skipped':<22}{self.skipped.total() or 'none'}"
        for problem, number in self.skipped.most_common():
            some = ", ".join(self.places[problem])
            more = ", ..." if number > len(self.places[problem]) else ""
            yield f"  {number} because {problem}: {some}{more}"


_TITLES = {
    "articles": "Articles",
    "comments": "Comments",
    "standing": "Stored comments are",
    "belongings": "Stored with them",
    "left_behind": "Not carried over",
}
