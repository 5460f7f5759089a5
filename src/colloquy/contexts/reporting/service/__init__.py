"""Use cases of the reporting context. Callers own the transaction; nothing here commits."""
