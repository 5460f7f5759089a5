"""The webhooks context: what is told to the programs of an organisation, and whether it arrived."""
