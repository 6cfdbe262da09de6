"""A trained encoder as the file it is served from: ONNX, its weights eight bits wide.

Weights are quantised per channel and kept to seven bits, so that processors without VNNI, whose
sixteen-bit sums would overflow, come to the same numbers as those with it. Activations take their
range from the row in hand, which is why rows are served one by one.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from moderation.scoring.deep import GRAPH, TOKENIZER
from moderation.scoring.encoder import INPUTS, OUTPUT
from training.encoder import Encoder, vocabulary

OPSET: Final = 17
_QUANTISED: Final = ["MatMul", "Gather"]


class _Served(torch.nn.Module):
    """One row, no padding: what is no context is the comment."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, tokens: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.encoder(tokens, None, types)
        return found


def export(encoder: Encoder, folder: Path) -> None:
    """Write graph and tokenizer into a version folder."""
    encoder.eval()
    row = torch.ones((1, 12), dtype=torch.long)
    types = torch.zeros_like(row)
    types[0, 8:] = 1
    lengths = {1: "tokens"}
    with TemporaryDirectory() as kept:
        whole = Path(kept) / "whole.onnx"
        torch.onnx.export(
            _Served(encoder),
            (row, types),
            str(whole),
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys(INPUTS, lengths),
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            folder / GRAPH,
            op_types_to_quantize=_QUANTISED,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    (folder / TOKENIZER).write_text(vocabulary(), encoding="utf-8")
