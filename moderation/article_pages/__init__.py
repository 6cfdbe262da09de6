"""The text of an article from its page: fetched with care, read in a process of its own.

Knows neither sites nor storage: whether an address may be called is said by whoever asks.
"""
