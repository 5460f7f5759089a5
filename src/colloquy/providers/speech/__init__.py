"""Speech to text. Callers import `port` for the types and `choose` for a recogniser; adapters stay inside."""
