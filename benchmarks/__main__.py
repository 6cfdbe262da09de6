"""`python -m benchmarks`."""

import sys

from benchmarks.cli import run

if __name__ == "__main__":
    sys.exit(run())
