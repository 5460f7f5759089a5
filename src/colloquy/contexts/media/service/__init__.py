"""Use cases of recordings. Callers own the transaction; nothing here commits."""
