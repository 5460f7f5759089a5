"""Use cases of retention. Callers own the transaction; nothing here commits."""
