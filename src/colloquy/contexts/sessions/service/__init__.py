"""Use cases of a candidate's session. Callers own the transaction; nothing here commits."""
