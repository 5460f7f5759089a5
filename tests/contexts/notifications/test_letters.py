"""Every letter, in both languages: what it says."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.contexts.notifications.letters_made import (
    ALL,
    ENGLISH,
    LINK,
    RUSSIAN,
    Page,
    both_tellings,
    code,
    colleague,
    completed,
    confirmed,
    every_language,
    every_letter,
    expired,
    invitation,
    reminder,
    report,
    thanks,
    withdrawn,
)

from colloquy.contexts.notifications.policy import wording
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.notifications.policy.wording import Language


@every_letter
@every_language
def test_a_letter_is_whole_in_text_and_in_html(write, reader):
    letter = write(reader)
    page = Page(letter.html)

    assert page.open == []
    assert (letter.to, letter.to_name) == ("anna@example.org", reader.name)
    assert letter.subject == letter.subject.strip()
    assert not re.search(r"\{\{|\{%|None|Undefined|\n\n\n", letter.text + letter.subject)
    assert not re.search(r"\{\{|\{%|>None<|Undefined", letter.html)
    assert dict(letter.headers)["Content-Language"] == reader.language[:2]
    assert dict(letter.headers)["Auto-Submitted"] == "auto-generated"
    assert letter.html.count(f'lang="{reader.language[:2]}"') == 1


@every_letter
@every_language
def test_a_letter_fetches_nothing_and_links_only_where_it_says(write, reader):
    letter = write(reader)
    page = Page(letter.html)

    assert not {"img", "script", "link", "iframe", "object", "form"} & set(page.tags)
    assert not re.search(r"url\(|@import|@font-face", letter.html)
    assert set(page.links) <= {LINK, "mailto:jobs@northwind.example"}
    assert not [name for name, _ in page.attributes if name.startswith("on")]


@every_language
@pytest.mark.parametrize(
    "write",
    [completed, report, invitation, colleague, code, reminder, expired, withdrawn, confirmed],
    ids=lambda write: write.__name__,
)
def test_the_link_is_in_both_parts_as_it_is(write, reader):
    letter = write(reader)

    assert LINK in letter.text.splitlines()
    assert LINK in Page(letter.html).links


def test_the_team_reads_who_finished_what_and_when():
    letter = completed(ENGLISH)

    assert letter.subject == "Ivan Smirnov finished “Backend engineer”"
    for told in both_tellings(letter):
        for words in ("Ivan Smirnov", "Backend engineer", "2 of 3 questions", "Friday 27 November 2026, 15:00 (UTC)"):
            assert words in told

    russian = completed(RUSSIAN, candidate_name="Иван Смирнов")
    assert russian.subject == "Иван Смирнов: интервью «Backend engineer» пройдено"
    for told in both_tellings(russian):
        for words in ("Иван Смирнов", "2 из 3", "пятница, 27 ноября 2026, 18:00 (UTC+03:00)"):
            assert words in told


def test_a_report_says_three_scores_and_admits_what_it_does_not_know():
    text, html = both_tellings(report(ENGLISH, communication_score=None, overall_score=0))

    assert "Overall: 0 of 100 Technical: 72 of 100 Communication: not enough evidence" in text
    assert "Overall 0 of 100 Technical 72 of 100 Communication not enough evidence" in html
    assert "needs a person" not in text + html

    text, html = both_tellings(report(RUSSIAN, technical_score=None))
    assert "Общая оценка: 65 из 100 Профессиональные навыки: недостаточно свидетельств" in text
    assert "Общая оценка 65 из 100 Профессиональные навыки недостаточно свидетельств" in html


@every_language
def test_a_report_that_needs_a_person_says_so_and_why(reader):
    note = {"en": "This interview needs a person: ", "ru": "Это интервью должен оценить человек: "}[reader.language[:2]]

    for told in both_tellings(report(reader, needs_human=True, reason="Answer 2 was silent.")):
        assert f"{note}Answer 2 was silent." in told
    for told in both_tellings(report(reader, needs_human=True, reason=None)):
        assert note in told
    for told in both_tellings(report(reader, needs_human=False, reason="not said")):
        assert "not said" not in told


def test_a_candidate_is_told_what_happens_who_sees_it_and_whom_to_ask():
    letter = thanks(ENGLISH, kept_until=date(2027, 2, 27))

    assert (letter.from_name, letter.reply_to) == ("Northwind", "jobs@northwind.example")
    for told in both_tellings(letter):
        assert "A person takes the decision." in told
        assert "The hiring team of Northwind. The recordings are erased on 27 February 2027." in told
        assert "Write to jobs@northwind.example" in told
        assert "Software helps them" in told


@pytest.mark.parametrize(
    ("reader", "without", "promise"),
    [
        (ENGLISH, "Software helps them", "No software evaluates your answers."),
        (RUSSIAN, "Им помогает программа", "Программа не оценивает ваши ответы."),
    ],
    ids=["en", "ru"],
)
def test_a_candidate_who_refused_ai_is_not_told_of_it(reader, without, promise):
    for told in both_tellings(thanks(reader, evaluated_by_ai=False)):
        assert promise in told
        assert without not in told


@every_language
def test_a_candidate_is_led_to_what_is_stored(reader):
    letter = thanks(reader, data_link=LINK)

    assert LINK in letter.text.splitlines()
    assert LINK in Page(letter.html).links
    assert "\n\n\n" not in letter.text


@every_language
def test_without_a_contact_no_address_is_invented(reader):
    letter = thanks(reader, contact=None)

    assert letter.reply_to is None
    assert Page(letter.html).links == []
    assert "@" not in letter.text


@pytest.mark.parametrize(
    ("questions", "minutes", "english", "russian"),
    [
        (1, 1, "1 question, about 1 minute", "1 вопрос, около 1 минуты"),
        (3, 10, "3 questions, about 10 minutes", "3 вопроса, около 10 минут"),
        (11, 21, "11 questions, about 21 minutes", "11 вопросов, около 21 минуты"),
        (21, 2, "21 questions, about 2 minutes", "21 вопрос, около 2 минут"),
    ],
)
def test_an_invitation_counts_as_people_do(questions, minutes, english, russian):
    for told in both_tellings(invitation(ENGLISH, questions=questions, minutes=minutes)):
        assert re.search(rf"\b{english}\b", told)
    for told in both_tellings(invitation(RUSSIAN, questions=questions, minutes=minutes)):
        assert re.search(rf"\b{russian}\b", told)


@pytest.mark.parametrize(
    ("reader", "until"),
    [
        (ENGLISH, "Friday 27 November 2026, 15:00 (UTC)"),
        (Reader("a@example.org", zone=ZoneInfo("America/St_Johns")), "Friday 27 November 2026, 11:30 (UTC-03:30)"),
        (Reader("a@example.org", zone=ZoneInfo("Asia/Tokyo")), "Saturday 28 November 2026, 00:00 (UTC+09:00)"),
        (RUSSIAN, "пятница, 27 ноября 2026, 18:00 (UTC+03:00)"),
    ],
    ids=["utc", "newfoundland", "tokyo", "moscow"],
)
def test_a_deadline_is_in_the_readers_zone(reader, until):
    for told in both_tellings(invitation(reader)):
        assert until in told


@every_language
def test_an_invitation_without_deadline_names_none(reader):
    for told in both_tellings(invitation(reader, deadline=None)):
        assert "2026" not in told
        assert "Northwind" in told


def test_a_time_without_a_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        invitation(ENGLISH, deadline=datetime(2026, 11, 27, 15, 0))  # noqa: DTZ001 - the mistake in question


@pytest.mark.parametrize(
    ("role", "english", "russian"),
    [
        ("owner", "owner", "владелец"),
        ("admin", "admin", "администратор"),
        ("recruiter", "recruiter", "рекрутер"),
        ("reviewer", "reviewer", "рецензент"),
    ],
)
def test_a_colleague_reads_who_invites_as_what_and_until_when(role, english, russian):
    letter = colleague(ENGLISH, role=role)

    assert letter.subject == "Ivan Smirnov invites you to Northwind on Colloquy"
    for told in both_tellings(letter):
        assert re.search(rf"[Yy]our role:? {english}\b", told)
        assert "Friday 27 November 2026, 15:00 (UTC)" in told
    for told in both_tellings(colleague(RUSSIAN, role=role)):
        assert re.search(rf"Ваша роль:? {russian}\b", told)


@every_language
def test_a_code_is_alone_on_its_line_and_not_in_the_subject(reader):
    letter = code(reader)

    assert "042917" in letter.text.splitlines()
    assert ">042917<" in letter.html
    assert "042917" not in letter.subject


def test_a_code_says_who_asked_until_when_and_what_if_not_you():
    for told in both_tellings(code(ENGLISH)):
        assert "somebody who gave this address wants to go on" in told
        assert "The code works once, until Friday 27 November 2026, 15:00 (UTC)." in told
        assert "If it was not you, ignore this letter" in told


@pytest.mark.parametrize(
    ("begun", "questions_left", "english", "russian"),
    [
        (False, 5, "5 questions, about 20 minutes", "5 вопросов, около 20 минут"),
        (True, 1, "1 question", "1 вопрос"),
        (True, 3, "3 questions", "3 вопроса"),
    ],
)
def test_a_reminder_says_how_much_is_left_to_do(begun, questions_left, english, russian):
    for told in both_tellings(reminder(ENGLISH, begun=begun, questions_left=questions_left)):
        assert re.search(rf"\b{english}\b", told)
        assert ("Go on" in told) is begun
    for told in both_tellings(reminder(RUSSIAN, begun=begun, questions_left=questions_left)):
        assert re.search(rf"\b{russian}\b", told)
        assert ("Продолжить" in told) is begun


def test_a_reminder_to_somebody_who_only_has_to_hand_in_says_so():
    text, html = both_tellings(reminder(ENGLISH, questions_left=0))
    assert "only has to be handed in" in text
    assert "everything answered, not handed in yet" in html


@every_language
def test_a_reminder_names_no_way_out_that_there_is_not(reader):
    assert "/withdraw" in reminder(reader, withdraw_link="https://jobs.example.org/t/withdraw").text
    letter = reminder(reader, withdraw_link=None, notice_link=None, contact=None)
    assert letter.text.count("http") == 1
    assert "@" not in letter.text


@pytest.mark.parametrize(
    ("time", "english", "russian"),
    [
        (timedelta(days=5, hours=3), "5 days", "5 дней"),
        (timedelta(hours=48), "2 days", "2 дня"),
        (timedelta(hours=47, minutes=59), "47 hours", "47 часов"),
        (timedelta(hours=21, minutes=30), "21 hours", "21 час"),
        (timedelta(hours=4), "4 hours", "4 часа"),
        (timedelta(hours=1, minutes=59), "115 minutes", "115 минут"),
        (timedelta(minutes=32), "30 minutes", "30 минут"),
        (timedelta(minutes=3), "3 minutes", "3 минуты"),
        (timedelta(seconds=5), "1 minute", "1 минута"),
    ],
)
def test_time_left_is_never_more_than_there_is(time, english, russian):
    assert wording.left(Language.ENGLISH, time) == english
    assert wording.left(Language.RUSSIAN, time) == russian


def test_who_ran_out_of_time_reads_what_was_kept_and_whom_to_ask():
    text, html = both_tellings(expired(ENGLISH))
    assert "2 of 5 questions had an answer" in text
    assert "Answered 2 of 5 questions" in html
    for told in (text, html):
        assert "Write to jobs@northwind.example: they can give you more time" in told
    for told in both_tellings(expired(ENGLISH, answered=0, contact=None)):
        assert "No answer had been given." in told
        assert "Ask the person at Northwind who invited you" in told


def test_a_withdrawal_is_told_to_the_team_and_confirmed_to_the_candidate():
    for told in both_tellings(withdrawn(ENGLISH)):
        assert "Ivan Smirnov" in told
        assert "kept until 27 February 2027" in told
    for told in both_tellings(confirmed(ENGLISH)):
        assert "Northwind has been told" in told
        assert "kept until 27 February 2027 and then erased by themselves" in told


@pytest.mark.parametrize("language", ["de", "", "xx-YY", "english"])
def test_a_language_we_do_not_write_becomes_english(language):
    letter = thanks(Reader("a@example.org", None, language))

    assert dict(letter.headers)["Content-Language"] == "en"
    assert letter.text.startswith("Hello,\n")
    assert "Thank you" in Page(letter.html).words


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "/relative", "https://", "https://a b.org", "https://x.org/\nBcc", "data:text/html,x", ""],
)
def test_only_a_complete_web_address_is_linked(link):
    with pytest.raises(ValueError, match="link in a letter"):
        invitation(ENGLISH, link=link)


@every_letter
def test_the_same_effect_gives_the_same_letter_and_another_reader_another(write):
    assert write(ENGLISH) == write(ENGLISH)
    other = Reader("ben@example.org", "Ben")
    assert write(other).message_id != write(ENGLISH).message_id
    assert len({each(ENGLISH).message_id for each in ALL}) == len(ALL)


# Words from strangers
