"""The keys: who someone is; knows nothing of mortgages."""
