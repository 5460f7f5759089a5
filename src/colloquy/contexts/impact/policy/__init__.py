"""Pure decisions: categories, rates, tests."""
