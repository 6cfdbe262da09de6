"""Sites from the command line: settings, rules from files, the record and the way back."""

from __future__ import annotations

import json
from pathlib import Path

from moderation.comments import Site
from moderation.policy import policy_for
from tests.cli.conftest import Run
from tests.factories import KeywordScorer


def test_a_site_keeps_what_is_not_named(ready: Run) -> None:
    ready("sites", "add", "gazette", "--name", "Gazette", "--threshold", "insult:review=0.25")
    ready("sites", "set", "gazette", "--language", "de")
    assert ready("sites", "list")[1] == "gazette\tde\tGazette\tinsult:review=0.25\n"
    ready("sites", "set", "gazette", "--threshold", "insult:review=")
    assert ready("sites", "list")[1] == "gazette\tde\tGazette\t\n"


RULES = """
log_only = true
max_links = 2
[[words]]
entry = "zonk"
action = "block"
"""


def test_the_rules_of_a_site_are_set_from_a_file_shown_and_taken_back(
    ready: Run, tmp_path: Path
) -> None:
    file, other = tmp_path / "rules.toml", tmp_path / "rules.json"
    file.write_text(RULES)
    ready("sites", "add", "gazette", "--rules", str(file))
    shown = json.loads(ready("sites", "show", "gazette")[1])
    assert (shown["rules"]["max_links"], shown["rules"]["words"][0]["entry"]) == (2, "zonk")
    other.write_text(json.dumps({"log_only": False}))
    said = ("gazette is changed.", "gazette is so already.")
    for line in said:
        assert ready("sites", "set", "gazette", "--rules", str(other))[1] == f"{line}\n"
    history = ready("sites", "history", "gazette")[1].splitlines()
    assert [line.split("\t")[2] for line in history if line[0] != "\t"] == ["a command"] * 2
    assert history[1] == "\tLog only: off, was on"
    change = history[0].split("\t")[0]
    assert ready("sites", "revert", change)[1].startswith("gazette is changed: ")
    assert json.loads(ready("sites", "show", "gazette")[1]) == shown
    code, out, err = ready("sites", "revert", change)
    assert (code, out) == (1, "")
    assert "changed again since" in err


def test_the_policy_that_a_ruling_names_leads_to_the_change_behind_it(ready: Run) -> None:
    strict = Site("gazette", "", thresholds={"insult": {"review": 0.25}})
    policy = policy_for(strict, KeywordScorer().cutoffs).version
    ready("sites", "add", "gazette")
    ready("sites", "set", "gazette", "--threshold", "insult:review=0.25")
    ready("sites", "set", "gazette", "--name", "Gazette")
    (change, told) = ready("sites", "history", "gazette", "--policy", policy)[1].splitlines()
    assert change.endswith("\ta command")
    assert told == "\tThreshold of insult, review: 0.25, was the model's"
    assert ready("sites", "history", "gazette", "--policy", "default-0123456789")[1] == ""


def test_a_change_can_be_rehearsed_before_it_is_made(ready: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text('[[words]]\nentry = "silly"\naction = "block"\n')
    comments = [{"id": f"c{n}", "text": text} for n, text in enumerate(["Fine.", "silly"])]
    given = tmp_path / "comments.jsonl"
    given.write_text("".join(json.dumps(comment) + "\n" for comment in comments))
    ready("import", str(given))
    words = ("sites", "set", "default", "--rules", str(tmp_path / "rules.toml"))
    before = ready("sites", "show", "default")[1]
    assert ready(*words, "--dry-run")[1].splitlines() == [
        "2 comments judged anew, 1 decided otherwise:",
        "\tallow: 1 now, 1 then",
        "\treview: 1 now, 0 then",
        "\tblock: 0 now, 1 then",
        "c1\treview -> block\ttoxicity; insult; word list: silly",
    ]
    assert ready("sites", "show", "default")[1] == before
