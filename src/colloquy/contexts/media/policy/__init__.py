"""Pure decisions about recordings and transcripts."""
