"""Decisions about the log that need no database: is the chain whole, what a file says, what actions are called."""
