"""What every embedding promises, asked of the fake and of the one that is built in."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from colloquy.providers.embeddings.fake import FakeEmbeddings
from colloquy.providers.embeddings.fastembed import FastembedEmbeddings
from colloquy.providers.embeddings.port import EmbeddingsMissingError
from colloquy.providers.embeddings.static import StaticEmbeddings, is_installed

needs_table = pytest.mark.skipif(not is_installed(), reason="the built-in embedding has no wheel for this machine")


class ContextualModel:
    """Stands in for fastembed's class, which cannot be had without its model: a row per word."""

    asked: dict[str, object]
    embedding_size = 8

    def __init__(self, name, **options) -> None:
        type(self).asked = {"name": name, **options}

    def embed(self, texts):
        for text in texts:
            yield np.ones((len(text.split()), self.embedding_size), np.float64)


@pytest.fixture(params=["fake", pytest.param("built-in", marks=needs_table), "fastembed"])
def embeddings(request, monkeypatch, tmp_path):
    if request.param == "fastembed":
        monkeypatch.setitem(sys.modules, "fastembed", SimpleNamespace(LateInteractionTextEmbedding=ContextualModel))
        return FastembedEmbeddings(models=tmp_path)
    return FakeEmbeddings() if request.param == "fake" else StaticEmbeddings()


def test_a_text_is_a_row_for_each_of_its_parts(embeddings):
    short, long = embeddings.vectors("an index"), embeddings.vectors("an index of the table")

    assert short.dtype == long.dtype == np.float32
    assert short.shape[1] == long.shape[1]
    assert 0 < len(short) < len(long)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_no_words_are_few_rows_of_the_same_width(embeddings, text):
    rows = embeddings.vectors(text)

    assert rows.shape[1] == embeddings.vectors("index").shape[1]
    assert len(rows) <= 2


def test_the_same_text_is_the_same_rows_from_every_thread(embeddings):
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(embeddings.vectors("a slow page"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(np.array_equal(found[0], one) for one in found)


def test_names_say_whose_vectors_they_are(embeddings):
    vendor, _, model = embeddings.name.partition(":")

    assert vendor
    assert model


@needs_table
def test_words_of_near_sense_lie_nearer_than_strangers():
    def direction(word):
        row = StaticEmbeddings().vectors(word).sum(axis=0)
        return row / np.linalg.norm(row)

    assert direction("delete") @ direction("remove") > 0.5
    assert direction("delete") @ direction("garden") < 0.2


@needs_table
def test_a_rare_word_has_a_longer_row_than_a_common_one():
    lengths = {word: np.linalg.norm(StaticEmbeddings().vectors(word), axis=1).max() for word in ("the", "pointer")}

    assert lengths["pointer"] > 5 * lengths["the"]


@needs_table
def test_the_package_itself_is_never_imported():
    code = (
        "import sys; from colloquy.providers.embeddings.static import StaticEmbeddings;"
        "StaticEmbeddings().vectors('a'); print('wordllama' in sys.modules, 'requests' in sys.modules)"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "False"]


def test_a_table_that_is_not_there_is_said(tmp_path):
    with pytest.raises(EmbeddingsMissingError, match="pip install wordllama"):
        StaticEmbeddings(tmp_path).vectors("a")


def test_fastembed_may_not_download_unless_it_is_allowed(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "fastembed", SimpleNamespace(LateInteractionTextEmbedding=ContextualModel))

    FastembedEmbeddings(models=tmp_path).vectors("a")
    assert ContextualModel.asked["local_files_only"] is True
    FastembedEmbeddings(models=tmp_path, may_fetch=True).vectors("a")
    assert ContextualModel.asked["local_files_only"] is False
    assert ContextualModel.asked["cache_dir"] == str(tmp_path)


def test_a_model_that_cannot_be_opened_is_said(monkeypatch, tmp_path):
    def missing(*_, **__):
        raise ValueError("no files")

    monkeypatch.setitem(sys.modules, "fastembed", SimpleNamespace(LateInteractionTextEmbedding=missing))
    with pytest.raises(EmbeddingsMissingError, match=r"is not in .*"):
        FastembedEmbeddings(models=tmp_path).vectors("a")


def test_without_fastembed_it_is_said_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(EmbeddingsMissingError, match=r"colloquy\[embeddings\]"):
        FastembedEmbeddings(models=tmp_path).vectors("a")
