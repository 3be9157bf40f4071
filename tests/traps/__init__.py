"""The trap set: clean cases changed in many ways, each with what the law says becomes of it.

What is expected is written by hand beside each change, from the law's articles and from the readings
that are taken where they leave room; nothing of it is taken from the rules that are tried.
`python -m tests.traps` runs all of it, the suite a part.
"""
