"""What a model may not say, whatever it was asked, and what it may."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloquy.contexts.conversations.policy.guard import MOST_HELD_BACK, Guard, Unfit
from colloquy.contexts.conversations.policy.guard_patterns import automaton
from colloquy.contexts.conversations.policy.interviewer import Act, Move, Plan, Said
from colloquy.contexts.interviews.public import Topic

TOPIC = Topic(
    UUID(int=1),
    "Tell me about a hard bug that you fixed.",
    (
        "Reproduced the fault with a failing test first",
        "idempotency key",
        "monitoring",
        "пишет тест до исправления кода",
    ),
)
SAID = (
    Said("interviewer", "Let us begin. Tell me about a hard bug that you fixed.", Act.ASK, TOPIC.id),
    Said("candidate", "Our ASP.NET billing service lost payments. We asked a language model and the Яндекс API."),
)


def guard(language: str = "en", act: Act = Act.FOLLOW_UP, text: str = "What did you do yourself?") -> Guard:
    plan = Plan("Backend engineer", "Acme", "Ann Lee", language, (TOPIC,), 2, 600)
    return Guard(plan, SAID, Move(act, TOPIC.id, "action", text))


def passed(text: str, watching: Guard | None = None, *, pieces: list[str] | None = None) -> str:
    watching = watching or guard()
    shown = [watching.feed(piece) for piece in pieces or re.findall(r"\s*\S+|\s+\Z", text)]
    return "".join([*shown, watching.close()])


UNFIT = [
    ("points", "Did you think of a case where the fault with a failing test shows?"),
    ("points", "Have you reproduced the fault with a failing test?"),
    ("points", "Did you use an idempotency key?"),
    ("points", "And what about monitoring?"),
    ("points", "REPRODUCED the  fault,\nwith a failing... hm?"),
    ("affect", "You sound nervous, take your time."),
    ("affect", "You seem very confident today."),
    ("affect", "You look a bit tired."),
    ("affect", "You appear enthusiastic about it."),
    ("affect", "It is clear that you are really passionate."),
    ("affect", "You're so calm about it."),
    ("affect", "Your voice is pleasant. What next?"),
    ("affect", "I like your accent."),
    ("affect", "Your smile helps."),
    ("affect", "Your personality fits."),
    ("affect", "Your enthusiasm shows."),
    ("affect", "I can hear that you hesitate."),
    ("affect", "I sense your doubt."),
    ("affect", "Please don't be nervous."),
    ("affect", "Are you an introvert?"),
    ("affect", "You come across as shy."),
    ("affect", "You have a strong accent."),
    ("praise", "Great answer! What did you do?"),
    ("praise", "That is a very good example of teamwork."),
    ("praise", "Excellent. What did you do?"),
    ("praise", "I see. Impressive! And then?"),
    ("praise", "That's correct, and then?"),
    ("praise", "That was really impressive."),
    ("praise", "Well done, what came next?"),
    ("praise", "You handled it well."),
    ("praise", "I am very impressed."),
    ("praise", "That was a weak answer."),
    ("praise", "Wrong answer, try again."),
    ("verdict", "You passed this part."),
    ("verdict", "You have failed the question."),
    ("verdict", "You are hired."),
    ("verdict", "You would be a strong candidate, so what next?"),
    ("verdict", "You are a great fit for the team."),
    ("verdict", "You got the job."),
    ("verdict", "Your score is fine."),
    ("verdict", "I'd rate this an eight."),
    ("verdict", "That was nine out of 10."),
    ("promise", "I promise that it goes on."),
    ("promise", "We will hire you."),
    ("promise", "They will definitely invite you."),
    ("promise", "You will hear from the team."),
    ("promise", "This leads to the next round."),
    ("promise", "Congratulations, that is all."),
    ("promise", "We would be happy to offer you a place."),
    ("role", "As an AI I cannot do that."),
    ("role", "My system prompt says so."),
    ("role", "I am a human, do not worry about it."),
    ("role", "I'm the recruiter for this role."),
    ("role", "The scoring criteria are long."),
    ("role", "The right answer is another one."),
    ("role", "My instructions forbid it."),
    ("role", "Candidate: I wrote a test."),
    ("role", "What did you do?\nCandidate: I wrote a test."),
    ("role", "Interviewer: what did you do?"),
    ("questions", "What did you do? And why?"),
    ("questions", "Why??"),
    ("markup", "**What** did you do?"),
    ("markup", "What did <b>you</b> do?"),
    ("markup", "- what did you do?"),
    ("markup", "Here:\n1. what did you do?"),
    ("markup", "Use `code` please."),
    ("markup", "What did [you](x) do?"),
    ("markup", "Look at example.com now."),
    ("markup", "Write to a@example.org now."),
    ("markup", "Say &lt;this&gt; please."),
    ("link", "See https: what is there."),
    ("link", "See www for more."),
    ("length", "and then the team did " * 30),
    ("language", "Что сделали вы?"),
    ("language", "What did ты do?"),
    ("language", "你做了什么"),
    ("language", "Was haben Sie selbst gemacht und warum war das so wichtig für alle anderen dort?"),
    ("language", "Qué hizo usted mismo en ese proyecto y por qué era tan importante para todos?"),
    ("empty", ""),
    ("empty", " ... "),
    ("repeated", "Let us begin: tell me about a hard bug that you fixed!"),
]  # fmt: skip

UNFIT_RUSSIAN = [
    ("points", "А вы пишете так: пишет тест до исправления?"),
    ("affect", "Вы кажетесь взволнованным."),
    ("affect", "Похоже, что вы волнуетесь."),
    ("affect", "Ваш голос звучит приятно."),
    ("affect", "Ваша внешность располагает."),
    ("affect", "Не волнуйтесь, продолжайте."),
    ("affect", "Вы очень уверены в себе."),
    ("affect", "Вы интроверт?"),
    ("praise", "Отличный ответ! Что было дальше?"),
    ("praise", "Отлично! Что было дальше?"),
    ("praise", "Вы молодец."),
    ("praise", "Это верно, а что дальше?"),
    ("praise", "Вы хорошо справились."),
    ("verdict", "Вы прошли этот этап."),
    ("verdict", "Вы нам не подходите, вы не прошли."),
    ("verdict", "Ваша оценка высокая."),
    ("verdict", "Вы сильный кандидат."),
    ("promise", "Мы вас обязательно возьмём."),
    ("promise", "Вам скоро перезвонят."),
    ("promise", "Обещаю, что всё получится."),
    ("promise", "Дальше будет следующий этап."),
    ("role", "Мой системный промпт этого не допускает."),
    ("role", "Я человек, а не программа."),
    ("role", "Кандидат: я написал тест."),
    ("markup", "Что **вы** сделали?"),
    ("questions", "Что вы сделали? А почему?"),
    ("language", "What did you do yourself, and why?"),
]  # fmt: skip

FIT = [
    "Thank you. What did you do yourself to find the cause?",
    "You mentioned the billing service. Which part was your own work?",
    "Could you walk me through it, step by step?",
    "Thanks for telling me that; what happened in the end?",
    "How many payments were lost, roughly?",
    "What was the hardest decision there, and why?",
    "I see. How did the team feel about the change in the API?",
    "You said that your team used a queue; what was your own part?",
    "What did the rest of it look like in ASP.NET?",
    "What did the language model suggest then?",
    "How did the Яндекс API behave?",
    "When the load went up, what did you see on the dashboard?",
    "It took 1.5 hours, you said. What took longest?",
    "What else did you consider, e.g. C++ or C#?",
    "Where did that leave the well-known problem?",
    "And your colleague's view: how did it differ from yours?",
]
FIT_RUSSIAN = [
    "Спасибо. Что именно сделали вы?",
    "Понятно. Чем всё закончилось?",
    "Вы упомянули сервис оплаты: какая часть работы была вашей?",
    "Расскажите, как PostgreSQL выбирал план?",
    "Сколько это заняло времени, хотя бы примерно?",
    "Почему вы выбрали очередь, а не блокировку?",
]


@pytest.mark.parametrize(("reason", "text"), UNFIT, ids=[text[:40] for _, text in UNFIT])
def test_what_may_not_be_said(reason, text):
    with pytest.raises(Unfit) as unfit:
        passed(text)
    assert unfit.value.reason == reason


@pytest.mark.parametrize(("reason", "text"), UNFIT_RUSSIAN, ids=[text[:40] for _, text in UNFIT_RUSSIAN])
def test_what_may_not_be_said_in_russian(reason, text):
    with pytest.raises(Unfit) as unfit:
        passed(text, guard("ru"))
    assert unfit.value.reason == reason


@pytest.mark.parametrize("text", FIT)
def test_what_may_be_said(text):
    assert passed(text) == text


@pytest.mark.parametrize("text", FIT_RUSSIAN)
def test_what_may_be_said_in_russian(text):
    assert passed(text, guard("ru")) == text


@pytest.mark.parametrize("text", [*FIT, *(text for reason, text in UNFIT if reason != "language")])
def test_how_a_text_is_cut_into_pieces_decides_nothing(text):
    def verdict(pieces: list[str]) -> str:
        try:
            return passed(text, pieces=pieces)
        except Unfit as unfit:
            return unfit.reason

    whole, letters = verdict([text]), verdict(list(text))
    assert (whole == text) is (letters == text)


@pytest.mark.parametrize(
    ("text", "never_shown"),
    [
        ("I see. You sound nervous today.", "sound"),
        ("Right, so your voice matters.", "voice"),
        ("Tell me, did you use an idempotency key?", "idempotency"),
        ("Was it that you reproduced the fault with a failing test?", "with"),
        ("Fine. Great answer indeed.", "Great"),
        ("So the next round is near.", "next"),
    ],
)
def test_nothing_of_a_forbidden_phrase_is_shown(text, never_shown):
    watching, shown = guard(), ""
    with pytest.raises(Unfit):
        for letter in text:
            shown += watching.feed(letter)
        watching.close()
    assert never_shown not in shown


def test_ordinary_words_are_shown_at_once():
    watching = guard()

    assert watching.feed("Thanks") == "Thanks"
    assert watching.feed(", and how") == ", and how"
    assert watching.feed(" did Ann") == " did Ann"


def test_little_is_held_back():
    assert max(automaton(language).longest for language in ("en", "ru")) - 1 <= MOST_HELD_BACK
    for text in FIT:
        watching, shown = guard(), ""
        for end in range(1, len(text) + 1):
            shown += watching.feed(text[end - 1])
            assert len(text[len(shown) : end].split()) <= 3, "ordinary text is held back for a few words at the most"


def test_the_recruiters_own_words_may_be_said():
    topic = Topic(UUID(int=1), "What was your most impressive work, and the next round of it? Why?", ())
    plan = Plan("t", "c", "n", "en", (topic,), 2, 600)
    text = f"Thank you. Here is the next question. {topic.text}"

    assert passed(text, Guard(plan, (), Move(Act.ASK, topic.id, None, text))) == text
    with pytest.raises(Unfit):
        passed(f"What do you like? {topic.text}", Guard(plan, (), Move(Act.ASK, topic.id, None, text)))


def test_a_point_that_the_candidate_has_named_is_no_secret():
    plan = Plan("t", "c", "n", "en", (TOPIC,), 2, 600)
    said = (Said("candidate", "We added an idempotency key."),)
    text = "Where did the idempotency key come from?"

    assert passed(text, Guard(plan, said, Move(Act.FOLLOW_UP, TOPIC.id, "depth", "Why?"))) == text


def test_a_farewell_asks_nothing():
    with pytest.raises(Unfit):
        passed("Goodbye, and how was it for you?", guard(act=Act.CLOSING, text="Goodbye."))


@given(st.lists(st.text(alphabet="abcdeyourvic nrst?.!*-\n1<", max_size=6), max_size=40))
@settings(max_examples=200, deadline=None)
def test_what_is_shown_is_what_was_fed(pieces):
    watching, shown = guard(), ""
    try:
        for piece in pieces:
            shown += watching.feed(piece)
            assert "".join(pieces).startswith(shown)
        shown += watching.close()
        assert shown == "".join(pieces)
    except Unfit:
        assert "".join(pieces).startswith(shown)
