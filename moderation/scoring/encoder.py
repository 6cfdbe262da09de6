"""The deep model's encoder: token ids to one uncalibrated logit a head, on one thread.

Eight-bit weights in onnxruntime. Its quantised products take their range over a whole input, so
every row is its own: what a text gets does not depend on what it is sent with.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from moderation.errors import ModelInvalid
from moderation.scoring.word_pieces import Pieces

INPUTS: Final = ("input_ids", "token_type_ids")
"""Names of the graph's inputs, each (1 x tokens) of int64."""

OUTPUT: Final = "logits"
"""Name of its output, (1 x heads) of float32."""


class Encoder:
    """One session; safe to share between threads and over a fork, as it has no threads."""

    def __init__(self, graph: bytes, heads: int) -> None:
        """Take an ONNX file's bytes.

        Raises `ModelInvalid` where they cannot be read or do not give `heads` logits.
        """
        options = onnxruntime.SessionOptions()
        # One request is one core's work; with one thread there is no pool that a fork would lose.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        # An arena would keep the room of the longest text ever seen.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:
            # The runtime has a class of its own for each kind of damage.
            raise ModelInvalid("the encoder's graph cannot be read") from problem
        # It would hold on to the file for a session on another device, which there never is.
        self._session._model_bytes = None
        names = tuple(one.name for one in self._session.get_inputs())
        gives = [(one.name, *one.shape[1:]) for one in self._session.get_outputs()]
        if names != INPUTS or gives != [(OUTPUT, heads)]:
            raise ModelInvalid("the encoder's inputs or outputs are not those of this version")

    def logits(self, row: Pieces) -> NDArray[np.float32]:
        """Uncalibrated logits, shape (heads,)."""
        tokens = np.array([row.ids], dtype=np.int64)
        types = np.zeros_like(tokens)
        types[0, row.own :] = 1
        (found,) = self._session.run([OUTPUT], dict(zip(INPUTS, (tokens, types), strict=True)))
        logits: NDArray[np.float32] = found[0]
        return logits
