"""A whole office and a counter on this machine, as the demo, the benchmarks and tests use it."""
