"""Use cases of the scoring context. Callers own the transaction; nothing here commits."""
