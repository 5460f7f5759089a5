"""Use cases of letters: whom to write to, what to write, what became of it."""
