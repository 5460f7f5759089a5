"""What several processes share for a minute: counters in Redis."""
