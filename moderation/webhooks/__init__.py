"""Tells the outside of what happens here: Standard Webhooks 1.0, at least once, over days.

`schedule` says when, `signing` writes, `calling` calls once, `handing` is the transactions before
and after a call, `courier` what a worker does with them. Nothing here holds a transaction while it
waits for somebody else's server.
"""
