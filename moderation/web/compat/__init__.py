"""Protocols of other services, a module each: it parses, calls one use case, and renders.

None imports another, nor the native interface: what they share lies below.
"""
