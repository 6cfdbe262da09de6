"""One text has one answer, to the bit: alone, in any company, on any thread, in any process."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from moderation.comments import Article, Comment
from moderation.labels import TEXT_LABELS, Label
from moderation.scoring import registry
from moderation.scoring.cascade import Doubt
from moderation.scoring.model import ModelScorer
from moderation.scoring.scorer import Assessment, Effort
from moderation.scoring.stacking import logit
from moderation.scoring.windows import MOST
from tests.scoring.conftest import MODELS, MakeFolder

BRIDGE = Article(
    "Old bridge stays closed until May",
    "The council will repair the piers first. Buses go round by the mill, and cyclists may use "
    "the footbridge. The shops on the market square ask for help with their rents.",
)
COMMENTS = [
    Comment("Thank you, that is a good idea."),
    Comment("You are a stupid idiot and nobody wants you here."),
    Comment("He is not an idiot, he is tired."),
    Comment("Y0u 1d10t!!"),
    Comment("The footbridge is icy in the morning.", BRIDGE),
    Comment("Buy bitcoin, it doubles every week.", BRIDGE),
    Comment("Which footbridge?", BRIDGE, "The footbridge is icy in the morning."),
    Comment("Go back to where you came from.", None, "My family moved here last year."),
    Comment("Someone wrote \u201cyou are vermin\u201d under my photo."),
    Comment("?!"),
    Comment("Das ist eine sehr gute Idee, danke."),
    Comment("The mayor was late again, and nobody told us why. " * 120 + "What a moron."),
]
MODES = ["fast", "auto", "deep"]


@pytest.fixture(params=["tiny", "shipped"])
def deep_scorer(request: pytest.FixtureRequest) -> ModelScorer:
    """The tiny model with an encoder, and the shipped one where it has one."""
    if request.param == "shipped":
        found: ModelScorer = request.getfixturevalue("shipped_deep")
        return found
    make: MakeFolder = request.getfixturevalue("make_deep_folder")
    return registry.load(make())


def bits(scorer: ModelScorer, comment: Comment) -> bytes:
    """What the encoder says of a comment before any rounding."""
    assert scorer._deep is not None
    said = scorer._deep.reader.read(comment, None, Doubt(True, True), scorer._rank)
    return b"".join(np.asarray(part).tobytes() for part in said if part is not None)


def in_every_mode(scorer: ModelScorer) -> list[list[Assessment]]:
    return [scorer.assess(COMMENTS, mode=mode) for mode in MODES]


@pytest.mark.parametrize("mode", MODES)
def test_alone_and_in_a_batch_in_any_order(deep_scorer: ModelScorer, mode: str) -> None:
    alone = [deep_scorer.assess([comment], mode=mode)[0] for comment in COMMENTS]
    assert deep_scorer.assess(COMMENTS, mode=mode) == alone
    order = list(range(len(COMMENTS)))
    random.Random(4).shuffle(order)
    shuffled = deep_scorer.assess([COMMENTS[place] for place in order], mode=mode)
    assert shuffled == [alone[place] for place in order]
    assert deep_scorer.assess([COMMENTS[1]] * 3, mode=mode) == [alone[1]] * 3


def test_from_several_threads_at_once(deep_scorer: ModelScorer) -> None:
    expected = [bits(deep_scorer, comment) for comment in COMMENTS]
    with ThreadPoolExecutor(4) as many:
        runs = [many.submit(lambda: [bits(deep_scorer, c) for c in COMMENTS]) for _ in range(4)]
        assert all(run.result() == expected for run in runs)


def test_after_a_fork_of_a_process_that_has_scored(deep_scorer: ModelScorer) -> None:
    expected = [bits(deep_scorer, comment) for comment in COMMENTS]
    assessed = in_every_mode(deep_scorer)

    def answer(sink: Connection) -> None:
        sink.send(([bits(deep_scorer, c) for c in COMMENTS], in_every_mode(deep_scorer)))

    assert _in_a_fork(answer) == (expected, assessed)
    assert [bits(deep_scorer, comment) for comment in COMMENTS] == expected


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="NO /proc: threads uncounted")
@pytest.mark.parametrize("first", ["moderation.scoring.encoder", "training"])
def test_the_runtime_reports_nothing_home_and_starts_no_thread_of_its_own(
    first: str, tmp_path: Path
) -> None:
    code = (
        f"import os, {first}, onnxruntime; print(os.environ['ORT_DISABLE_TELEMETRY'], "
        "len(os.listdir('/proc/self/task')))"
    )
    told = os.environ | {"MODERATION_VAR": str(tmp_path), "HOME": str(tmp_path)}
    # As gunicorn.conf.py has it: the algebra's own threads are not what is counted here.
    told |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    told = {name: value for name, value in told.items() if name != "ORT_DISABLE_TELEMETRY"}
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=MODELS.parent,
        env=told,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert printed.stdout.split() == ["1", "1"]


def test_in_a_model_that_is_loaded_again(
    request: pytest.FixtureRequest, deep_scorer: ModelScorer, make_deep_folder: MakeFolder
) -> None:
    shipped = "shipped" in request.node.name
    folder = MODELS / deep_scorer.version if shipped else make_deep_folder(root="again")
    again = registry.load(folder)
    assert in_every_mode(again) == in_every_mode(deep_scorer)
    assert [bits(again, c) for c in COMMENTS] == [bits(deep_scorer, c) for c in COMMENTS]


def test_the_mode_names_what_answered(deep_scorer: ModelScorer) -> None:
    fast, auto, deep = in_every_mode(deep_scorer)
    assert {found.mode for found in fast} == {"fast"}
    assert {found.mode for found in deep} == {"deep"}
    for found, linear, encoder in zip(auto, fast, deep, strict=True):
        # Off-topic and the labels are in doubt each for itself.
        either = [[one.scores[label] for label in TEXT_LABELS] for one in (linear, encoder)]
        assert [found.scores[label] for label in TEXT_LABELS] in either
        off_topic = [one.scores[Label.OFF_TOPIC] for one in (linear, encoder)]
        assert found.scores[Label.OFF_TOPIC] in off_topic
        if found.mode == "fast":
            assert found == linear


def test_the_shipped_model_gives_the_linear_answer_when_time_runs_out(
    shipped_deep: ModelScorer,
) -> None:
    hurried = registry.load(MODELS / shipped_deep.version, Effort("deep", 1e-9))
    found = hurried.assess(COMMENTS)
    assert all(one.out_of_time and one.mode == "fast" for one in found)
    linear = shipped_deep.assess(COMMENTS, mode="fast")
    assert [one.scores for one in found] == [one.scores for one in linear]


def test_the_shipped_model_weighs_off_topic_of_both(shipped_deep: ModelScorer) -> None:
    assert shipped_deep._deep is not None
    comment = COMMENTS[5]
    [found] = shipped_deep.assess([comment], mode="deep")
    fit = found.context_fit
    assert fit is not None
    said = shipped_deep._deep.reader.read(
        comment, fit.passage, Doubt(True, True), shipped_deep._rank
    )
    assert said.off_topic is not None
    weighed = shipped_deep._deep.stacking.off_topic(logit(fit.off_topic), said.off_topic)
    assert found.scores[Label.OFF_TOPIC] == round(weighed, 6)


def test_the_shipped_encoder_reads_a_few_windows_of_a_text_of_full_length(
    shipped_deep: ModelScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped_deep._deep is not None
    reader = shipped_deep._deep.reader
    lengths: list[int] = []
    rows = type(reader.pieces).rows

    def counted(*given: object) -> object:
        found = rows(*given)  # type: ignore[arg-type]
        lengths.extend(row.own for row in found)
        return found

    monkeypatch.setattr(type(reader.pieces), "rows", counted)
    text = ("The mayor was late again and nobody told us why. " * 500)[:20_000]
    [found] = shipped_deep.assess([Comment(text, BRIDGE)], mode="deep")
    assert found.mode == "deep"
    assert len(lengths) == MOST + 1
    assert max(lengths) <= reader.pieces.longest
    assert all(score is None or 0 < score < 1 for score in found.scores.values())


def test_the_shipped_encoder_gives_numbers_for_what_nobody_writes(
    shipped_deep: ModelScorer,
) -> None:
    assert shipped_deep._deep is not None
    logits = shipped_deep._deep.reader.logits
    assert np.isfinite(logits("\ud800 \x00 \ufdfa" * 50, "[SEP] [CLS]" * 50)).all()


def _in_a_fork(task: Callable[[Connection], None]) -> object:
    source, sink = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():
        # Newer releases of Python warn of a fork beside threads; that it is harmless is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = multiprocessing.get_context("fork").Process(target=task, args=(sink,))
        child.start()
    sink.close()
    try:
        assert source.poll(60), "the fork does not answer"
        return source.recv()
    finally:
        child.kill()
        child.join()
