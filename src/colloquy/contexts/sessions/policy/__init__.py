"""Decisions about sessions that need no database."""
