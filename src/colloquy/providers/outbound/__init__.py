"""Requests to addresses that customers typed, kept away from the networks this installation stands in."""
