"""A real model server: llama.cpp's `llama-server`, with a model of our own making that knows nothing at all.

No weights can be fetched where tests run, so the model is two random layers over single bytes. It is a real one all the
same: it is loaded, tokenised, sampled and held to a JSON schema by the server's own grammar, and streamed by its own
code. What it says is noise, which is the point: noise must never become a mark.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import gguf
import numpy as np

_ROOT: Final = Path(__file__).resolve().parents[3]
_WIDTH, _LAYERS, _HEADS, _INNER = 64, 2, 4, 128
_CONTEXT: Final = 32_768


def find_server() -> str | None:
    """The program: `COLLOQUY_LLAMA_SERVER`, `var/llama/bin/llama-server` (make llama-server), or on the path."""
    built = _ROOT / "var" / "llama" / "bin" / "llama-server"
    return os.environ.get("COLLOQUY_LLAMA_SERVER") or (str(built) if built.exists() else shutil.which("llama-server"))


def write_model(path: Path) -> None:
    """A Llama of 2 layers and 260 tokens (bytes, three marks and the space), its weights drawn with a fixed seed."""
    drawn = np.random.default_rng(7)

    def weights(*shape: int, spread: float = 0.02) -> np.ndarray:
        return (drawn.standard_normal(shape) * spread).astype(np.float32)

    # The last one is the space of this kind of tokeniser; without it the grammar meets a mark that it does not know.
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{n:02X}>" for n in range(256)), "\N{LOWER ONE EIGHTH BLOCK}"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_INNER)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    unknown, control, byte = gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.BYTE
    writer.add_token_types([unknown, control, control] + [byte] * 256 + [gguf.TokenType.NORMAL])
    writer.add_add_space_prefix(False)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    # One direction is the same for every token, and leads to the quotation mark: otherwise no string would ever end.
    embedded, out = weights(len(tokens), _WIDTH, spread=0.6), weights(len(tokens), _WIDTH, spread=0.15)
    embedded[:, 0], out[:, 0] = 4.0, 0.0
    out[tokens.index("<0x22>"), 0] = 0.8
    writer.add_tensor("token_embd.weight", embedded)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    writer.add_tensor("output.weight", out)
    for layer in range(_LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(_WIDTH, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", weights(_WIDTH, _WIDTH))
        writer.add_tensor(f"blk.{layer}.ffn_gate.weight", weights(_INNER, _WIDTH))
        writer.add_tensor(f"blk.{layer}.ffn_up.weight", weights(_INNER, _WIDTH))
        writer.add_tensor(f"blk.{layer}.ffn_down.weight", weights(_WIDTH, _INNER))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@contextmanager
def serving(program: str, folder: Path) -> Iterator[str]:
    """The server with this model; gives the address of its OpenAI-compatible API. It is gone at the end."""
    model = folder / "noise.gguf"
    write_model(model)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--model", str(model), "--host", "127.0.0.1", "--port", str(port), "--ctx-size", str(_CONTEXT),
               "--threads", "1", "--parallel", "1", "--seed", "7"]  # fmt: skip
    with (folder / "server.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health", server, folder / "server.log")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the model server did not come up:\n{log.read_text(errors='replace')[-2000:]}")
