"""Use cases of the privacy context. Callers own the transaction; nothing here commits."""
