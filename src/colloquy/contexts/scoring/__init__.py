"""Numbers from evidence, and what people make of them."""
