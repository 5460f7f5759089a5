"""Use cases of conversations, by what somebody does."""
