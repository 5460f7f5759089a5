"""The inference context: which model answers, with which key, at what cost."""
