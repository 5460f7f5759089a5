"""The only SQL of webhooks."""
