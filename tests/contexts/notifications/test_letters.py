"""Every letter, in both languages, with honest and with hostile words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colloquy.contexts.notifications.policy import letters, session_letters, wording
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.contexts.notifications.policy.wording import Language
from colloquy.providers.mail import mime
from colloquy.providers.mail.port import Letter, Sender

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
LINK = "https://jobs.example.org/Zx81-token?a=1&b=2"
ENGLISH = Reader("anna@example.org", "Anna Petrova", "en", UTC)
RUSSIAN = Reader("anna@example.org", "Анна Петрова", "ru-RU", ZoneInfo("Europe/Moscow"))


def completed(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "candidate_name": "Ivan Smirnov",
        "answered": 2,
        "questions": 3,
        "completed_at": FRIDAY,
        "link": LINK,
    }
    return letters.interview_completed("effect", reader, **{**values, **changes})


def report(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "candidate_name": "Ivan Smirnov",
        "technical_score": 72,
        "communication_score": 58,
        "overall_score": 65,
        "needs_human": False,
        "reason": None,
        "link": LINK,
    }
    return letters.report_ready("effect", reader, **{**values, **changes})


def thanks(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "evaluated_by_ai": True,
        "contact": "jobs@northwind.example",
    }
    return letters.candidate_thanks("effect", reader, **{**values, **changes})


def invitation(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "questions": 3,
        "minutes": 10,
        "deadline": FRIDAY,
        "link": LINK,
        "contact": "jobs@northwind.example",
    }
    return letters.invitation("effect", reader, **{**values, **changes})


def colleague(reader: Reader, **changes) -> Letter:
    values = {
        "organisation": "Northwind",
        "inviter_name": "Ivan Smirnov",
        "role": "recruiter",
        "expires_at": FRIDAY,
        "link": LINK,
    }
    return letters.colleague_invitation("effect", reader, **{**values, **changes})


def code(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "code": "042917",
        "expires_at": FRIDAY,
        "link": LINK,
    }
    return session_letters.continue_code("effect", reader, **{**values, **changes})


def reminder(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "deadline": FRIDAY,
        "now": FRIDAY - timedelta(hours=48),
        "begun": True,
        "questions_left": 2,
        "minutes": 20,
        "link": LINK,
        "withdraw_link": LINK,
        "contact": "jobs@northwind.example",
    }
    return session_letters.reminder("effect", reader, **{**values, **changes})


def expired(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "ended_at": FRIDAY,
        "answered": 2,
        "questions": 5,
        "data_link": LINK,
        "contact": "jobs@northwind.example",
    }
    return session_letters.expired("effect", reader, **{**values, **changes})


def withdrawn(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "candidate_name": "Ivan Smirnov",
        "answered": 2,
        "questions": 3,
        "withdrawn_at": FRIDAY,
        "kept_until": date(2027, 2, 27),
        "link": LINK,
    }
    return session_letters.withdrawn("effect", reader, **{**values, **changes})


def confirmed(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "kept_until": date(2027, 2, 27),
        "data_link": LINK,
        "contact": "jobs@northwind.example",
    }
    return session_letters.withdrawal_confirmed("effect", reader, **{**values, **changes})


ALL = [completed, report, thanks, invitation, colleague, code, reminder, expired, withdrawn, confirmed]
every_letter = pytest.mark.parametrize("write", ALL, ids=lambda write: write.__name__)
every_language = pytest.mark.parametrize("reader", [ENGLISH, RUSSIAN], ids=["en", "ru"])


class _Page(HTMLParser):
    """The words, tags and addresses that a mail program would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.words += data

    @property
    def links(self) -> list[str | None]:
        return [value for name, value in self.attributes if name in {"href", "src", "action", "background"}]


def _told(letter: Letter) -> tuple[str, str]:
    """Both tellings with white space folded: the plain one and the words of the HTML one."""
    return " ".join(letter.text.split()), " ".join(_Page(letter.html).words.split())


@every_letter
@every_language
def test_a_letter_is_whole_in_text_and_in_html(write, reader):
    letter = write(reader)
    page = _Page(letter.html)

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
    page = _Page(letter.html)

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
    assert LINK in _Page(letter.html).links


