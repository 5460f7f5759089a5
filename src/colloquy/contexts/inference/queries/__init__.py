"""The only SQL of the inference context."""
