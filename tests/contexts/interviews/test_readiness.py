"""What keeps an interview with branches from being published, and what is only worth a look."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.contexts.interviews.asking import asked_when, question, when

from colloquy.contexts.interviews.policy.interview import minutes, rubric_version
from colloquy.contexts.interviews.policy.readiness import checks
from colloquy.contexts.interviews.public import AnswerKind, KnockOut, Operator, Option, Test, Topic
from colloquy.kit.ids import new_id

COMPETENCY = new_id()
CHOICE = question(AnswerKind.SINGLE_CHOICE, 1)
VIDEO = question(AnswerKind.VIDEO, 2, competency_ids=(COMPETENCY,))
TALK = question(AnswerKind.CONVERSATION, 1, competency_ids=(COMPETENCY,))


def codes(*questions, warning: bool) -> list[str]:
    return [check.code for check in checks(questions, []) if not check.done and check.warning is warning]


@pytest.mark.parametrize(
    ("questions", "problems", "warnings"),
    [
        ((CHOICE, VIDEO), [], []),
        ((TALK,), [], []),
        ((replace(TALK, topics=()),), ["question_has_topics"], []),
        ((replace(CHOICE, options=CHOICE.options[:1]), VIDEO), ["question_has_options"], []),
        ((replace(CHOICE, options=(Option("a", "Yes"), Option("b", "yes"))), VIDEO), ["question_has_options"], []),
        ((replace(CHOICE, knock_out=KnockOut(Test(Operator.IS, "z"), "Bye.")), VIDEO), ["knock_out_fits"], []),
        ((replace(CHOICE, knock_out=KnockOut(Test(Operator.IS, "b"), "")), VIDEO), ["knock_out_fits"], []),
        ((replace(VIDEO, knock_out=KnockOut(Test(Operator.ANSWERED), "Bye.")),), ["knock_out_fits"], []),
        ((CHOICE, replace(VIDEO, show_if=asked_when(when(CHOICE.id, "is", "z")))), ["condition_fits"], []),
        ((CHOICE, replace(VIDEO, show_if=asked_when(when(new_id(), "answered")))), ["condition_fits"], []),
        ((VIDEO, replace(CHOICE, show_if=asked_when(when(CHOICE.id, "answered")))), ["condition_fits"], []),
        (
            (CHOICE, replace(VIDEO, show_if=asked_when(when(CHOICE.id, "is", "a"), when(CHOICE.id, "is", "b")))),
            [],
            ["question_is_reached", "paths_are_assessed"],
        ),
        ((CHOICE, replace(VIDEO, show_if=asked_when(when(CHOICE.id, "is", "a")))), [], ["paths_are_assessed"]),
        # Nothing is assessed at all, as the recruiter chose: there is nothing to be surprised by.
        ((CHOICE,), [], []),
    ],
)
def test_what_is_missing_and_what_is_worth_a_look(questions, problems, warnings):
    assert codes(*questions, warning=False) == problems
    assert codes(*questions, warning=True) == warnings


async def test_a_warning_keeps_nobody_from_publishing(api, sign_in, make_organisation, make_interview):
    organisation = await make_organisation()
    await sign_in(organisation)
    address = f"/api/interviews/{await make_interview(organisation)}"
    keys = await api.post(f"{address}/competencies/from-library", json={"keys": ["ownership"]})
    options = [{"text": "Yes"}, {"text": "No"}]
    choice = {"text": "May you?", "kind": "single_choice", "options": options}
    first = (await api.post(f"{address}/questions", json=choice)).json()["id"]
    rule = {"conditions": [{"question_id": first, "operator": "is", "value": "a"}]}
    video = {"text": "Show us.", "competency_ids": [keys.json()[0]["id"]], "show_if": rule}
    await api.post(f"{address}/questions", json=video)

    assert (await api.post(f"{address}/publish")).status_code == 200


def test_topics_are_judged_by_and_options_and_branches_are_not():
    bare = replace(TALK, competency_ids=())
    version = rubric_version("en", [bare], [])
    assert version != rubric_version("en", [replace(bare, topics=(Topic(new_id(), "Another topic."),))], [])
    assert version != rubric_version("en", [replace(bare, topics=(replace(bare.topics[0], points=("fact",)),))], [])
    same = replace(bare.topics[0], id=new_id())
    assert version == rubric_version("en", [replace(bare, topics=(same,), follow_ups=0, required=False)], [])

    choice = rubric_version("en", [CHOICE], [])
    changed = replace(CHOICE, options=CHOICE.options[:2], knock_out=KnockOut(Test(Operator.IS, "a"), "Bye."))
    assert choice == rubric_version("en", [changed], [])


@pytest.mark.parametrize("kind", AnswerKind)
def test_every_kind_takes_time(kind):
    assert 1 <= minutes([question(kind)]) <= 12


def test_a_form_takes_less_than_a_conversation():
    form = [question(kind) for kind in (AnswerKind.SINGLE_CHOICE, AnswerKind.NUMBER, AnswerKind.LINK, AnswerKind.FILE)]
    assert minutes(form) < minutes([question(AnswerKind.CONVERSATION)])
