"""The commands of `python -m moderation`, a module a group.

Each module has `add(commands)`, which declares its commands and the function that
runs each: thin shells that read arguments, call one function, and print.
"""
