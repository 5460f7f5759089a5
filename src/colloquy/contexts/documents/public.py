"""The front door of documents: for the command line, and for the root that knows the settings."""

from colloquy.contexts.documents.policy.facts import Surroundings
from colloquy.contexts.documents.service.gather import gather
from colloquy.contexts.documents.service.make import KINDS, make

__all__ = ["KINDS", "Surroundings", "gather", "make"]
