"""Pure decisions: which clock ends when, what the law asks, what a certificate says."""
