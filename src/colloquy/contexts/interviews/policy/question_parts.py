"""What questions of some kinds consist of besides their text: options, numbers, topics. Tidied, and their limits."""

from __future__ import annotations

import itertools
import math
import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import replace

from colloquy.contexts.interviews.policy.kinds import NumberRule, Option, Topic
from colloquy.contexts.interviews.policy.texts import one_line, several_lines, text_problem
from colloquy.kit.i18n import gettext as _

MAX_OPTIONS = 20
MIN_OPTIONS = 2
MAX_OPTION_TEXT = 300
OPTION_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,15}")
MAX_UNIT = 20
MAX_TOPICS = 12
MAX_TOPIC_TEXT = 1000
MAX_TOPIC_POINTS = 10
MAX_POINT = 500
FOLLOW_UPS = (0, 3)


def tidied_options(options: Iterable[Option]) -> tuple[Option, ...]:
    """Trimmed, without empty ones; those that have no id get a free one (`a`, `b`, …), the others keep theirs."""
    kept = [Option(option.id, one_line(option.text)) for option in options]
    return named_options([option for option in kept if option.text], ())


def named_options(options: Sequence[Option], before: Iterable[Option]) -> tuple[Option, ...]:
    """The options, with an id for each that has none: one that nobody has, and nobody had `before`.

    A condition on an option that was taken away must not come to mean the one that was put in its place.
    """
    taken = {option.id for option in options} | {option.id for option in before}
    letters = string.ascii_lowercase
    pairs = ("".join(pair) for pair in itertools.product(letters, repeat=2))
    free = (name for name in itertools.chain(letters, pairs) if name not in taken)
    return tuple(option if option.id else replace(option, id=next(free)) for option in options)


def options_problem(options: tuple[Option, ...]) -> str | None:
    """What is wrong with tidied options; None when nothing is."""
    if len(options) < MIN_OPTIONS:
        return _("Write at least %(min_options)s options to choose from.", min_options=MIN_OPTIONS)
    if len(options) > MAX_OPTIONS:
        return _("Keep to %(number)s options; these are %(given)s.", number=MAX_OPTIONS, given=len(options))
    if any(OPTION_ID.fullmatch(option.id) is None for option in options):
        return _("Name options by up to 16 small letters and digits, or leave their ids out.")
    if len({option.id for option in options}) < len(options):
        return _("Two options have the same id. Leave the ids of new options out.")
    seen: set[str] = set()
    for option in options:
        if option.text.casefold() in seen:
            return _("“%(text)s” is there twice. Candidates could not tell the two apart.", text=option.text)
        seen.add(option.text.casefold())
    return next((problem for option in options if (problem := text_problem(option.text, MAX_OPTION_TEXT))), None)


def number_problem(rule: NumberRule) -> str | None:
    """What is wrong with limits of a number; None when nothing is."""
    if any(bound is not None and not math.isfinite(bound) for bound in (rule.lowest, rule.highest)):
        return _("Write numbers, or leave a side empty.")
    if rule.lowest is not None and rule.highest is not None and rule.lowest >= rule.highest:
        return _("The lowest number has to be below the highest.")
    return text_problem(rule.unit, MAX_UNIT)


def tidied_topics(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Trimmed, without empty points; a topic without a text is left out."""
    tidy = (
        Topic(
            topic.id,
            several_lines(topic.text),
            tuple(point for point in map(one_line, topic.points) if point),
        )
        for topic in topics
    )
    return tuple(topic for topic in tidy if topic.text)


def topics_problem(topics: tuple[Topic, ...]) -> str | None:
    """What is wrong with tidied topics; None when nothing is."""
    if not topics:
        return _("Write at least one topic: what the conversation opens with.")
    if len(topics) > MAX_TOPICS:
        return _("Keep to %(number)s topics; these are %(given)s.", number=MAX_TOPICS, given=len(topics))
    if len({topic.id for topic in topics}) < len(topics):
        return _("Two topics have the same id. Leave the ids of new topics out.")
    for topic in topics:
        if len(topic.points) > MAX_TOPIC_POINTS:
            return _(
                "Keep to %(number)s points a topic; “%(topic)s” has %(given)s.",
                number=MAX_TOPIC_POINTS,
                topic=topic.text[:40],
                given=len(topic.points),
            )
        texts = [(topic.text, MAX_TOPIC_TEXT), *((point, MAX_POINT) for point in topic.points)]
        problem = next((problem for text, longest in texts if (problem := text_problem(text, longest))), None)
        if problem is not None:
            return problem
    return None
