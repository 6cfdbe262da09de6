"""Pure text rules: strings in, values out."""
