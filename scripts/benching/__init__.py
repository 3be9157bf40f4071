"""The parts of the benchmark: each measures one thing and, in the same run, its floor."""
