"""Use cases of documents: gathering what is configured, and making them."""