def test_the_team_reads_who_finished_what_and_when():
    letter = completed(ENGLISH)

    assert letter.subject == "Ivan Smirnov finished “Backend engineer”"
    for told in _told(letter):
        for words in ("Ivan Smirnov", "Backend engineer", "2 of 3 questions", "Friday 27 November 2026, 15:00 (UTC)"):
            assert words in told

    russian = completed(RUSSIAN, candidate_name="Иван Смирнов")
    assert russian.subject == "Иван Смирнов: интервью «Backend engineer» пройдено"
    for told in _told(russian):
        for words in ("Иван Смирнов", "2 из 3", "пятница, 27 ноября 2026, 18:00 (UTC+03:00)"):
            assert words in told


def test_a_report_says_three_scores_and_admits_what_it_does_not_know():
    text, html = _told(report(ENGLISH, communication_score=None, overall_score=0))

    assert "Overall: 0 of 100 Technical: 72 of 100 Communication: not enough evidence" in text
    assert "Overall 0 of 100 Technical 72 of 100 Communication not enough evidence" in html
    assert "needs a person" not in text + html

    text, html = _told(report(RUSSIAN, technical_score=None))
    assert "Общая оценка: 65 из 100 Профессиональные навыки: недостаточно свидетельств" in text
    assert "Общая оценка 65 из 100 Профессиональные навыки недостаточно свидетельств" in html


@every_language
def test_a_report_that_needs_a_person_says_so_and_why(reader):
    note = {"en": "This interview needs a person: ", "ru": "Это интервью должен оценить человек: "}[reader.language[:2]]

    for told in _told(report(reader, needs_human=True, reason="Answer 2 was silent.")):
        assert f"{note}Answer 2 was silent." in told
    for told in _told(report(reader, needs_human=True, reason=None)):
        assert note in told
    for told in _told(report(reader, needs_human=False, reason="not said")):
        assert "not said" not in told


def test_a_candidate_is_told_what_happens_who_sees_it_and_whom_to_ask():
    letter = thanks(ENGLISH, kept_until=date(2027, 2, 27))

    assert (letter.from_name, letter.reply_to) == ("Northwind", "jobs@northwind.example")
    for told in _told(letter):
        assert "A person takes the decision." in told
        assert "The hiring team of Northwind. The recordings are erased on 27 February 2027." in told
        assert "Write to jobs@northwind.example" in told
        assert "Software helps them" in told


@pytest.mark.parametrize(
    ("reader", "without", "promise"),
    [
        (ENGLISH, "Software helps them", "As you asked, no software evaluates your answers."),
        (RUSSIAN, "Им помогает программа", "Как вы и просили, программа не оценивает ваши ответы."),
    ],
    ids=["en", "ru"],
)
def test_a_candidate_who_refused_ai_is_not_told_of_it(reader, without, promise):
    for told in _told(thanks(reader, evaluated_by_ai=False)):
        assert promise in told
        assert without not in told


@every_language
def test_a_candidate_is_led_to_what_is_stored(reader):
    letter = thanks(reader, data_link=LINK)

    assert LINK in letter.text.splitlines()
    assert LINK in _Page(letter.html).links
    assert "\n\n\n" not in letter.text


@every_language
def test_without_a_contact_no_address_is_invented(reader):
    letter = thanks(reader, contact=None)

    assert letter.reply_to is None
    assert _Page(letter.html).links == []
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
    for told in _told(invitation(ENGLISH, questions=questions, minutes=minutes)):
        assert re.search(rf"\b{english}\b", told)
    for told in _told(invitation(RUSSIAN, questions=questions, minutes=minutes)):
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
    for told in _told(invitation(reader)):
        assert until in told


@every_language
def test_an_invitation_without_deadline_names_none(reader):
    for told in _told(invitation(reader, deadline=None)):
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
    for told in _told(letter):
        assert re.search(rf"[Yy]our role:? {english}\b", told)
        assert "Friday 27 November 2026, 15:00 (UTC)" in told
    for told in _told(colleague(RUSSIAN, role=role)):
        assert re.search(rf"Ваша роль:? {russian}\b", told)


