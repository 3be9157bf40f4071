"""The registration office."""
