"""Who is counted, by what, and what a refusal looks like."""

import httpx
import pytest
from tests.factories.candidates import CandidateClient
from tests.factories.interviews import TEXT

from colloquy.contexts.identity.public import Role
from colloquy.kit.ids import new_token

PAGE = {"accept": "text/html"}


@pytest.fixture
def limited(application_with):
    """`limited(user=3)`: an application with small limits."""

    def make(**figures):
        return application_with(limits=True, **{f"limit_{name}": amount for name, amount in figures.items()})

    return make


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
async def authorised(api, sign_in, organisation):
    await sign_in(organisation, Role.REVIEWER)
    return {"authorization": api.headers["authorization"]}


async def test_the_standard_figures_are_a_hundred_and_a_thousand_a_minute(limited, reached, authorised):
    async with reached(limited(), **authorised) as program:
        answers = [await program.get("/api/me") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"user";q=100;w=60, "network";q=1000;w=60'
    assert answers[0].headers["ratelimit"].startswith('"user";r=99;t=')


async def test_a_refusal_is_a_problem_that_says_when(limited, reached, authorised):
    async with reached(limited(user=1), **authorised) as program:
        await program.get("/api/me")
        refused = await program.get("/api/me")
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert 1 <= int(refused.headers["retry-after"]) <= 121
    assert refused.json()["code"] == "too_many_requests"
    assert '"user";r=0;t=' in refused.headers["ratelimit"]
    assert "content-security-policy" in refused.headers
    assert refused.json()["request_id"] == refused.headers["x-request-id"]


async def test_a_browser_is_shown_a_page_in_its_language(limited, reached):
    async with reached(limited(network=1)) as browser:
        await browser.get("/sign-in", headers=PAGE)
        refused = await browser.get("/sign-in", headers={**PAGE, "accept-language": "ru"})
    assert (refused.status_code, refused.headers["content-type"].split(";")[0]) == (429, "text/html")
    assert 'lang="ru"' in refused.text
    assert refused.headers["retry-after"]


async def test_two_sign_ins_of_one_person_are_one_user(limited, reached, organisation, api, sign_in):
    app = limited(user=4)
    headers = []
    for _ in range(2):
        await sign_in(organisation, Role.OWNER)
        headers.append({"authorization": api.headers["authorization"]})
    statuses = []
    for number in range(5):
        async with reached(app, f"192.0.2.{number + 1}") as program:
            statuses.append((await program.get("/api/me", headers=headers[number % 2])).status_code)
    assert statuses == [200, 200, 200, 200, 429]


async def test_invented_cookies_and_tokens_are_nobody_and_count_for_the_address(limited, reached):
    async with reached(limited(user=1, network=5)) as program:
        given = [{"authorization": f"Bearer {new_token()}"} for _ in range(3)]
        given += [{"cookie": f"colloquy_session={new_token()}"} for _ in range(3)]
        statuses = [(await program.get("/api/me", headers=one)).status_code for one in given]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", 429),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", 200),
        ("192.0.2.1", "192.0.2.2", 200),
        ("192.0.2.1", "::ffff:192.0.2.1", 429),
    ],
)
async def test_an_ipv6_subscriber_counts_as_one(limited, reached, first, second, status):
    app = limited(network=1)
    async with reached(app, first) as one, reached(app, second) as other:
        await one.get("/sign-in")
        assert (await other.get("/sign-in")).status_code == status


async def test_files_probes_and_metrics_do_not_count(limited, reached):
    async with reached(limited(network=1)) as program:
        for path in ("/healthz", "/readyz", "/metrics", "/static/none.css", "/brand/123456.css") * 3:
            answer = await program.get(path)
            assert answer.status_code != 429
            assert "ratelimit" not in answer.headers
        assert (await program.get("/sign-in")).status_code == 200


