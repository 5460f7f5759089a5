import pytest

from colloquy.contexts.identity.policy.passwords import SHORTEST, problem, rule, words
from colloquy.contexts.identity.service import passwords

ADA = {"email": "ada.lovelace@example.com", "name": "Ada Byron Lovelace"}


@pytest.mark.parametrize(
    "password",
    ["eleven quiet herons", "Tr0ub4dor&3-xyz", "пятнадцать синих чаек", "a b c d e f g h and so on", "kRq8!mZp2@vLx9"],
)
def test_a_long_password_of_ones_own_is_accepted(password):
    assert problem(password, **ADA) is None


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "at least 12"),
        ("elevenchars", "this has 11"),
        ("ada.lovelace@example.com", "your name or e-mail"),
        ("ADA.LOVELACE", "your name or e-mail"),
        ("Ada Byron Lovelace", "your name or e-mail"),
        ("adabyronlovelace", "your name or e-mail"),
        ("passwordpassword", "tried first"),
        ("Correct Horse Battery Staple", "tried first"),
        ("qwertyuiop123", "tried first"),
        ("aaaaaaaaaaaaaaaa", "tried first"),
        ("abababababababab", "tried first"),
        ("1234567890123456", "tried first"),
        ("abcdefghijklmnop", "tried first"),
        ("zyxwvutsrqponm", "tried first"),
        ("x" * 201, "at most 200"),
    ],
)
def test_what_is_guessed_first_is_refused_in_words(password, says):
    assert says in problem(password, **ADA)


@pytest.mark.parametrize(
    "password",
    [
        "Northwind-Traders-2026",
        "colloquyNorthwind",
        "ada@northwind-traders",
        "Lovelace.Byron.2026!",
        "COLLOQUY colloquy 1",
    ],
)
def test_words_that_everybody_knows_make_no_password(password):
    assert "begins with your name" in problem(password, **ADA, organisation="Northwind Traders Ltd")


@pytest.mark.parametrize(
    "password", ["northwind blows hard today", "colloquy of seven herons", "ltd is not a word of note"]
)
def test_such_words_may_be_among_others(password):
    assert problem(password, **ADA, organisation="Northwind Traders Ltd") is None


def test_short_parts_of_names_forbid_nothing():
    assert words(email="a@b.example", name="Al Bo", organisation="") == {"colloquy"}
    assert problem("nobody saw the albatross", email="a@b.example", name="Al Bo") is None


def test_the_rule_names_the_length_that_is_checked():
    assert str(SHORTEST) in rule()


async def test_a_hash_opens_to_its_password_alone():
    stored = await passwords.hashed("eleven quiet herons")
    assert stored.startswith("$argon2id$")
    assert (await passwords.verify(stored, "eleven quiet herons")).right
    assert not (await passwords.verify(stored, "eleven quiet heron")).right
    assert not (await passwords.verify(None, "nobody's password, which opens nothing")).right
    assert not (await passwords.verify("not a hash", "eleven quiet herons")).right


async def test_a_hash_of_weaker_parameters_is_renewed_when_the_password_is_right():
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("eleven quiet herons")
    verdict = await passwords.verify(weak, "eleven quiet herons")
    assert verdict.right
    assert verdict.rehashed
    assert (await passwords.verify(verdict.rehashed, "eleven quiet herons")).rehashed is None
    assert (await passwords.verify(weak, "wrong")).rehashed is None
