"""Language models. Callers import `port` for the types and `choose` for a model; adapters stay inside."""
