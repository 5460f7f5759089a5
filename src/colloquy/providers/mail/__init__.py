"""Letters leaving the house: the port, its fake, and the ways a letter can travel."""
