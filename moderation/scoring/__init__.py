"""Fitted things: a trained model behind the `Scorer` seam. No I/O but the registry's files."""

import os

# Before onnxruntime is imported anywhere: its builds report home unless told not to, and the thread
# that does it leaves every fork of its process unable to end.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
