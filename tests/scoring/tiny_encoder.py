"""An encoder small enough to reckon by hand, as the files that a model folder holds.

A head's logit is the highest of what each token of the row weighs for it: nothing for most, and
what `WEIGHS` says for a few words; whatever stands under a context weighs one more. The graph is
written byte by byte, as the wire format of protocol buffers has it, so that no test needs a
package that only training has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from moderation.labels import TEXT_LABELS, Label
from moderation.scoring.encoder import INPUTS, OUTPUT

HEADS: Final = [*(label.value for label in TEXT_LABELS), Label.OFF_TOPIC.value]
WEIGHS: Final = {"weasel": (Label.INSULT, 6.0), "bitcoin": (Label.OFF_TOPIC, 5.0)}
"""Words of the encoder's own, with the head that they weigh for and how much."""

LONGEST, LONGEST_CONTEXT = 16, 12
"""Tokens of a comment, and of what it is read under."""

_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
VOCABULARY: Final = [
    *_MARKS,
    *_LETTERS,
    *(f"##{letter}" for letter in _LETTERS),
    *".,!?'-[]",
    *("the", "you", "are", "town", "hall", "bridge", "vote", "thank", "idiot"),
    *WEIGHS,
]

_FLOAT, _INT64 = 1, 7
"""Element types, and kinds of attributes, by their number in ONNX."""


def tokenizer() -> str:
    """Letters and a few whole words, read as BERT reads."""
    made = Tokenizer(
        WordPiece({token: place for place, token in enumerate(VOCABULARY)}, unk_token="[UNK]")
    )
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.add_special_tokens(list(_MARKS))
    return str(made.to_str())


def weights(tokens: int = len(VOCABULARY)) -> NDArray[np.float32]:
    """What each token weighs for each head, shape (tokens, heads)."""
    table = np.zeros((tokens, len(HEADS)), dtype=np.float32)
    for word, (label, weight) in WEIGHS.items():
        table[VOCABULARY.index(word), HEADS.index(label.value)] = weight
    return table


def graph(table: NDArray[np.float32] | None = None, output: str = OUTPUT) -> bytes:
    """The file's bytes; `table` in the place of `weights()`."""
    table = weights() if table is None else table
    heads = table.shape[1]
    kinds = np.array([np.zeros(heads), np.ones(heads)], dtype=np.float32)
    nodes = [
        _node("Gather", ["table", INPUTS[0]], "of_token"),
        _node("Gather", ["kinds", INPUTS[1]], "of_kind"),
        _node("Add", ["of_token", "of_kind"], "both"),
        _node("ReduceMax", ["both"], output, _axes(1) + _whole(5, _named("keepdims", 0))),
    ]
    held = [_tensor("table", table), _tensor("kinds", kinds)]
    inputs = [_value(name, _INT64, (1, "tokens")) for name in INPUTS]
    inner = b"".join(
        [
            *(_whole(1, node) for node in nodes),
            _whole(2, b"tiny"),
            *(_whole(5, tensor) for tensor in held),
            *(_whole(11, value) for value in inputs),
            _whole(12, _value(output, _FLOAT, (1, heads))),
        ]
    )
    return _number(1, 8) + _whole(7, inner) + _whole(8, _number(2, 13))


def stack_arrays() -> dict[str, NDArray[Any]]:
    """Both logits count in full; under a context, each of the encoder's two by half."""
    alone, under = [1.0, 1.0, 0.0, 0.0], [1.0, 0.5, 0.5, 0.0]
    labels = np.array([[alone] * len(TEXT_LABELS), [under] * len(TEXT_LABELS)])
    return {"stack.labels": labels, "stack.off_topic": np.array([0.5, 1.0, -1.0])}


def section(**changes: object) -> dict[str, Any]:
    """The manifest's `deep`."""
    cutoffs = {label.value: {"review": 0.6, "block": None} for label in Label}
    bands = {label.value: [0.1, 0.9] for label in Label}
    found = {
        "heads": HEADS,
        "longest": LONGEST,
        "longest_context": LONGEST_CONTEXT,
        "bands": bands,
        "cutoffs": {"auto": cutoffs, "deep": cutoffs},
    }
    return {name: value for name, value in (found | changes).items() if value is not None}


def files(changes: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Graph and tokenizer by their names."""
    return {"encoder.onnx": graph(), "tokenizer.json": tokenizer().encode()} | dict(changes or {})


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _whole(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _named(name: str, value: int) -> bytes:
    """An attribute that is one integer."""
    return _whole(1, name.encode()) + _number(3, value) + _number(20, 2)


def _axes(axis: int) -> bytes:
    """The attribute of a node that names one axis."""
    return _whole(5, _whole(1, b"axes") + _number(8, axis) + _number(20, 7))


def _node(kind: str, takes: list[str], gives: str, attributes: bytes = b"") -> bytes:
    named = b"".join(_whole(1, name.encode()) for name in takes)
    return named + _whole(2, gives.encode()) + _whole(4, kind.encode()) + attributes


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    sizes = b"".join(_number(1, size) for size in values.shape)
    return sizes + _number(2, _FLOAT) + _whole(8, name.encode()) + _whole(9, values.tobytes())


def _value(name: str, element: int, shape: tuple[int | str, ...]) -> bytes:
    sizes = b"".join(
        _whole(1, _number(1, size) if isinstance(size, int) else _whole(2, size.encode()))
        for size in shape
    )
    kind = _whole(1, _number(1, element) + _whole(2, sizes))
    return _whole(1, name.encode()) + _whole(2, kind)
