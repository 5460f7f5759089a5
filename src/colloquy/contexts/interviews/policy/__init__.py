"""Decisions of the interviews context that need no database."""
