"""The log level of card traffic."""

TRAFFIC = 5
"""Below DEBUG: instruction, lengths and status words, never data."""
