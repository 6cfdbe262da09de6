"""The native protocol as plain values: what it takes, what it answers, how JSON is read.

Knows neither HTTP nor Flask, so that the command line and the web say the same thing:
`decoding` reads JSON and blames the field at fault, `requests` checks what was asked,
`replies` makes answers from the words of the domain, `faults` is the one error shape.
"""
