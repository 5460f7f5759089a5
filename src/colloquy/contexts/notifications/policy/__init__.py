"""Pure decisions: which words go out, to whom, in which language."""
