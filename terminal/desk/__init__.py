"""The trade at the counter: intake, signing, submission, delivery; no I/O."""
