"""The form of a question: what it shows, what it sends, and its lists that grow without a script.

Every kind's fields are in the form; the style sheet shows those of the chosen kind, and the others are ignored. A
button of a list (`then=options.add`, `then=topics.up.2`) sends the whole form and gets it back with the list changed;
nothing is stored by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex

from colloquy.contexts.interviews.pages.given import Sent, an_id
from colloquy.contexts.interviews.policy.branching import Condition, KnockOut, Operator, ShowIf, Test
from colloquy.contexts.interviews.policy.drafts import NORMAL_WEIGHT, TYPICAL_CONVERSATION_SECONDS, QuestionDraft
from colloquy.contexts.interviews.policy.guide import Guide, QuestionType
from colloquy.contexts.interviews.policy.interview import Question
from colloquy.contexts.interviews.policy.kinds import ANY_NUMBER, AnswerKind, NumberRule, Option, Topic, VideoSource
from colloquy.contexts.interviews.policy.question_parts import MAX_OPTIONS, MAX_TOPICS
from colloquy.contexts.interviews.policy.rules import MAX_CONDITIONS
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.kit.numbers import whole

_LISTS = {"options": MAX_OPTIONS, "topics": MAX_TOPICS, "conditions": MAX_CONDITIONS}
_KNOCK_OUT = ("single", "multiple", "operator", "number", "message")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fields:
    """The form as it is shown: the draft for fields that can only be chosen, and words as they were typed.

    Rows of `options` have id and text; of `topics` id, text and points; of `conditions` test and number. A test is
    `<question id>:<operator>:<value>`, without the value for numbers. `focus` is the row to go on in, as
    `options.2`.
    """

    draft: QuestionDraft
    options: list[Row]
    topics: list[Row]
    conditions: list[Row]
    lowest: str = ""
    highest: str = ""
    unit: str = ""
    knock_out: Row = field(default_factory=dict)
    focus: str = ""


def fresh(kind: AnswerKind) -> QuestionDraft:
    """A question of this kind as a form begins with it."""
    seconds = (
        TYPICAL_CONVERSATION_SECONDS if kind is AnswerKind.CONVERSATION else QuestionDraft("", kind).answer_seconds
    )
    return QuestionDraft("", kind, answer_seconds=seconds)


def fields_of(draft: QuestionDraft) -> Fields:
    """The form of a draft that comes from a question, or is new."""
    conditions = draft.show_if.conditions if draft.show_if else ()
    return _filled(
        Fields(
            draft=draft,
            options=[{"id": option.id, "text": option.text} for option in draft.options],
            topics=[
                {"id": str(topic.id), "text": topic.text, "points": "\n".join(topic.points)} for topic in draft.topics
            ],
            conditions=[_condition_row(condition) for condition in conditions],
            lowest=_figure(draft.number_rule.lowest),
            highest=_figure(draft.number_rule.highest),
            unit=draft.number_rule.unit,
            knock_out=_knock_out_row(draft),
        )
    )


def fields_sent(draft: QuestionDraft, sent: Sent, change: str = "") -> Fields:
    """The form as it was sent, with `change` made to one of its lists: `options.add`, `topics.remove.1`, …"""
    rows: dict[str, list[Row]] = {
        "options": _rows(sent, id="option_id", text="option_text"),
        "topics": _rows(sent, id="topic_id", text="topic_text", points="topic_points"),
        "conditions": _rows(sent, test="condition_test", number="condition_number"),
    }
    focus = _changed(rows, change)
    return _filled(
        Fields(
            draft=draft,
            lowest=sent.text("number_lowest"),
            highest=sent.text("number_highest"),
            unit=sent.text("number_unit"),
            knock_out={name: sent.text(f"knock_out_{name}") for name in _KNOCK_OUT},
            focus=focus,
            **rows,
        )
    )


def _filled(fields: Fields) -> Fields:
    """With rows to write in where there are none, and an id for every row of options, so that rules can name it."""
    options = fields.options or [{"id": "", "text": ""}, {"id": "", "text": ""}]
    return replace(
        fields,
        options=[row if row["id"] else {**row, "id": _new_option_id()} for row in options],
        topics=[row if row["id"] else {**row, "id": str(new_id())} for row in fields.topics or [_row("topics")]],
        conditions=fields.conditions or [_row("conditions")],
        knock_out=dict.fromkeys(_KNOCK_OUT, "") | fields.knock_out,
    )


def _new_option_id() -> str:
    # By chance, not the next letter: the row that had it may have been removed, and a condition may still name it.
    return f"n{token_hex(3)}"


def _row(name: str) -> Row:
    if name == "conditions":
        return {"test": "", "number": ""}
    return {"id": "", "text": "", **({"points": ""} if name == "topics" else {})}


def _rows(sent: Sent, **names: str) -> list[Row]:
    columns = [sent.texts(name) for name in names.values()]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=False)]


def _changed(rows: dict[str, list[Row]], change: str) -> str:
    """Changes the list that `change` names; returns the row to go on in. What is not ours changes nothing."""
    name, _dot, action = change.partition(".")
    action, _dot, place = action.partition(".")
    if name not in rows:
        return ""
    listed = rows[name]
    at = whole(place)
    if at is None or at >= len(listed):
        at = -1
    if action == "add" and len(listed) < _LISTS[name]:
        listed.append(_row(name))
        return f"{name}.{len(listed) - 1}"
    if at >= 0 and action == "remove":
        del listed[at]
        return f"{name}.{max(at - 1, 0)}"
    other = at - 1 if action == "up" else at + 1
    if at >= 0 and action in {"up", "down"} and 0 <= other < len(listed):
        listed[at], listed[other] = listed[other], listed[at]
        return f"{name}.{other}"
    return ""


def question_draft(sent: Sent, earlier: Sequence[Question]) -> tuple[QuestionDraft, Problems]:
    """The question that was sent, where `earlier` are those before it. Slips in other kinds' fields are no problem."""
    problems: Problems = {}
    kind = _kind(sent.text("kind"))
    if kind is None:
        problems["kind"] = _("Choose how candidates answer.")
        kind = AnswerKind.VIDEO
    typed = problems if kind is AnswerKind.TEXT else {}
    recorded = problems if kind.recorded else {}
    talk = problems if kind is AnswerKind.CONVERSATION else {}
    seconds = sent.number("answer_seconds", recorded, default=120)
    minutes = sent.number("conversation_minutes", talk, default=TYPICAL_CONVERSATION_SECONDS // 60)
    draft = QuestionDraft(
        text=sent.text("text"),
        kind=kind,
        think_seconds=sent.number("think_seconds", recorded),
        answer_seconds=minutes * 60 if kind is AnswerKind.CONVERSATION else seconds,
        max_characters=sent.number("max_characters", typed, default=2000),
        takes=sent.number("takes", recorded, default=1),
        weight=sent.number("weight", problems if kind.spoken_or_written else {}, default=NORMAL_WEIGHT),
        assessed=not sent.text("not_assessed"),
        competency_ids=sent.ids("competency_ids"),
        expected_points=tuple(sent.text("expected_points").splitlines()),
        required=not sent.text("optional"),
        source=VideoSource.SCREEN if sent.text("source") == VideoSource.SCREEN else VideoSource.CAMERA,
        upload_allowed=bool(sent.text("upload_allowed")),
        options=tuple(Option(row["id"], row["text"]) for row in _rows(sent, id="option_id", text="option_text")),
        number_rule=_number_rule(sent, problems) if kind is AnswerKind.NUMBER else ANY_NUMBER,
        topics=_topics(sent),
        follow_ups=sent.number("follow_ups", talk, default=2),
        show_if=_show_if(sent, problems, earlier),
        knock_out=_knock_out(sent, kind, problems),
        guide=_guide(sent),
    )
    return draft, problems


def _guide(sent: Sent) -> Guide:
    kind, difficulty = sent.text("guide_type"), sent.text("guide_difficulty")
    return Guide(
        QuestionType(kind) if kind in set(QuestionType) else None,
        whole(difficulty),
        sent.text("guide_answer"),
        tuple(sent.text("guide_follow_ups").splitlines()),
    )


def _topics(sent: Sent) -> tuple[Topic, ...]:
    rows = _rows(sent, id="topic_id", text="topic_text", points="topic_points")
    return tuple(Topic(an_id(row["id"]) or new_id(), row["text"], tuple(row["points"].splitlines())) for row in rows)


def _number_rule(sent: Sent, problems: Problems) -> NumberRule:
    lowest = _decimal(sent.text("number_lowest"), "number_rule", problems)
    highest = _decimal(sent.text("number_highest"), "number_rule", problems)
    return NumberRule(lowest, highest, sent.text("number_unit"))


def _show_if(sent: Sent, problems: Problems, earlier: Sequence[Question]) -> ShowIf | None:
    """The rule, None where every row says "always"."""
    kinds = {question.id: question.kind for question in earlier}
    conditions = []
    for row in _rows(sent, test="condition_test", number="condition_number"):
        if not row["test"]:
            continue
        question, _colon, comparison = row["test"].partition(":")
        question_id = an_id(question)
        if question_id is None:  # no page of ours sends this
            problems["show_if"] = _("Choose an earlier question.")
            continue
        numeric = kinds.get(question_id) is AnswerKind.NUMBER
        test = _test(comparison, row["number"] if numeric else None, "show_if", problems)
        if test is not None:
            conditions.append(Condition(question_id, test))
    return ShowIf(tuple(conditions), sent.text("show_if_every") != "any") if conditions else None


def _knock_out(sent: Sent, kind: AnswerKind, problems: Problems) -> KnockOut | None:
    comparison, number = "", None
    if kind is AnswerKind.SINGLE_CHOICE:
        comparison = sent.text("knock_out_single")
    elif kind is AnswerKind.MULTIPLE_CHOICE:
        comparison = sent.text("knock_out_multiple")
    elif kind is AnswerKind.NUMBER:
        comparison, number = sent.text("knock_out_operator"), sent.text("knock_out_number")
    if not comparison:
        return None
    test = _test(comparison, number, "knock_out", problems)
    return None if test is None else KnockOut(test, sent.text("knock_out_message"))


def _test(comparison: str, number: str | None, name: str, problems: Problems) -> Test | None:
    """A test from `<operator>:<value>`; with `number` the value is that. None, and a problem, for anything else."""
    word, _colon, value = comparison.partition(":")
    try:
        operator = Operator(word)
    except ValueError:
        problems[name] = _("Choose a comparison from the list.")
        return None
    if operator is Operator.ANSWERED:
        return Test(operator)
    if number is None:
        return Test(operator, value)
    figure = _decimal(number, name, problems)
    if figure is None:
        problems[name] = _("Write the number to compare with.")
        return None
    return Test(operator, figure)


def _decimal(text: str, name: str, problems: Problems) -> float | None:
    """The number, None for an empty field. A comma is taken for a point: half of the world writes so."""
    tidy = text.strip().replace(",", ".").replace(" ", "").replace("\u00a0", "")
    if not tidy:
        return None
    try:
        return float(tidy)
    except ValueError:
        problems[name] = _("“%(text)s” is not a number. Write digits, such as 3 or 2.5.", text=text.strip()[:40])
        return None


def _figure(number: float | str | None) -> str:
    return "" if number is None else f"{number:g}" if isinstance(number, int | float) else number


def _condition_row(condition: Condition) -> Row:
    test = condition.test
    numeric = isinstance(test.value, int | float)
    value = "" if numeric or test.value is None else f":{test.value}"
    return {
        "test": f"{condition.question_id}:{test.operator}{value}",
        "number": _figure(test.value) if numeric else "",
    }


def _knock_out_row(draft: QuestionDraft) -> Row:
    rule = draft.knock_out
    if rule is None:
        return {}
    comparison = f"{rule.test.operator}:{rule.test.value}"
    row = {"message": rule.message}
    if draft.kind is AnswerKind.NUMBER:
        return {**row, "operator": rule.test.operator.value, "number": _figure(rule.test.value)}
    return {**row, "single" if draft.kind is AnswerKind.SINGLE_CHOICE else "multiple": comparison}


def _kind(text: str) -> AnswerKind | None:
    try:
        return AnswerKind(text)
    except ValueError:
        return None
