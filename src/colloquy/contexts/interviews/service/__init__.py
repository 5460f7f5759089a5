"""Use cases of the interviews context, one file a verb. Callers own the transaction; nothing here commits."""
