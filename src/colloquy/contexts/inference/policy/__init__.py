"""Pure decisions about models: which one, whether now, what it costs."""
