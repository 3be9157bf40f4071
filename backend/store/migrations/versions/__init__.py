"""One module for each change of form; never edited after a release."""
