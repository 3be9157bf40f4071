"""Papers: facts in, PDF bytes out, no clock."""
