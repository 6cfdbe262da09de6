"""Fitted things: a trained model behind the `Scorer` seam. No I/O but the registry's files."""
