"""Decisions of the identity context that need no database."""
