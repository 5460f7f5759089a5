"""Use cases of webhooks: endpoints and their secrets, messages and their tries."""
