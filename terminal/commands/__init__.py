"""The commands of a counter, by what they are about; `terminal.cli` says which there are."""
