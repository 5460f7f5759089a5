"""Whether what comes of interviews differs between groups of people: voluntary answers, kept apart, and tables."""
