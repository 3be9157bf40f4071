"""What a person runs from a fresh checkout, and the virtual devices that demo and tests use."""
