"""Speed and memory of the product against their floors, and against a peer, in one run."""
