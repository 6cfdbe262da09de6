"""Entry point of `python -m training`."""

import sys

from training.cli import run

sys.exit(run())
