"""The trade in the office: reception, rules, review, recording, issuing; no I/O."""
