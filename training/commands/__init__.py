"""Commands of `python -m training`: each a thin shell over a function of its own module."""
