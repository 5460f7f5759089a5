"""Pure decisions of the privacy context."""
