"""What answers lack: the table says what a person who interviews would ask after."""

import pytest

from colloquy.contexts.conversations.policy.lacks import Asks, Lack, asks_for, figures, lacks_of, own_action

EXPERIENCE = "Tell me about a time you solved a hard problem."
RUSSIAN = "Расскажите о случае, когда вы решили сложную задачу."
PLAN = "How would you design a rate limiter?"
KNOWLEDGE = "Explain what an index does."
VIEW = "Why do you want to work with us?"

S, A, R, F, D, E = Lack.SITUATION, Lack.ACTION, Lack.RESULT, Lack.FIGURES, Lack.DEPTH, Lack.EXAMPLE

FULL_1 = (
    "Last spring our payment service lost orders at night. I found a missing lock in the import job, "
    "wrote a test that showed it, and deployed a fix because two workers took the same row. I considered "
    "a queue instead. As a result lost orders fell from 40 a week to none."
)
FULL_2 = (
    "When I worked at a shop, deliveries were late. I measured each step, since nobody knew where the "
    "time went, and moved packing before labelling instead of after it. First I tried it on one line. In "
    "the end we saved two hours a day."
)
FULL_3 = (
    "В прошлом году наш платёжный сервис терял заказы по ночам. Я нашёл пропущенную блокировку, написал "
    "тест, который это показал, и исправил, потому что два процесса брали одну строку. Рассматривал и "
    "очередь вместо блокировки. В итоге потери упали с 40 в неделю до нуля."
)
FULL_4 = (
    "It is a sorted copy of some columns so that the database finds rows without reading all of them. "
    "However every write has to change it as well, so writes cost more."
)

EXAMPLES = [
    # Nothing, or next to nothing
    (EXPERIENCE, "I am a hard worker.", {S, A, R, F, D}),
    (EXPERIENCE, "Problems are part of life.", {S, A, R, F, D}),
    (RUSSIAN, "Я ответственный человек.", {S, A, R, F, D}),
    (RUSSIAN, "Сложные задачи бывают разные.", {S, A, R, F, D}),
    # One thing each
    (EXPERIENCE, "Last year our billing service lost payments.", {A, R, F, D}),
    (EXPERIENCE, "When I joined the company the build was slow.", {A, R, F, D}),
    (EXPERIENCE, "There was a client who called every day.", {A, R, F, D}),
    (EXPERIENCE, "I rewrote the parser.", {S, R, F, D}),
    (EXPERIENCE, "I carefully measured every step.", {S, R, F, D}),
    (EXPERIENCE, "As a result the errors stopped.", {S, A, F, D}),
    (EXPERIENCE, "It never happened again.", {S, A, F, D}),
    (EXPERIENCE, "About forty percent.", {S, A, R, D}),
    (EXPERIENCE, "30 ms.", {S, A, R, D}),
    (RUSSIAN, "В прошлом году у нас падал сервис.", {A, R, F, D}),
    (RUSSIAN, "Однажды клиент остался недоволен.", {A, R, F, D}),
    (RUSSIAN, "Я переписал парсер.", {S, R, F, D}),
    (RUSSIAN, "Предложила новую схему.", {S, R, F, D}),
    (RUSSIAN, "В итоге ошибки прекратились.", {S, A, F, D}),
    (RUSSIAN, "Примерно на сорок процентов.", {S, A, R, D}),
    # The team is not the speaker
    (EXPERIENCE, "Last year our team lost data and we fixed it together.", {A, F, D}),
    (EXPERIENCE, "We built a cache, we tested it and it worked.", {S, A, F, D}),
    (EXPERIENCE, "Back then they deployed a fix and the errors dropped.", {A, F, D}),
    (RUSSIAN, "На проекте мы нашли утечку, мы её исправили.", {A, F, D}),
    (RUSSIAN, "У нас всё починили коллеги.", {A, R, F, D}),
    # Done to me, or only imagined, is not done by me
    (EXPERIENCE, "I was asked to help. I would have tested it.", {S, A, R, F, D}),
    (EXPERIENCE, "I wanted to help but I did not know how.", {S, A, R, F, D}),
    (EXPERIENCE, "I never fixed it.", {S, A, F, D}),
    (RUSSIAN, "Я хотел помочь. Я бы проверил логи.", {S, A, R, F, D}),
    # Two and more
    (EXPERIENCE, "Last spring I found a missing lock in our importer.", {R, F, D}),
    (EXPERIENCE, "Two years ago I led a migration and it went live on time.", {F, D}),
    (EXPERIENCE, "At my last job I cut the build time from 40 to 12 minutes.", {D}),
    (EXPERIENCE, "I called the customer and they renewed.", {S, F, D}),
    (EXPERIENCE, "In 2021 we had an outage. I rolled back and it was fixed in 15 minutes.", {D}),
    (RUSSIAN, "Год назад я возглавил переезд, и мы запустились в срок.", {F, D}),
    (RUSSIAN, "На прошлой работе я сократил сборку с 40 до 12 минут.", {D}),
    (RUSSIAN, "Я позвонил клиенту, и он продлил договор.", {S, F, D}),
    # Full answers need nothing more
    (EXPERIENCE, FULL_1, set()),
    (EXPERIENCE, FULL_2, set()),
    (RUSSIAN, FULL_3, set()),
    # Plans
    (PLAN, "A token bucket.", {A, D, R}),
    (PLAN, "I would use a token bucket in Redis.", {D, R}),
    (PLAN, "I'd count requests per key.", {D, R}),
    (PLAN, "I would ask first. We could have two options. In the end it must be measured.", {D}),
    ("Как бы вы спроектировали очередь?", "Я бы взял готовую.", {D, R}),
    ("Представьте, что сервис упал. Что вы сделаете?", "Я проверю логи.", {D, R}),
    ("Представьте, что сервис упал. Что вы сделаете?", "Логи.", {A, D, R}),
    # Knowledge
    (KNOWLEDGE, "It makes reads faster.", {D, E}),
    (KNOWLEDGE, "It makes reads faster, for example in our service a search took a second.", {D}),
    (KNOWLEDGE, FULL_4, {E}),
    ("Что такое индекс?", "Он ускоряет чтение.", {D, E}),
    ("Что такое индекс?", "Он ускоряет чтение, например, у нас в проекте поиск занимал секунду.", {D}),
    ("Чем отличается поток от процесса?", "Память.", {D, E}),
    # Views
    (VIEW, "I like the product.", {D, E}),
    (VIEW, "I like the product: at work we use it every day.", {D}),
    ("Почему вы хотите у нас работать?", "Мне нравится продукт.", {D, E}),
    ("Почему вы хотите у нас работать?", "Нравится продукт: у нас на работе им пользуются.", {D}),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "said", "missing"), EXAMPLES, ids=[said[:40] for _, said, _ in EXAMPLES])
