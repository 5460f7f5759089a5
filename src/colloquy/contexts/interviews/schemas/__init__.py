"""Interviews at the border: what comes in, strictly, and what goes out."""
