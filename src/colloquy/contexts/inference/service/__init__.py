"""Use cases of the inference context."""
