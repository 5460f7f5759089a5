"""Refusals of the inference context."""

from __future__ import annotations

from colloquy.kit.errors import NotFound, Refusal


class ModelNotFound(NotFound):
    """There is no such model, or it is another organisation's."""

    code = "model_not_found"


class KeyNotFound(NotFound):
    """There is no such key, or it is another organisation's."""

    code = "model_key_not_found"


class ModelExists(Refusal):
    """The organisation has this model at this address already."""

    code = "model_exists"


class KeyExists(Refusal):
    """The same key is in the pool already."""

    code = "model_key_exists"


class KeyRetired(Refusal):
    """A retired key is gone: only its name and its use are left."""

    code = "model_key_retired"


class TooManyModels(Refusal):
    """An organisation keeps a limited number of models and keys."""

    code = "too_many_models"


class NothingToTestWith(Refusal):
    """A key is tested by asking a model at its address, and there is none."""

    code = "nothing_to_test_with"
