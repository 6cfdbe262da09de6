"""Perspective API v1alpha1 as plain values: attributes, requests, replies, faults, discovery.

Knows neither HTTP nor Flask: `attributes` says what each of its names is made of, `shapes` and
`requests` read and check, `replies` renders, `faults` is its error envelope with the `errorType` of
every case, `multipart` takes batches apart, `discovery` describes it all to client generators.
"""
