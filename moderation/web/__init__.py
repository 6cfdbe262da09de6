"""The HTTP face: the only part that knows Flask."""
