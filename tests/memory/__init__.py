"""The office's store in dictionaries: the same laws as the real one, no disk, no waiting.

`tests/contract/test_works.py` runs over this and over the real databases alike.
"""
