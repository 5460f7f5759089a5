"""Documents that strangers send: which kind each is, what about it a person should know, and why it is refused."""
