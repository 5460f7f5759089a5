"""Decisions about conversations that need no database: what comes next, and how it may be worded."""
