"""What is really configured, as the documents need it. Nothing of any candidate is among it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the operator has set for the whole installation.

    `components`: the libraries installed, by name and version. `recogniser` and `language_model` are "vendor:model";
    the latter is empty without one. `mail_host` is None where letters stay on this machine, `speech_host` where speech
    does. `spans_host`: where notes of calls of models go, with what was said in them if `spans_content`.
    """

    version: str
    components: tuple[tuple[str, str], ...]
    recogniser: str
    speech_host: str | None
    language_model: str
    model_host: str
    mail_host: str | None
    scanner: bool
    spans_host: str | None = None
    spans_content: bool = False


@dataclass(frozen=True, slots=True)
class ModelFact:
    """A language model: "vendor:model", the host asked (empty: the vendor's own), what for, whether it is on."""

    name: str
    host: str
    tasks: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """A candidate's notice as it would be shown on the day of the facts, in the interview's language."""

    language: str
    version: str
    hash: str
    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class InterviewFact:
    """One interview. `days` are those of media, words, record and logs; `places` are names in English.

    `notice` is None for an interview without questions, which asks nobody anything.
    """

    title: str
    state: str
    language: str
    rubric_version: str
    kinds: tuple[str, ...]
    questions: int
    blind_review: bool
    people_only: bool
    places: tuple[str, ...]
    days: tuple[int, int, int, int]
    notice: NoticeFact | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the documents of one organisation are made from. The same facts make the same documents.

    `evaluator` and `prompt_version` are those of the program that evaluates without a model. `receivers` are the hosts
    of webhooks that are on. `stored` are the kinds of rows that are erased with a candidate, by table.
    """

    organisation: str
    contact: str | None
    day: date
    surroundings: Surroundings
    evaluator: str
    prompt_version: str
    models: tuple[ModelFact, ...]
    interviews: tuple[InterviewFact, ...]
    receivers: tuple[str, ...]
    stored: tuple[tuple[str, str], ...]