@every_language
def test_a_code_is_alone_on_its_line_and_not_in_the_subject(reader):
    letter = code(reader)

    assert "042917" in letter.text.splitlines()
    assert ">042917<" in letter.html
    assert "042917" not in letter.subject


def test_a_code_says_who_asked_until_when_and_what_if_not_you():
    for told in _told(code(ENGLISH)):
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
    for told in _told(reminder(ENGLISH, begun=begun, questions_left=questions_left)):
        assert re.search(rf"\b{english}\b", told)
        assert ("Go on" in told) is begun
    for told in _told(reminder(RUSSIAN, begun=begun, questions_left=questions_left)):
        assert re.search(rf"\b{russian}\b", told)
        assert ("Продолжить" in told) is begun


def test_a_reminder_to_somebody_who_only_has_to_hand_in_says_so():
    text, html = _told(reminder(ENGLISH, questions_left=0))
    assert "only has to be handed in" in text
    assert "everything answered, not handed in yet" in html


@every_language
def test_a_reminder_names_no_way_out_that_there_is_not(reader):
    assert "/withdraw" in reminder(reader, withdraw_link="https://jobs.example.org/t/withdraw").text
    letter = reminder(reader, withdraw_link=None, contact=None)
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
    text, html = _told(expired(ENGLISH))
    assert "2 of 5 questions had an answer" in text
    assert "Answered 2 of 5 questions" in html
    for told in (text, html):
        assert "Write to jobs@northwind.example: they can give you more time" in told
    for told in _told(expired(ENGLISH, answered=0, contact=None)):
        assert "No answer had been given." in told
        assert "Ask the person at Northwind who invited you" in told


def test_a_withdrawal_is_told_to_the_team_and_confirmed_to_the_candidate():
    for told in _told(withdrawn(ENGLISH)):
        assert "Ivan Smirnov" in told
        assert "kept until 27 February 2027" in told
    for told in _told(confirmed(ENGLISH)):
        assert "Northwind has been told" in told
        assert "kept until 27 February 2027 and then erased by themselves" in told


@pytest.mark.parametrize("language", ["de", "", "xx-YY", "english"])
def test_a_language_we_do_not_write_becomes_english(language):
    letter = thanks(Reader("a@example.org", None, language))

    assert dict(letter.headers)["Content-Language"] == "en"
    assert letter.text.startswith("Hello,\n")
    assert "Thank you" in _Page(letter.html).words


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


def _with_stranger(name: str) -> list[Letter]:
    """Every letter that shows a name which somebody typed into a form."""
    written: list[Callable[[Reader], Letter]] = [
        lambda reader: completed(reader, candidate_name=name),
        lambda reader: report(reader, candidate_name=name, needs_human=True, reason=name),
        lambda reader: thanks(Reader(reader.address, name, reader.language)),
        lambda reader: invitation(Reader(reader.address, name, reader.language)),
        lambda reader: colleague(Reader(reader.address, name, reader.language), inviter_name=name),
        lambda reader: completed(reader, interview_title=name, company=name),
        lambda reader: thanks(reader, interview_title=name, company=name),
        lambda reader: code(Reader(reader.address, name, reader.language), interview_title=name),
        lambda reader: reminder(Reader(reader.address, name, reader.language), interview_title=name, company=name),
        lambda reader: expired(Reader(reader.address, name, reader.language), interview_title=name, company=name),
        lambda reader: withdrawn(reader, candidate_name=name, interview_title=name),
        lambda reader: confirmed(Reader(reader.address, name, reader.language), company=name),
    ]
    return [write(reader) for write in written for reader in (ENGLISH, RUSSIAN)]


def _shape(letter: Letter) -> list[str]:
    return [tag for tag in _Page(letter.html).tags if tag != "bdi"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title></style><b>x",
        "{{ 7*7 }}{% raw %}",
        "&lt;b&gt;&amp;",
        "' onmouseover='alert(1)",
    ],
)
def test_markup_in_a_name_is_only_words(name):
    for hostile, honest in zip(_with_stranger(name), _with_stranger("Ivan"), strict=True):
        page = _Page(hostile.html)
        assert _shape(hostile) == _shape(honest)
        assert not [attribute for attribute, _ in page.attributes if attribute.startswith("on")]
        assert "49" not in hostile.text


