"""The commands as people run them: what they print, how they end, what they leave behind."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from moderation import settings
from moderation.assembly import build_services
from moderation.cli import main
from moderation.commands.streams import MAX_LINE, lines_as_they_come
from moderation.first_run import LOGIN, NOTE, Note, _read, _write, prepare
from moderation.scoring.active import ActiveModel
from moderation.scoring.scorer import Effort
from moderation.storage import SqlStore, open_store
from tests.cli.conftest import Run
from tests.factories import NOON, KeywordScorer, a_site, a_stored_comment
from tests.scoring.conftest import write_deep_folder, write_folder

ROOT = Path(__file__).resolve().parents[2]
WXR = ROOT / "tests" / "fixtures" / "wxr" / "ugly.xml"


def test_classify_answers_every_line_in_its_place(run: Run, tmp_path: Path) -> None:
    given = tmp_path / "in.jsonl"
    given.write_bytes(
        b'{"id": "a", "text": "You idiot."}\n'
        b"not json\n"
        b"\n"
        b'{"id": 7, "text": ""}\n'
        b'{"text": "Fine.", "article": {"title": "T"}, "parent": {"text": "P"}}\n'
        b'{"id": "b", "text": "x", "article": {"id": "5"}}\n'
        b'{"id": "c", "comments": []}\n'
        b'{"id": "d", "text": "\\ud800"}\n'
        b'{"id": "e", "text": "Last, without an end of line."}'
    )
    out = tmp_path / "out.jsonl"
    assert run("classify", str(given), str(out)) == (0, "", "")
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [answer.get("decision") for answer in answers] == [
        "block",
        *[None] * 3,
        "allow",
        *[None] * 3,
        "allow",
    ]
    errors = [answer["error"] for answer in answers if "error" in answer]
    assert [error["details"]["line"] for error in errors] == [2, 3, 4, 6, 7, 8]
    assert all(set(e) == {"code", "message", "details", "request_id"} for e in errors)
    assert [answer.get("id") for answer in answers][:4] == ["a", None, None, 7]
    assert answers[0]["scores"]["insult"] == 0.99
    assert answers[0]["scores"]["off_topic"] is None


def test_classify_never_writes_over_what_it_reads(run: Run, tmp_path: Path) -> None:
    given = tmp_path / "in.jsonl"
    given.write_text('{"text": "Fine."}\n')
    (tmp_path / "link").symlink_to(given)
    for out in (given, tmp_path / "link"):
        code, printed, complaint = run("classify", str(given), str(out))
        assert (code, printed) == (1, "")
        assert "OUT" in complaint
    assert given.read_text() == '{"text": "Fine."}\n'


def test_classify_names_a_field_that_is_called_like_the_whole(run: Run, tmp_path: Path) -> None:
    given = tmp_path / "in.jsonl"
    given.write_text('{"text": "Fine.", "body": 1}\n')
    error = json.loads(run("classify", str(given))[1])["error"]
    assert error["details"] == {"field": "body", "line": 1}


def test_classify_marks_words_when_asked(run: Run, tmp_path: Path) -> None:
    given = tmp_path / "in.jsonl"
    given.write_text('{"text": "You idiot."}\n')
    spans = json.loads(run("classify", "--explain", str(given))[1])["spans"]
    assert [(span["start"], span["end"]) for span in spans] == [(4, 9)]


def test_classify_takes_the_mode_of_the_line_then_of_the_command_then_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_deep_folder(tmp_path / "models" / "2026.11.0", "2026.11.0")
    monkeypatch.setenv("MODERATION_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("MODERATION_MODELS", str(tmp_path / "models"))
    given = tmp_path / "in.jsonl"
    # The tiny linear model is certain of the one, and in doubt about the other.
    given.write_text(
        '{"text": "you idiot"}\n{"text": "the town hall"}\n{"text": "you idiot", "mode": "deep"}\n'
    )

    def modes(*words: str) -> list[str]:
        assert main(["classify", *words, str(given)]) == 0
        return [json.loads(line)["mode"] for line in capsys.readouterr().out.splitlines()]

    assert modes() == modes("--mode", "auto") == ["fast", "deep", "deep"]
    assert modes("--mode", "fast") == ["fast", "fast", "deep"]
    assert modes("--mode", "deep") == ["deep", "deep", "deep"]
    monkeypatch.setenv("MODERATION_MODE", "fast")
    assert modes() == ["fast", "fast", "deep"]
    write_folder(tmp_path / "models" / "2026.10.0", "2026.10.0")
    assert main(["models", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  2026.10.0\tshipped\tfast",
        "* 2026.11.0\tshipped\tfast, auto, deep",
    ]


def test_no_command_is_bound_by_the_time_of_a_call(
    ready: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "in.jsonl"
    given.write_text('{"text": "Fine."}\n')
    efforts: list[Effort] = []

    def current(source: ActiveModel) -> KeywordScorer:
        efforts.append(source._effort)
        return KeywordScorer()

    monkeypatch.setattr(ActiveModel, "current", current)
    for words in (("classify", str(given)), ("import", str(WXR)), ("first-run",)):
        efforts.clear()
        assert ready(*words)[0] == 0
        assert efforts
        assert {effort.budget for effort in efforts} == {None}


def test_a_line_over_the_limit_keeps_its_place_and_no_memory() -> None:
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as source, open(write_end, "wb") as sink:
        child = subprocess.Popen(
            [sys.executable, "-c", f"print('a' * {MAX_LINE + 9}); print('b')"], stdout=sink
        )
        sink.close()
        lines = [line for chunk in lines_as_they_come(source, 10) for line in chunk]
        assert child.wait() == 0
    assert [(line.number, line.text) for line in lines] == [(1, None), (2, b"b")]


def test_import_ends_with_its_tally_and_again_changes_nothing(ready: Run) -> None:
    code, out, err = ready("import", str(WXR))
    assert code == 0
    assert out.splitlines()[-1] == "read 13, stored 12, unchanged 0, skipped 1, orphans 0"
    assert "skipped comment '511': it has no text" in err
    out = ready("import", str(WXR))[1]
    assert out.splitlines()[-1] == "read 13, stored 0, unchanged 12, skipped 1, orphans 0"


@pytest.mark.parametrize("kind", ["akismet", "coral"])
def test_a_key_that_nothing_would_take_is_not_made(ready: Run, kind: str) -> None:
    ready("sites", "add", "daily")
    words = ("keys", "add", "--kind", kind, "--site", "daily", "--scope")
    code, out, err = ready(*words, "score")
    assert (code, out) == (1, "")
    assert "scopes: must hold `submit`" in err
    assert ready("keys", "list")[1] == ""
    assert ready(*words, "submit")[0] == 0


def test_an_older_database_is_told_once_how_it_is_upgraded(run: Run, var: Path) -> None:
    var.mkdir()
    (var / "moderation.sqlite3").touch()
    code, _, err = run("keys", "list")
    assert code == 1
    assert err.count("db upgrade") == 1


def test_a_dry_run_before_anything_exists_makes_nothing(run: Run, var: Path) -> None:
    code, out, _ = run("import", "--dry-run", str(WXR))
    assert code == 0
    assert out.splitlines() == [
        "Nothing was written; this is what an import would do.",
        "Articles              3 new",
        "Comments              12 new",
        "Stored comments are   8 published, 1 held, 3 rejected",
        "Stored with them      none",
        "Not carried over      none",
        "Skipped               1",
        "  1 because it has no text: comment '511'",
        "read 13, stored 12, unchanged 0, skipped 1, orphans 0",
    ]
    assert not var.exists()


def test_what_is_exported_can_be_imported_elsewhere(ready: Run, tmp_path: Path) -> None:
    ready("import", str(WXR))
    file = tmp_path / "export.jsonl"
    assert ready("export", str(file))[0] == 0
    assert ready("import", str(file))[1].startswith("read 12, stored 0, unchanged 12,")
    ready("sites", "add", "second")
    assert ready("import", "--site", "second", str(file))[1].startswith("read 12, stored 12,")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("import", "no-such-file.xml"), "no-such-file.xml: No such file"),
        (("import", str(ROOT / "LICENSE")), "neither a WordPress export"),
        (("import", "--site", "nowhere", str(WXR)), "no site 'nowhere'"),
        (("classify", "no-such-file.jsonl"), "no-such-file.jsonl: No such file"),
        (("export", "--site", "nowhere"), "no site 'nowhere'"),
        (("keys", "add", "--site", "nowhere"), "no site 'nowhere'"),
        (("keys", "add", "--user", "mona"), "user: "),
        (("keys", "add", "--kind", "personal", "--user", "nobody"), "no user 'nobody'"),
        (("keys", "revoke", "nothing"), "no key 'nothing'"),
        (("users", "add", "m" * 201), "login: must have 1 to 200 printable characters"),
        (("users", "add", " "), "login: must have 1 to 200 printable characters"),
        (("users", "deactivate", "nobody"), "no user 'nobody'"),
        (("sites", "set", "nowhere"), "no site 'nowhere'"),
        (("sites", "add", "x", "--language", "english"), "language: "),
        (("sites", "add", "x", "--rules", "no-such-file.toml"), "No such file"),
        (("sites", "add", "x", "--rules", str(ROOT / "LICENSE")), "rules: is not valid JSON"),
        (("sites", "history", "nowhere"), "no site 'nowhere'"),
        (("sites", "show", "nowhere"), "no site 'nowhere'"),
        (("sites", "revert", "nothing"), "no such change"),
        (("sites", "add", "x", "--threshold", "insult=0.3"), "threshold: "),
        (("sites", "add", "x", "--threshold", "insult:review=2"), "thresholds.insult.review: "),
        (
            ("sites", "add", "x", "--threshold=insult:block=0.2", "--threshold=insult:review=0.3"),
            "thresholds.insult.block: ",
        ),
        (("models", "activate", "../../etc"), "version: "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    ready: Run, words: tuple[str, ...], complaint: str
) -> None:
    code, out, err = ready(*words)
    assert (code, out) == (1, "")
    assert complaint in err
    assert err.startswith("moderation: ")
    assert err.count("\n") == 1


def test_people_come_and_go(ready: Run) -> None:
    out = ready("users", "add", "mona", "--role", "lead", "--name", "Mona")[1]
    assert out.startswith("login mona\tpassword ")
    assert ready("users", "add", "mona")[0] == 1
    assert ready("users", "list")[1] == "mona\tlead\tactive\tMona\n"
    assert "password" in ready("users", "password", "mona")[1]
    ready("users", "deactivate", "mona")
    assert ready("users", "list")[1] == "mona\tlead\tdeactivated\tMona\n"


def test_a_key_is_shown_once_and_can_be_ended(ready: Run) -> None:
    ready("sites", "add", "gazette")
    key_id, secret = ready("keys", "add", "--site", "gazette", "--label", "CMS")[1].split("\t")
    listed = ready("keys", "list", "--site", "gazette")[1]
    assert secret.split()[1] not in listed
    assert listed == f"{key_id.split()[1]}\tsite\tgazette\tlive\tCMS\tnever\t0\tall\n"
    ready("keys", "revoke", key_id.split()[1])
    assert "\tended\t" in ready("keys", "list")[1]


def test_a_secret_that_coral_made_is_asked_for_and_not_printed(
    ready: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready("sites", "add", "gazette")
    words = ("keys", "add", "--site", "gazette", "--kind", "coral", "--ask-secret")
    for secret, code in (("empsec_" + "0a" * 16, 0), ("short", 1)):
        monkeypatch.setattr("sys.stdin", io.StringIO(secret + "\n"))
        done, out, err = ready(*words)
        assert (done, secret in out + err) == (code, False)
    assert ready("keys", "list")[1].endswith("\tcoral\tgazette\tlive\t\tnever\t0\tall\n")
    assert "ask-secret: " in ready("keys", "add", "--site", "gazette", "--ask-secret")[2]


def test_commands_before_the_first_migration_say_what_to_do(run: Run) -> None:
    code, _, err = run("users", "list")
    assert code == 1
    assert "db upgrade" in err


def test_the_database_is_made_and_a_second_upgrade_leaves_it(run: Run) -> None:
    for _ in range(2):
        assert run("db", "upgrade") == (0, "The database is up to date.\n", "")
    assert run("users", "list")[0] == 0


def test_a_compact_database_holds_no_byte_of_what_was_erased(ready: Run, var: Path) -> None:
    path = var / "moderation.sqlite3"
    store = open_store(f"sqlite:///{path}")
    comment = a_stored_comment(text="A quetzal in the garden.")
    with store.write() as work:
        work.sites.put(a_site())
        work.comments.add(comment)
        work.commit()
    with store.write() as work:
        work.comments.erase(comment.key, NOON)
        work.commit()
    files = [path, path.with_name(f"{path.name}-wal")]
    assert any(b"quetzal" in file.read_bytes() for file in files)
    code, out, _ = ready("db", "compact")
    assert (code, out) == (0, "Nothing of what was erased is in the file of the database.\n")
    assert not any(b"quetzal" in file.read_bytes() for file in files if file.exists())
    store.dispose()


def test_the_first_run_makes_an_installation_and_the_second_leaves_it(run: Run, var: Path) -> None:
    code, out, _ = run("first-run", "--port", "8123")
    assert code == 0
    note = json.loads((var / NOTE).read_text(encoding="utf-8"))
    assert (var / NOTE).stat().st_mode & 0o777 == 0o600
    assert note["url"] == "http://127.0.0.1:8123"
    assert note["login"] == LOGIN
    assert len(bytes.fromhex(note["akismet_key"])) == 6
    assert note["password"] in out
    assert f"Bearer {note['api_key']}" in out
    with_note = (var / NOTE).read_bytes()
    out = run("first-run", "--port", "8123")[1]
    assert (var / NOTE).read_bytes() == with_note
    assert note["password"] not in out
    assert str(var / NOTE) in out
    run("first-run", "--port", "9000", "--host", "0.0.0.0")
    moved = json.loads((var / NOTE).read_text(encoding="utf-8"))
    assert moved == note | {"url": "http://127.0.0.1:9000"}


def test_a_first_run_that_was_cut_short_is_taken_up_again(
    ready: Run, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ConnectionAbortedError

    found = settings.load(os.environ)
    services = build_services(found)
    assert isinstance(services.store, SqlStore)
    with monkeypatch.context() as patch:
        patch.setattr("moderation.first_run.load_demo", fail)
        with pytest.raises(ConnectionAbortedError):
            prepare(services, var, "http://a", demo=True, address_key=b"k")
    assert not (var / NOTE).exists()
    note, fresh = prepare(services, var, "http://a", demo=True, address_key=b"k")
    with services.store.read() as work:
        assert [user.login for user in work.accounts.users()] == [LOGIN]
        assert work.comments.count("default") > 10
        assert len(work.articles.page("default")) == 2
    services.store.dispose()
    assert fresh
    assert note


def test_a_note_that_cannot_be_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("disk full")

    note = Note("http://a", LOGIN, "p", "k", "a", "c")
    _write(tmp_path / NOTE, note)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        _write(tmp_path / NOTE, replace(note, url="http://b"))
    assert _read(tmp_path / NOTE) == note
    assert (tmp_path / NOTE).stat().st_mode & 0o777 == 0o600


def test_a_note_that_was_taken_away_is_not_made_again(run: Run, var: Path) -> None:
    run("first-run", "--no-demo")
    (var / NOTE).unlink()
    code, out, _ = run("first-run", "--no-demo")
    assert (code, (var / NOTE).exists()) == (0, False)
    assert "password" not in out


def test_a_port_that_is_taken_is_named(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", str(port))
    assert code == 1
    assert f"port {port}" in err


def test_a_reader_that_goes_away_and_an_unknown_setting_leave_no_traceback(var: Path) -> None:
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        f"{sys.executable} -m moderation --help | true; {sys.executable} -m moderation db upgrade",
        shell=True,
        env=base | {"MODERATION_COLOUR": "red", "MODERATION_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "moderation: There is no setting 'colour'.\n"