def test_what_an_answer_lacks(topic, said, missing):
    assert set(lacks_of(topic, (), said)) == missing


@pytest.mark.parametrize(
    ("topic", "asks"),
    [
        (EXPERIENCE, Asks.EXPERIENCE),
        ("Describe a project you are proud of.", Asks.EXPERIENCE),
        ("What was the hardest bug you worked on?", Asks.EXPERIENCE),
        ("Расскажите о вашем последнем проекте.", Asks.EXPERIENCE),
        ("Приведите пример, когда вы ошиблись.", Asks.EXPERIENCE),
        (PLAN, Asks.PLAN),
        ("Imagine a customer shouts at you.", Asks.PLAN),
        ("Что бы вы сделали в первую неделю?", Asks.PLAN),
        (KNOWLEDGE, Asks.KNOWLEDGE),
        ("What is the difference between a thread and a process?", Asks.KNOWLEDGE),
        ("Объясните, как работает индекс.", Asks.KNOWLEDGE),
        (VIEW, Asks.VIEW),
        ("Почему вы ушли в тестирование?", Asks.VIEW),
    ],
)
def test_what_a_topic_asks_for(topic, asks):
    assert asks_for(topic) is asks


@pytest.mark.parametrize(
    ("said", "has"),
    [
        ("12", True),
        ("from 3.5 s to 200ms", True),
        ("40 %", True),
        ("half of them", True),
        ("вдвое быстрее", True),
        ("in 2021", False),
        ("two years ago", False),
        ("две недели назад", False),
        ("our k8s cluster and s3", False),
        ("one day", False),
        ("", False),
    ],
)
def test_figures(said, has):
    assert figures(said) is has


@pytest.mark.parametrize(
    ("said", "has"),
    [
        ("I then very carefully profiled it", True),
        ("I've written a test", False),
        ("I was told to wait", False),
        ("I think it worked", False),
        ("We did it", False),
        ("Я быстро нашла причину", True),
        ("Я думал об этом", False),
        ("Мы сделали", False),
    ],
)
def test_own_action(said, has):
    assert own_action(said) is has


def test_mentioning_most_expected_points_is_deep_enough():
    points = ("profiles before optimising", "adds an index")

    assert D not in lacks_of(
        EXPERIENCE, points, "I took a profiler, profiles first, then optimising: I added an index."
    )
    assert D in lacks_of(EXPERIENCE, points, "I made it fast.")


def test_endless_answers_take_little_time():
    lacks_of(EXPERIENCE, (), "i " * 50_000)
    lacks_of(EXPERIENCE, (), "we " * 50_000)