def test_plain_text_shows_a_name_as_it_was_typed():
    assert completed(ENGLISH, candidate_name="O'Neil & Sons <3").subject.startswith("O'Neil & Sons <3 finished")
    assert "O'Neil & Sons <3" in completed(ENGLISH, candidate_name="O'Neil & Sons <3").text
    assert "O'Neil & Sons <3" in _Page(completed(ENGLISH, candidate_name="O'Neil & Sons <3").html).words


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x00"])
def test_a_line_break_in_a_name_starts_neither_a_header_nor_a_paragraph(line_break):
    for letter in _with_stranger(f"Ivan{line_break}Bcc: everyone@example.org{line_break}{line_break}Dear all"):
        raw = mime.compose(letter, Sender("colloquy@example.org"), sent_at=FRIDAY)
        assert b"\nBcc" not in raw
        assert not re.search("^(Bcc|Dear all)", letter.text, re.MULTILINE)
        assert mime.read(raw).subject == letter.subject


def test_a_very_long_name_is_cut():
    for letter in _with_stranger("Ivan " * 10_000):
        assert len(letter.subject) < 300
        assert len(letter.to_name or "") <= 80
        assert len(letter.text) < 3_000
    assert "…" in completed(ENGLISH, candidate_name="x" * 500).subject


@pytest.mark.parametrize("mark", list("\u202e\u202d\u2066\u2067\u200f\u200e\u061c\u2069\u202c\ufeff\u00ad"))
def test_marks_that_turn_or_hide_text_are_taken_out(mark):
    for letter in _with_stranger(f"gpj.{mark}exe{mark} {mark}Ivan"):
        assert mark not in letter.subject + letter.text + letter.html + (letter.to_name or "")


def test_a_right_to_left_name_keeps_the_sentence_around_it_in_order():
    letter = completed(ENGLISH, candidate_name="דוד כהן")

    assert letter.subject == "\u2068דוד כהן\u2069 finished “Backend engineer”"
    assert "<bdi>דוד כהן</bdi> has finished" in letter.html
    assert thanks(Reader("a@example.org", "דוד כהן")).to_name == "דוד כהן"
    assert "\u2068" not in completed(ENGLISH).text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("You won! https://evil.example/claim", "You won! https evil example claim"),
        ("www.evil.example", "evil example"),
        ("evil.com", "evil com"),
        ("evil。com", "evil com"),
        ("mail me@evil.org", "mail me evil org"),
        ("//evil", "evil"),
        ("J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("Anna-Maria d'Arc, Ph.D", "Anna-Maria d'Arc, Ph.D"),
        ("علی‌رضا", "علی‌رضا"),
    ],
)
def test_a_name_never_becomes_a_link(typed, shown):
    assert thanks(Reader("a@example.org", typed)).to_name == shown
    assert shown in completed(ENGLISH, candidate_name=typed).text


def test_a_company_may_be_called_like_its_site():
    assert "Booking.com" in invitation(ENGLISH, company="Booking.com").subject


@pytest.mark.parametrize("nothing", ["", "   ", "\u200b\u202e", "\n\t", None])
def test_a_reader_without_a_name_is_greeted_without_one(nothing):
    letter = thanks(Reader("a@example.org", nothing))

    assert letter.to_name is None
    assert letter.text.startswith("Hello,\n")
    assert completed(ENGLISH, candidate_name=nothing or "").subject.startswith("A candidate finished")
    assert completed(RUSSIAN, candidate_name=nothing or "").subject.startswith("Кандидат: интервью")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_no_text_whatever_breaks_a_letter(name):
    for letter, honest in zip(_with_stranger(name), _with_stranger("Ivan"), strict=True):
        back = mime.read(mime.compose(letter, Sender("colloquy@example.org"), sent_at=FRIDAY))
        assert (back.subject, back.to_name) == (letter.subject, letter.to_name)
        assert (back.text, back.html) == (letter.text, letter.html)
        assert len(letter.subject.splitlines()) == 1
        if name.strip().isalnum():
            assert _shape(letter) == _shape(honest)
