"""The only SQL of the interviews context, one file a subject."""
