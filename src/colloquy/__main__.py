"""`python -m colloquy web|worker|scheduler|everything|migrate`: one role as a process."""

from colloquy.cli import app

if __name__ == "__main__":
    app(prog_name="python -m colloquy")
