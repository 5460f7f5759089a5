"""Where a conversation stands, read from what was said: which topic, what was asked on it, what is still to come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from colloquy.contexts.conversations.policy.interviewer import Act, Plan, Said
from colloquy.contexts.interviews.public import Topic

_ALONG = re.compile(r"with_(\d+)")


@dataclass(frozen=True, slots=True)
class Course:
    """`last` is the interviewer's last act, `reply` what the candidate has said since. The rest is about `topic`, the
    one being talked about: the candidate's `answers` to it, the `lacks` asked after, how often what was `clarifies`.
    """

    last: Act | None
    reply: str
    topic: Topic | None
    together: bool
    remaining: tuple[Topic, ...]
    answers: tuple[str, ...]
    lacks: tuple[str, ...]
    clarifies: Counter[str]
    last_question: str
    wrapping_up: bool

    @property
    def follow_ups(self) -> int:
        """How many follow-ups the topic has had."""
        return len(self.lacks)

    @property
    def followed_up(self) -> bool:
        """Whether the topic has had any."""
        return bool(self.lacks)

    def clarified(self, kind: str) -> int:
        """How often that kind of help was given on the topic."""
        return self.clarifies[kind]


def course(plan: Plan, said: Sequence[Said]) -> Course:
    """Where the conversation stands. Messages on topics that the plan does not have are passed over."""
    places: dict[UUID | None, int] = {topic.id: at for at, topic in enumerate(plan.topics)}
    spoken = [at for at, message in enumerate(said) if message.who == "interviewer"]
    asks = [at for at in spoken if said[at].act is Act.ASK and said[at].topic_id in places]
    asked: set[int] = set()
    for at in asks:
        asked.update(_covered(said[at], places))
    begun = asks[-1] if asks else 0
    since = said[begun:]
    own = [message for message in since if message.who == "interviewer"]
    return Course(
        last=said[spoken[-1]].act if spoken else None,
        reply="\n".join(message.text for message in said[spoken[-1] + 1 :]) if spoken else "",
        topic=_topic(plan, said[begun], places) if asks else None,
        together=bool(asks) and len(_covered(said[begun], places)) > 1,
        remaining=tuple(topic for at, topic in enumerate(plan.topics) if at not in asked),
        answers=tuple(message.text for message in since if message.who == "candidate"),
        lacks=tuple(message.lack or "" for message in own if message.act is Act.FOLLOW_UP),
        clarifies=Counter(message.lack or "" for message in own if message.act is Act.CLARIFY),
        last_question=next((m.text for m in reversed(own) if m.act in {Act.ASK, Act.FOLLOW_UP}), ""),
        wrapping_up=any(said[at].act is Act.WRAP_UP for at in spoken),
    )


def _topic(plan: Plan, message: Said, places: Mapping[UUID | None, int]) -> Topic:
    return plan.topics[places[message.topic_id]]


def _covered(message: Said, places: Mapping[UUID | None, int]) -> range:
    """The places of the topics that an ASK covers: its own, and those asked along with it."""
    first = places[message.topic_id]
    along = _ALONG.fullmatch(message.lack or "")
    return range(first, min(first + 1 + (int(along[1]) if along else 0), len(places)))
