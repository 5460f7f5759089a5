"""Use cases of the identity context, one file a verb. Callers own the transaction; nothing here commits."""
