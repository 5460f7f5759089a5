"""What Colloquy tells people: letters to teams and candidates."""
