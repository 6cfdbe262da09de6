"""Readers of what other systems export: one module a format, records out, no database."""
