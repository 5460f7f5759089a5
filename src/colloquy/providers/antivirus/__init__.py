"""Whether a file holds something that is known to be dangerous."""
