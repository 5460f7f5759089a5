"""Use cases of the analysis context. Callers own the transaction; nothing here commits."""
