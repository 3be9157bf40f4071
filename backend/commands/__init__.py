"""The operator's commands, by what they are about; `backend.cli` says which there are."""
