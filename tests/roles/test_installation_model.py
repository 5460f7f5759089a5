import pytest

from colloquy.roles import choices
from colloquy.settings import Settings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, None),
        ("openai:gpt-5-mini", "openai:gpt-5-mini"),
        ("Ollama: qwen3:8b", "ollama:qwen3:8b"),
        ("openrouter:x/y", None),
    ],
)
def test_only_models_that_fill_in_forms_are_asked_to(name: str | None, expected: str | None):
    made = choices.installation(Settings(llm=name, llm_key="k", _env_file=None))

    assert (made and made.model.name) == expected