async def test_signing_in_is_held_tighter_than_looking(limited, reached):
    async with reached(limited(sign_in=2)) as program:
        wrong = {"email": "nobody@example.com", "password": "wrong horse battery"}
        statuses = [(await program.post("/api/auth/login", json=wrong)).status_code for _ in range(3)]
        assert statuses == [401, 401, 429]
        assert (await program.get("/sign-in")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/{}", "/{}/room", "/join/{}", "/api/public/interview/{}", "/api/public/uploads/{}"], ids=str
)
async def test_unknown_tokens_are_guesses_and_end_soon(limited, reached, path):
    async with reached(limited(guesses=3)) as stranger:
        method = "HEAD" if "uploads" in path else "GET"
        statuses = [
            (await stranger.request(method, path.format(new_token()), headers={"tus-resumable": "1.0.0"})).status_code
            for _ in range(4)
        ]
        assert statuses == [404, 404, 404, 429]
        assert (await stranger.get("/sign-in")).status_code == 200


async def test_logos_that_are_not_there_are_guesses_too(limited, reached, organisation):
    async with reached(limited(guesses=2)) as stranger:
        statuses = [(await stranger.get(f"/logo/{organisation.id}/{'0' * 32}")).status_code for _ in range(3)]
    assert statuses == [404, 404, 429]


async def test_a_right_token_is_no_guess(limited, reached, answering):
    made, _candidate = await answering(TEXT)
    async with reached(limited(guesses=2)) as browser:
        for _ in range(6):
            assert (await browser.get(f"/api/public/interview/{made.token}")).status_code == 200


async def test_letters_are_few(limited, reached, organisation, api, sign_in):
    await sign_in(organisation, Role.OWNER)
    async with reached(limited(mail=2), authorization=api.headers["authorization"]) as program:
        made = [
            (await program.post("/api/team/invitations", json={"email": f"n{n}@example.com", "role": "reviewer"}))
            for n in range(3)
        ]
        assert [answer.status_code for answer in made] == [201, 201, 429], made[0].text
        assert '"mail";r=0' in made[2].headers["ratelimit"]
        assert (await program.get("/api/team")).status_code == 200


async def test_letters_with_codes_are_few_per_address(limited, reached, answering):
    made, _candidate = await answering(TEXT)
    async with reached(limited(mail=2)) as stranger:
        path = f"/api/public/interview/{made.token}/continue"
        statuses = [(await stranger.post(path, json={"email": "ada@example.com"})).status_code for _ in range(3)]
    assert statuses == [202, 202, 429]


async def test_a_candidate_counts_for_themselves_and_not_for_the_house_they_sit_in(limited, reached, answering):
    """Forty candidates behind one address, each as busy as one may be."""
    app = limited(network=60, user=10)
    people = [await answering(TEXT) for _ in range(8)]
    transport = httpx.ASGITransport(app, client=("198.51.100.7", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as house:
        for made, candidate in people:
            one = CandidateClient(house, made.token, candidate.session_id, candidate.key)
            statuses = [
                (await house.get("/api/public/room", headers={"authorization": f"Candidate {one.key}"})).status_code
                for _ in range(11)
            ]
            assert statuses == [200] * 10 + [429]
        assert (await house.get("/sign-in")).headers["ratelimit"].startswith('"network";r=59')


async def test_pieces_of_a_recording_are_never_counted(limited, reached, answering):
    _made, candidate = await answering(TEXT)
    headers = {"authorization": f"Candidate {candidate.key}", "tus-resumable": "1.0.0"}
    async with reached(limited(user=1, network=1), **headers) as browser:
        path = f"/api/public/uploads/{new_token()}"
        statuses = {(await browser.patch(path, headers={"upload-offset": "0"})).status_code for _ in range(20)}
    assert 429 not in statuses


async def test_switched_off_means_off(application_with, reached):
    async with reached(application_with(limits=False, limit_network=1)) as program:
        answers = [await program.get("/sign-in") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "ratelimit" not in answers[0].headers
