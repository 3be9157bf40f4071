"""What goes into an evidence package beside the evidence: the verifier that runs anywhere."""
