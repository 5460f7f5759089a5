import subprocess
import sys

import pytest

from colloquy.providers.llm.choose import CannotChooseError
from colloquy.providers.llm.structured_choose import VENDOR_NAMES, structured_model

NEEDS_ADDRESS = {"vllm", "compatible"}


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_every_vendor_can_be_had_by_its_name(vendor: str):
    model = structured_model(vendor, "m", base_url="http://10.0.0.8:9000/v1" if vendor in NEEDS_ADDRESS else None)

    assert model.name == f"{vendor}:m"
    assert model.capabilities.vendor == vendor
    assert model.capabilities.local is (vendor in {"ollama", "lmstudio", "llamacpp"})


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("openai:gpt-5-mini", "native"),
        ("openai:gpt-4o", "native"),
        ("openai:gpt-4-turbo", "tool"),
        ("openai:gpt-4", "tool"),
        ("deepseek:deepseek-chat", "tool"),
        ("deepseek:deepseek-reasoner", "prompt"),
        ("qwen:qwen-plus", "tool"),
        ("qwen:qwen3-235b-a22b-thinking-2507", "prompt"),
        ("gemini:gemini-2.5-flash", "native"),
        ("google:gemma-3-27b-it", "prompt"),
        ("anthropic:claude-haiku-4-5", "native"),
        ("claude:claude-3-haiku-20240307", "tool"),
        ("anthropic:claude-sonnet-4-20250514", "tool"),
        ("ollama:llama3.2", "native"),
        ("ollama:gpt-oss:120b-cloud", "tool"),
    ],
)
def test_how_a_model_is_held_to_a_shape_is_known_beforehand(name: str, schema: str):
    vendor, _, model = name.partition(":")

    assert structured_model(vendor, model, base_url=None).capabilities.schema == schema


def test_a_server_on_this_machine_is_local_whatever_it_is():
    assert structured_model("openai", "m", base_url="http://127.0.0.1:8080/v1").capabilities.local
    assert not structured_model("ollama", "m", base_url="http://models.example.com/v1").capabilities.local


@pytest.mark.parametrize(
    ("vendor", "model", "url", "says"),
    [
        ("openai", " ", None, "Which model"),
        ("nosuch", "m", None, "compatible"),
        ("../secrets", "m", None, "no vendor"),
        ("vllm", "m", None, "address"),
        ("compatible", "m", None, "address"),
        ("openai", "m", "ftp://x", "http"),
        ("openai", "m", "https://", "names a server"),
        ("openai", "m", "https://user:pass@x.example", "key by itself"),
        ("openai", "m", "https://x.example/v1?key=secret", "key by itself"),
    ],
)
def test_what_cannot_work_says_what_to_change(vendor: str, model: str, url: str | None, says: str):
    with pytest.raises(CannotChooseError, match=says) as cannot:
        structured_model(vendor, model, base_url=url)
    assert "pass" not in str(cannot.value)
    assert "secret" not in str(cannot.value) or vendor == "../secrets"


def test_choosing_imports_no_sdk():
    script = (
        "import sys; from colloquy.providers.llm.structured_choose import structured_model\n"
        "structured_model('anthropic', 'claude-haiku-4-5', base_url=None)\n"
        "heavy = {'pydantic_ai', 'anthropic', 'openai', 'google.genai', 'httpx2', 'aiohttp'} & set(sys.modules)\n"
        "raise SystemExit(', '.join(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
