"""Organisations, people and roles; being signed in by browser or by program; who a secret link belongs to."""
