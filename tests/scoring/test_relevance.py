"""Off-topic scoring as code: what it answers, and that it answers the same every time.

The model is fitted here on a few made-up threads; what a full one knows is in the case tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.comments import Article, Comment
from moderation.errors import InvalidInput, ModelInvalid
from moderation.scoring import relevance as module
from moderation.scoring.embeddings import pack, unpack
from moderation.scoring.relevance import Relevance
from moderation.scoring.relevance_features import NAMES, compare
from moderation.scoring.relevance_reading import MAX_GROWTH, own_words
from moderation.scoring.relevance_stack import BASE_RATE
from training.relevance import Fitted, fit

SUBJECTS = {
    "bridge": "bridge river girder crack steel engineer traffic lorry repair county",
    "school": "school pupil teacher lesson timetable parent classroom exam homework head",
    "football": "striker goal season club transfer manager stadium defender match league",
    "bread": "dough yeast flour oven crust bake rise knead loaf baker",
    "weather": "storm rain forecast hail wind thunder cloud flood snow temperature",
    "money": "bank bitcoin savings dollar interest loan market invest price coin",
    "garden": "tomato soil seed compost water leaf root flower weed greenhouse",
    "train": "train station platform delay ticket conductor rail track carriage fare",
}
FORMS = (
    "I think the {} and the {} matter more than any {} here, whatever the {} may say",
    "Nobody told us about the {} before, and now the {} makes the {} worse than the {}",
    "My brother knows the {} well and says that the {} was bad and so were the {} and the {}",
    "Why is the {} always blamed when it was the {} that broke the {} and not the {}",
)


def threads() -> Iterator[dict[str, str]]:
    """Rows as `training.datasets.load` gives them, of three sets with different contexts."""
    choose = np.random.default_rng(3)

    def sentence(words: str) -> str:
        chosen = choose.choice(words.split(), 4, replace=False)
        return FORMS[choose.integers(len(FORMS))].format(*chosen)

    sources = (
        "reddit_news_threads_unlabelled",
        "iac_4forums_unlabelled",
        "reddit_other_threads_unlabelled",
    )
    for (subject, words), source, thread, part in product(
        SUBJECTS.items(), sources, range(5), ("train", "calibrate", "develop")
    ):
        title, body = sentence(words), f"{sentence(words)}. {sentence(words)}."
        for number in range(4):
            full = source.startswith("iac")
            yield {
                "source": source,
                "id": f"{source}-{subject}-{thread}-{part}-{number}",
                "text": sentence(words),
                "title": title,
                "body": body if full else "",
                "parent": sentence(words) if full and number % 2 else "",
                "thread": f"{subject}-{thread}-{part}",
                "part": part,
                "use": "train",
            }


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(pd.DataFrame(list(threads())), seed=1, progress=False)


@pytest.fixture(scope="module")
def relevance(fitted: Fitted) -> Relevance:
    return Relevance.from_arrays(fitted.arrays, {})


BRIDGE = Article(
    "The bridge over the river is closed",
    "The engineer found a crack in a steel girder. The county says that the repair takes a year.",
)
ON = Comment("The county knew about the crack in the girder for years before this repair", BRIDGE)
OFF = Comment("My dough does not rise, the yeast was old and the oven burnt the crust", BRIDGE)
ANSWER = "Does anybody know why my dough never rises in the oven? The flour is fresh."


@pytest.mark.parametrize(
    ("article", "parent"),
    [(None, None), (Article(), None), (Article(" ", "\n"), " \t"), (None, "")],
)
def test_without_article_and_parent_there_is_no_score(
    relevance: Relevance, article: Article | None, parent: str | None
) -> None:
    assert relevance.scores([Comment("Anything at all", article, parent)]) == [None]


def test_a_comment_about_something_else_scores_higher(relevance: Relevance) -> None:
    on, off = relevance.scores([ON, OFF])
    assert on is not None
    assert off is not None
    assert off > on + 0.3


def test_a_reply_that_fits_its_parent_alone_is_on_topic(relevance: Relevance) -> None:
    lost, answer = relevance.scores([OFF, Comment(OFF.text, BRIDGE, ANSWER)])
    assert lost is not None
    assert answer is not None
    assert answer + 0.1 < lost


def test_a_score_is_the_same_alone_and_in_any_batch(fitted: Fitted) -> None:
    comments = [ON, OFF, Comment(OFF.text, None, ANSWER), Comment(ON.text, Article("Bread"))]
    together = Relevance.from_arrays(fitted.arrays, {}).scores(comments * 3)
    backwards = Relevance.from_arrays(fitted.arrays, {}).scores(comments[::-1])
    alone = [Relevance.from_arrays(fitted.arrays, {}).scores([one])[0] for one in comments]
    assert together == alone * 3
    assert backwards == alone[::-1]


def test_a_score_does_not_depend_on_what_was_read_before(
    fitted: Fitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Relevance.from_arrays(fitted.arrays, {}).scores([ON, OFF])
    monkeypatch.setattr(module, "CACHED_READINGS", 2)
    small = Relevance.from_arrays(fitted.arrays, {})
    for number in range(9):
        small.scores([Comment("Words", Article(f"Another title {number}", f"Body {number}"))])
        assert len(small._contexts) <= 2
    assert small.scores([ON, OFF]) == expected


def test_an_article_is_read_once(relevance: Relevance, monkeypatch: pytest.MonkeyPatch) -> None:
    relevance.scores([ON])
    read: list[str] = []
    inner = relevance._reader.read
    monkeypatch.setattr(
        type(relevance._reader), "read", lambda self, text: (read.append(text), inner(text))[1]
    )
    relevance.scores([ON, OFF, Comment("More of this", Article(BRIDGE.title, BRIDGE.text))])
    assert read == [ON.text, OFF.text, "More of this"]


def test_threads_get_the_same_scores(relevance: Relevance) -> None:
    comments = [
        Comment(f"{ON.text} {number}", Article(f"{BRIDGE.title} {number % 5}", BRIDGE.text))
        for number in range(40)
    ]
    expected = relevance.scores(comments)
    with ThreadPoolExecutor(8) as pool:
        assert [
            found for [found] in pool.map(relevance.scores, [[c] for c in comments])
        ] == expected


@pytest.mark.parametrize("text", ["Thanks!", "Agreed", "Well said", "😂😂", "???", "1"])
def test_a_short_reaction_keeps_near_the_base_rate(relevance: Relevance, text: str) -> None:
    [found] = relevance.scores([Comment(text, BRIDGE)])
    assert found is not None
    assert found < 0.3


def test_a_context_without_words_is_no_evidence(relevance: Relevance) -> None:
    assert relevance.scores([Comment(OFF.text, Article("!!!"))]) == [BASE_RATE]


def test_quoting_the_article_does_not_make_a_rant_fit(relevance: Relevance) -> None:
    quoted = Comment(f"> {BRIDGE.text}\n\n{OFF.text}", BRIDGE)
    assert relevance.scores([quoted]) == relevance.scores([OFF])


def test_the_longest_texts_are_scored(relevance: Relevance) -> None:
    longest = Comment(
        "bridge " * 2_800, Article("Bridge", "river x\ud800y " * 18_000), "a" * 20_000
    )
    [found] = relevance.scores([longest])
    assert found is not None
    assert 0 <= found <= 1


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.text(max_size=80))
@settings(max_examples=30, deadline=None)
def test_any_text_gets_a_probability(
    relevance: Relevance, text: str, title: str, body: str, parent: str
) -> None:
    [found] = relevance.scores([Comment(text, Article(title, body), parent)])
    if found is None:
        assert f"{title}{body}{parent}".strip() == ""
    else:
        assert 0 <= found <= 1


def test_there_is_a_number_for_every_feature(relevance: Relevance) -> None:
    one = relevance._reader.read(ON.text)
    features = compare(one, relevance._reader.read(BRIDGE.text))
    assert features.shape == (len(NAMES),)
    assert np.isfinite(features).all()


def test_the_same_data_and_seed_give_the_same_arrays(fitted: Fitted) -> None:
    again = fit(pd.DataFrame(list(threads())), seed=1, progress=False)
    assert again.arrays.keys() == fitted.arrays.keys()
    for name, array in fitted.arrays.items():
        assert np.array_equal(array, again.arrays[name]), name


def test_the_arrays_are_plain_numbers_and_small(fitted: Fitted) -> None:
    assert {name.partition(".")[0] for name in fitted.arrays} == {"off_topic"}
    assert all(array.dtype.kind in "fiu" for array in fitted.arrays.values())
    assert sum(array.nbytes for array in fitted.arrays.values()) < 20_000_000


def test_a_model_without_its_arrays_is_invalid(fitted: Fitted) -> None:
    assert "off_topic.features" in fitted.arrays
    for name in fitted.arrays:
        rest = {key: array for key, array in fitted.arrays.items() if key != name}
        with pytest.raises(ModelInvalid):
            Relevance.from_arrays(rest, {})


def test_a_model_for_other_features_is_invalid(fitted: Fitted) -> None:
    other = {"off_topic.features": np.frombuffer(b"shoe_size", dtype=np.uint8)}
    with pytest.raises(ModelInvalid):
        Relevance.from_arrays({**fitted.arrays, **other}, {})


def test_data_without_threads_cannot_be_learnt_from() -> None:
    data = pd.DataFrame(list(threads()))
    with pytest.raises(InvalidInput):
        fit(data.assign(source="waseem_hovy_tweets"), seed=1, progress=False)


def test_signs_that_stand_for_whole_phrases_are_read_up_to_a_bound() -> None:
    text = "\ufdfa" * 20_000
    assert len(own_words(text)) == MAX_GROWTH * len(text)
    assert len(own_words("\ufdfa")) == 18


def test_the_closest_passage_is_a_range_of_the_article_as_sent(relevance: Relevance) -> None:
    bread = "Every baker has a story of dough that would not rise and of a crust that burnt. "
    body = "&lt;b&gt;" + "The county closed the bridge over the river for its girder. " * 20
    [fit] = relevance.fits([Comment(OFF.text, Article("The bridge", body + bread * 12))])
    assert fit is not None
    assert fit.passage is not None
    start, end = fit.passage
    assert "dough" in (body + bread * 12)[start:end]
    assert "county" not in (body + bread * 12)[start + 200 : end]


@given(st.text(max_size=300), st.text(max_size=40), st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_the_closest_passage_lies_in_the_article(
    relevance: Relevance, body: str, title: str, text: str
) -> None:
    [fit] = relevance.fits([Comment(text, Article(title, body))])
    if fit is not None and fit.passage is not None:
        start, end = fit.passage
        assert 0 <= start < end <= len(body)


def test_parts_of_the_context_are_told_apart(relevance: Relevance) -> None:
    [fit] = relevance.fits([Comment(OFF.text, BRIDGE, ANSWER)])
    assert fit is not None
    assert fit.title is not None
    assert fit.text is not None
    assert fit.parent is not None
    assert fit.parent > max(fit.title, fit.text) + 0.1


def test_four_bits_keep_a_vector_to_a_fourteenth_of_its_largest_number() -> None:
    rows = np.random.default_rng(2).normal(size=(50, 16)).astype(np.float32)
    rows[7] = 0
    packed, scale = pack(rows)
    assert packed.nbytes == rows.size // 2
    most = np.abs(rows).max(axis=1, keepdims=True) / 14 + 1e-6
    assert (np.abs(unpack(packed, scale) - rows) <= most).all()
