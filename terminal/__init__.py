"""One counter in one branch."""
