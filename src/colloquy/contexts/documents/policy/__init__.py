"""What the documents say, decided from facts alone."""
