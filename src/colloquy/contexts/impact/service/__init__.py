"""Use cases, one file a verb. Callers own the transaction."""
