"""A folder with an encoder that does not fit is refused, and says what is wrong with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from moderation.comments import Comment
from moderation.errors import ModelInvalid
from moderation.scoring import registry
from moderation.scoring.active import ActiveModel
from moderation.scoring.encoder import Encoder
from moderation.scoring.registry import Registry
from tests.scoring.conftest import MakeFolder
from tests.scoring.tiny_encoder import HEADS, graph, section, stack_arrays, tokenizer, weights

FILES = ["encoder.onnx", "tokenizer.json"]

CUTOFFS = section()["cutoffs"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["flipped", "emptied", "missing"])
def test_a_file_that_was_touched_is_named(
    make_deep_folder: MakeFolder, name: str, harm: str
) -> None:
    path = make_deep_folder() / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(b"" if harm == "emptied" else content)
    if harm == "missing":
        path.unlink()
    with pytest.raises(ModelInvalid, match=name.replace(".", r"\.")):
        registry.load(path.parent)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_manifest_does_not_list_is_not_read(
    make_deep_folder: MakeFolder, name: str
) -> None:
    folder = make_deep_folder()
    path = folder / registry.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["files"][name]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelInvalid, match="does not list"):
        registry.load(folder)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("encoder.onnx", b"", "graph cannot be read"),
        ("encoder.onnx", b"no graph", "graph cannot be read"),
        ("encoder.onnx", graph()[:-40], "graph cannot be read"),
        ("encoder.onnx", graph(output="other"), "inputs or outputs"),
        ("encoder.onnx", graph(weights()[:, :-1]), "inputs or outputs"),
        # Fewer rows than the tokenizer has tokens: a comment with the last word would break it.
        ("encoder.onnx", graph(weights()[:-1]), "do not fit together"),
        ("encoder.onnx", graph(np.full_like(weights(), np.nan)), "no finite numbers"),
        ("tokenizer.json", b"", "tokenizer"),
        ("tokenizer.json", b"\xff", "UnicodeDecodeError"),
        ("tokenizer.json", tokenizer().replace("[SEP]", "[END]").encode(), r"\[SEP\]"),
    ],
)
def test_a_sealed_file_that_is_no_good_is_refused_with_its_reason(
    make_deep_folder: MakeFolder, name: str, content: bytes, complaint: str
) -> None:
    with pytest.raises(ModelInvalid, match=complaint):
        registry.load(make_deep_folder(files={name: content}))


@pytest.mark.parametrize(
    ("deep", "complaint"),
    [
        ({}, "longest"),
        ([], "deep"),
        ("deep", "deep"),
        (section(heads=None), "heads"),
        (section(heads=HEADS[:-1]), "inputs or outputs"),
        (section(longest=None), "longest"),
        (section(longest="long"), "deep"),
        (section(longest=2), "room"),
        (section(longest_context=None), "longest_context"),
        (section(longest_context=1), "room"),
        (section(bands=None), "bands"),
        (section(bands={"insult": [0.9, 0.1]}), "bands"),
        (section(cutoffs=None), "cutoffs"),
        (section(cutoffs=[]), "deep"),
        (section(cutoffs={"auto": CUTOFFS["auto"]}), "'deep'"),
        (section(cutoffs={"deep": CUTOFFS["deep"]}), "'auto'"),
        (section(cutoffs=CUTOFFS | {"deep": {"insult": {"review": 0.5}}}), "block"),
        (section(cutoffs=CUTOFFS | {"deep": {"rudeness": {"review": 0.5, "block": None}}}), "deep"),
    ],
)
def test_a_section_that_lacks_something_is_refused_with_its_reason(
    make_deep_folder: MakeFolder, deep: object, complaint: str
) -> None:
    with pytest.raises(ModelInvalid, match=complaint):
        registry.load(make_deep_folder(deep=deep))


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({}, r"stack\.labels"),
        ({"stack.labels": stack_arrays()["stack.labels"]}, r"stack\.off_topic"),
        (stack_arrays() | {"stack.labels": np.zeros((2, 6, 3))}, "shape"),
        (stack_arrays() | {"stack.labels": np.zeros((2, 5, 4))}, "other heads"),
        (stack_arrays() | {"stack.off_topic": np.full(3, np.nan)}, "finite"),
    ],
)
def test_stacking_that_does_not_fit_is_refused_with_its_reason(
    make_deep_folder: MakeFolder, arrays: object, complaint: str
) -> None:
    with pytest.raises(ModelInvalid, match=complaint):
        registry.load(make_deep_folder(arrays=arrays))


def test_the_version_before_stays_in_force(
    make_deep_folder: MakeFolder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Registry(tmp_path / "shipped", tmp_path / "local")
    make_deep_folder("1.0.0")
    make_deep_folder("2.0.0", root="local", files={"encoder.onnx": graph(weights()[:-1])})
    source = ActiveModel(shelf)
    [before] = source.current().assess([Comment("you are a weasel")])
    with pytest.raises(ModelInvalid, match="do not fit together"):
        shelf.activate("2.0.0")
    shelf.active_file.write_text("2026-01-01T00:00:00Z 2.0.0\n", encoding="utf-8")
    assert source.current().version == "1.0.0"
    assert source.current().assess([Comment("you are a weasel")]) == [before]
    assert "2.0.0 is not loaded: encoder and tokenizer do not fit together" in caplog.text


def test_files_of_an_encoder_without_a_section_are_left_alone(
    make_deep_folder: MakeFolder,
) -> None:
    folder = make_deep_folder()
    path = folder / registry.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["deep"]
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert registry.load(folder).modes == ("fast",)


def test_an_encoder_does_not_hold_on_to_its_file() -> None:
    content = graph()
    held = sys.getrefcount(content)
    encoder = Encoder(content, len(HEADS))
    assert sys.getrefcount(content) == held
    assert encoder is not None
