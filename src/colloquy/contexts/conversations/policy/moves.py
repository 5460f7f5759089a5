"""What the interviewer does next: decided here, by rules, whoever words it. Pure and deterministic.

Every planned topic is asked once and in order. On each, up to `follow_ups` questions go after what the candidate's
words lack; somebody who does not know is helped once and then left in peace; a question back is answered. Time is
kept: follow-ups are dropped first, then topics are asked together, and the conversation ends kindly when it is over.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from colloquy.contexts.conversations.policy.interviewer import Act, Move, Plan, Said
from colloquy.contexts.conversations.policy.lacks import Lack, lacks_of
from colloquy.contexts.conversations.policy.moves_course import Course, course
from colloquy.contexts.conversations.policy.moves_reading import QUESTIONS, Read, Reading, read
from colloquy.contexts.conversations.policy.wording import Words, words
from colloquy.contexts.interviews.public import Topic

LAST_SECONDS: Final = 20.0
"""Less is not enough for anybody to answer: the conversation closes."""
_TOPIC_SECONDS: Final = 45.0
"""What a topic needs at the least: half a minute of speech, or two typed sentences."""
_FOLLOW_UP_SECONDS: Final = 40.0
_WRAP_UP_SECONDS: Final = 45.0
_KEPT_SHARE: Final = 0.5
"""Of an even share of the whole time: what each topic still to come is sure of before a follow-up is asked."""
_MOST_TOGETHER: Final = 3
_MOST_QUESTIONS_BACK: Final = 2
TOGETHER: Final = "with_"
"""`lack` of a move that asks further topics along with its own: `with_2` covers the two that follow as well."""


def next_move(plan: Plan, said: Sequence[Said], *, seconds_left: float) -> Move:
    """What the interviewer does now, and its wording. After a closing, another closing: the conversation is over.

    `said` is everything that counts so far; the answer to the last question is what the candidate has said since.
    No reply at all is taken as "I don't know". Terminates: each topic has at most 1 + `follow_ups` + 4 turns.
    """
    so_far, say = course(plan, said), words(plan, said)
    if seconds_left <= 0:
        return _closing(say, "closing_time")
    if so_far.last is None:
        return _move(Act.GREETING, say, "greeting", title=plan.interview_title, minutes=_minutes(seconds_left))
    if so_far.last is Act.CLOSING:
        return _closing(say, "closing")
    if seconds_left <= LAST_SECONDS:
        return _closing(say, "closing_time")
    reply = read(so_far.reply)
    if so_far.wrapping_up:
        return _closing(say, "closing_question" if reply.reading in QUESTIONS else "closing")
    if so_far.topic is None:
        return _after_greeting(plan, so_far, say, reply, seconds_left)
    stay = _stay(plan, so_far, say, reply, seconds_left)
    return stay or _go_on(plan, so_far, say, seconds_left, gently=reply.reading in {Reading.NOTHING, Reading.SKIP})


def farewell(plan: Plan, said: Sequence[Said], *, time_over: bool) -> Move:
    """The closing of a conversation that ends here, because the time is over or because somebody ends it."""
    return _closing(words(plan, said), "closing_time" if time_over else "closing")


def _after_greeting(plan: Plan, so_far: Course, say: Words, reply: Read, seconds_left: float) -> Move:
    if reply.reading in {Reading.TIME, Reading.WHO} and so_far.clarified(reply.reading) == 0:
        text = say.first_new(say.from_list(reply.reading.value, minutes=_minutes(seconds_left)))
        if text is not None:
            return Move(Act.CLARIFY, None, reply.reading.value, text)
    return _go_on(plan, so_far, say, seconds_left, gently=False)


def _stay(plan: Plan, so_far: Course, say: Words, reply: Read, seconds_left: float) -> Move | None:
    """The next turn on the same topic; None when it is done."""
    if reply.reading is Reading.SKIP:
        return None
    if reply.reading in QUESTIONS:
        return _answer_back(so_far, say, reply.reading, seconds_left)
    if reply.reading is Reading.DEFLECTED:
        return _help(so_far, say, Reading.DEFLECTED)
    nothing = reply.reading is Reading.NOTHING or (reply.reading is Reading.SHORT and not so_far.followed_up)
    if nothing:
        # Somebody who has told what they know and is at a loss about a detail is not pressed for it.
        return None if so_far.followed_up else _help(so_far, say, Reading.NOTHING)
    return _follow_up(plan, so_far, say, seconds_left)


def _answer_back(so_far: Course, say: Words, reading: Reading, seconds_left: float) -> Move | None:
    if sum(so_far.clarified(each) for each in QUESTIONS) >= _MOST_QUESTIONS_BACK:
        return None
    assert so_far.topic is not None  # noqa: S101 - the caller has looked
    name = "focus" if so_far.followed_up and reading in {Reading.REPEAT, Reading.REPHRASE} else reading.value
    candidates = say.from_list(name, topic=so_far.topic.text, last=so_far.last_question, minutes=_minutes(seconds_left))
    text = next((text for text in candidates if text not in {s.text for s in say.said}), None)
    return None if text is None else Move(Act.CLARIFY, so_far.topic.id, reading.value, text)


def _help(so_far: Course, say: Words, reading: Reading) -> Move | None:
    """One gentle turn for somebody without an answer, one calm one for somebody who tries to steer; then no more."""
    assert so_far.topic is not None  # noqa: S101 - the caller has looked
    text = None if so_far.clarified(reading) else say.first_new(say.from_list(reading.value))
    return None if text is None else Move(Act.CLARIFY, so_far.topic.id, reading.value, text)


def _follow_up(plan: Plan, so_far: Course, say: Words, seconds_left: float) -> Move | None:
    topic = so_far.topic
    if topic is None or so_far.together or so_far.follow_ups >= plan.follow_ups:
        return None
    if seconds_left < _FOLLOW_UP_SECONDS + len(so_far.remaining) * _kept_for_each(plan):
        return None
    answer = " ".join(read(text).answer for text in so_far.answers)
    for lack in _to_ask(topic, answer, so_far):
        text = say.follow_up(lack.value, answer)
        if text is not None:
            return Move(Act.FOLLOW_UP, topic.id, lack.value, text)
    return None


def _to_ask(topic: Topic, answer: str, so_far: Course) -> list[Lack]:
    return [lack for lack in lacks_of(topic.text, topic.points, answer) if lack.value not in so_far.lacks]


def _go_on(plan: Plan, so_far: Course, say: Words, seconds_left: float, *, gently: bool) -> Move:
    """The next topic, or several when time is short; after the last one a chance to add something, then the end."""
    if not so_far.remaining:
        if seconds_left >= _WRAP_UP_SECONDS and plan.topics:
            return _move(Act.WRAP_UP, say, "wrap_up")
        return _closing(say, "closing")
    count = _how_many(len(so_far.remaining), seconds_left)
    asked = so_far.remaining[:count]
    first = len(so_far.remaining) == len(plan.topics)
    transition = "together" if count > 1 else "first" if first else "moving_on" if gently else "transition"
    number = len(plan.topics) - len(so_far.remaining) + 1
    text = say.topic(transition, [topic.text for topic in asked], number)
    return Move(Act.ASK, asked[0].id, f"{TOGETHER}{count - 1}" if count > 1 else None, text)


def _how_many(remaining: int, seconds_left: float) -> int:
    """How many topics to ask at once, so that each of them is asked in the time there is."""
    turns = max(1, int((seconds_left - LAST_SECONDS) // _TOPIC_SECONDS))
    return min(math.ceil(remaining / turns), _MOST_TOGETHER)


def _kept_for_each(plan: Plan) -> float:
    return max(_TOPIC_SECONDS, plan.seconds / max(1, len(plan.topics)) * _KEPT_SHARE)


def _closing(say: Words, name: str) -> Move:
    return _move(Act.CLOSING, say, name)


def _move(act: Act, say: Words, name: str, **values: object) -> Move:
    """A move without a topic. Its list's first text is said again only when every one of them was said."""
    texts = list(say.from_list(name, **values))
    return Move(act, None, None, say.first_new(texts) or texts[0])


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))
