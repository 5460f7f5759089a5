import subprocess
import sys

import pytest

from colloquy.providers.llm.choose import CannotChooseError, choose_model


def test_without_a_setting_there_is_no_model():
    choice = choose_model(None)

    assert choice.model is None
    assert "nothing leaves this machine" in choice.line


@pytest.mark.parametrize(
    ("name", "key", "url", "adapter", "local"),
    [
        ("openai:gpt-5-mini", "k", None, "OpenAIChat", False),
        ("deepseek:deepseek-chat", "k", None, "OpenAIChat", False),
        ("qwen:qwen-plus", "k", None, "OpenAIChat", False),
        ("ollama:qwen3:8b", None, None, "OpenAIChat", True),
        ("vllm:any/model", None, "http://127.0.0.1:9000/v1", "OpenAIChat", True),
        ("compatible:m", None, "http://models.example.com/v1", "OpenAIChat", False),
        ("anthropic:claude-haiku-4-5", "k", None, "PydanticAIChat", False),
        ("gemini:gemini-2.5-flash", "k", None, "PydanticAIChat", False),
        ("openrouter:x/y", "k", None, "PydanticAIChat", False),
    ],
)
def test_a_model_is_chosen_by_vendor_and_name(name, key, url, adapter, local):
    choice = choose_model(name, key=key, url=url)

    assert type(choice.model).__name__ == adapter
    assert choice.model.name == name
    assert choice.model.capabilities.local is local
    assert ("sent there" in choice.line) is not local


@pytest.mark.parametrize(
    ("name", "key", "url", "says"),
    [
        ("gpt-5-mini", None, None, "vendor:model"),
        ("openai:", "k", None, "vendor:model"),
        ("openai:gpt-5-mini", None, None, "COLLOQUY_LLM_KEY"),
        ("anthropic:claude-haiku-4-5", None, None, "COLLOQUY_LLM_KEY"),
        ("vllm:m", None, None, "COLLOQUY_LLM_URL"),
        ("nosuch:m", "k", None, "compatible:m"),
        ("../secrets:m", "k", None, "no vendor"),
        ("openai:m", "k", "ftp://x", "http"),
    ],
)
def test_what_cannot_work_says_what_to_change(name, key, url, says):
    with pytest.raises(CannotChooseError, match=says):
        choose_model(name, key=key, url=url)


def test_choosing_imports_no_sdk():
    script = (
        "import sys; from colloquy.providers.llm.choose import choose_model\n"
        "choose_model('anthropic:claude-haiku-4-5', key='k')\n"
        "heavy = {'pydantic_ai', 'anthropic', 'openai', 'google.genai', 'aiohttp'} & set(sys.modules)\n"
        "raise SystemExit(', '.join(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
