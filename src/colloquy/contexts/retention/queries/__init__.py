"""The only SQL of the retention context."""
