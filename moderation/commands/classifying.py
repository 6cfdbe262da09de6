"""`classify`: JSON lines in, one result object a line out, in the same order.

A line is what `POST /v1/classify` takes, with an `id` that comes back; a line that is no
good has its `{"error": {...}}` in its place. Lines are scored as they arrive, many at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from tqdm import tqdm

from moderation.assembly import active_model
from moderation.commands.opening import Commands
from moderation.commands.streams import (
    MAX_LINE,
    Line,
    lines_as_they_come,
    open_input,
    open_output,
)
from moderation.errors import InvalidInput, TooLarge
from moderation.scoring.scorer import MODES, Scorer
from moderation.settings import Settings
from moderation.wire.decoding import decode
from moderation.wire.faults import error_body
from moderation.wire.replies import RulingReply, classified_reply
from moderation.wire.requests import ClassifyRequest, Draft, draft
from moderation.workflow.classify import classify

BATCH = 256


class _Request(ClassifyRequest, kw_only=True):
    """A line: one comment, and an id for whoever asks."""

    id: str | int | None = None


class _Named(msgspec.Struct):
    """So much of a line as can be read in one that is no good."""

    id: str | int | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line as read: a comment to score, or what is wrong with it."""

    id: str | int | None
    draft: Draft | None = None
    fault: InvalidInput | None = None

    @property
    def want(self) -> tuple[str | None, bool]:
        """Mode, and whether to explain."""
        return (self.draft.mode, self.draft.explain) if self.draft else (None, False)


def add(commands: Commands) -> None:
    """Declare `classify`."""
    command = commands.add_parser(
        "classify", help="score JSON lines: one result object for every line, in order"
    )
    command.add_argument("input", metavar="IN", nargs="?", default="-", help="(standard input)")
    command.add_argument("output", metavar="OUT", nargs="?", default="-", help="(standard output)")
    command.add_argument(
        "--mode", choices=MODES, help="how much effort to spend (the setting `mode`: auto)"
    )
    command.add_argument("--explain", action="store_true", help="add the words behind each score")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Score a file or a pipe."""
    if _same_file(arguments.input, arguments.output):
        raise InvalidInput("OUT", "must be another file than IN, which would be lost")
    scorer = active_model(settings, in_time=False).current()
    with open_input(arguments.input) as source, open_output(arguments.output) as out:
        known = Path(arguments.input)
        size = known.stat().st_size if known.is_file() else None
        with tqdm(total=size, unit="B", unit_scale=True, disable=None, desc="classify") as bar:
            for chunk in lines_as_they_come(source, BATCH):
                out.writelines(_answers(scorer, chunk, arguments.mode, arguments.explain))
                out.flush()
                bar.update(sum(line.size for line in chunk))
    return 0


def _same_file(source: str, out: str) -> bool:
    """Whether both name one regular file; a terminal or a pipe may well be both."""
    known = Path(source)
    return known.is_file() and Path(out).exists() and known.samefile(out)


def _answers(scorer: Scorer, lines: Sequence[Line], mode: str | None, explain: bool) -> list[bytes]:
    asked = [_read(line, mode or scorer.mode, explain) for line in lines]
    results: list[RulingReply | InvalidInput | None] = [one.fault for one in asked]
    # Lines that agree on what they want are scored in one go.
    for want in dict.fromkeys(one.want for one in asked if one.draft):
        places = [place for place, one in enumerate(asked) if one.draft and one.want == want]
        comments = [one.draft.to_comment(None) for place in places if (one := asked[place]).draft]
        found = classify(scorer, None, comments, mode=want[0], explain=want[1])
        for place, classified in zip(places, found, strict=True):
            results[place] = classified_reply(classified, explain=want[1])
    return [
        msgspec.json.encode(_reply(one.id, result)) + b"\n"
        for one, result in zip(asked, results, strict=True)
        if result is not None
    ]


def _read(line: Line, mode: str, explain: bool) -> _Asked:
    try:
        if line.text is None:
            raise TooLarge("line", f"must be at most {MAX_LINE:,} bytes long")
        request = decode(line.text, _Request, whole="line")
        if request.comments is not None:
            raise InvalidInput("comments", "is not a known field; a line holds one comment")
        wanted = msgspec.structs.replace(
            request, mode=request.mode or mode, explain=bool(request.explain or explain)
        )
        checked = draft(wanted)
        if checked.article_id is not None:
            raise InvalidInput("article.id", "is known to the service alone; give title and text")
    except InvalidInput as fault:
        fault.details = {**fault.details, "line": line.number}
        return _Asked(_name_of(line), fault=fault)
    return _Asked(request.id, draft=checked)


def _name_of(line: Line) -> str | int | None:
    try:
        return msgspec.json.decode(line.text or b"", type=_Named).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _reply(name: str | int | None, result: RulingReply | InvalidInput) -> dict[str, object]:
    named: dict[str, object] = {} if name is None else {"id": name}
    if isinstance(result, InvalidInput):
        return named | error_body(result.code, result.message, result.details, "")
    fields: dict[str, object] = msgspec.to_builtins(result)
    return named | fields
