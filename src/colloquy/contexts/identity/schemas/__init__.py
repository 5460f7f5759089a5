"""What comes in and goes out at the borders of identity."""
