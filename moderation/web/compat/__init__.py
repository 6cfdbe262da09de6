"""Protocols of other services: parse, call one use case, render in the words of the protocol."""
