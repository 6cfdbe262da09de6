"""The native JSON API, one module a resource."""
