"""The conversation's page as the server draws it, and who is led elsewhere."""

from __future__ import annotations

import httpx
import pytest
from tests.contexts.conversations import talking
from tests.contexts.conversations.conftest import address, client, interviewers, slow, talker  # noqa: F401 - fixtures
from tests.contexts.conversations.talking import ANSWER, Talker
from tests.factories.candidates import begin
from tests.factories.interviews import TEXT


async def page_of(one: Talker) -> httpx.Response:
    """The page in the browser that holds this candidate's key."""
    cookie = f"colloquy_candidate={one.candidate.key}.{one.candidate.token}"
    return await one.client.get(f"/{one.candidate.token}/chat", headers={"Cookie": cookie, "Accept": "text/html"})


async def test_what_was_said_is_on_the_page_without_any_script(talker):  # noqa: F811 - the fixture above
    await talker.go_on()
    await talker.say(ANSWER)
    html = (await page_of(talker)).text

    assert html.count('class="chat-message" data-who="interviewer" data-seq="') >= 3
    assert "AI interviewer: a computer program" in html
    assert ANSWER in html
    assert 'role="log"' in html
    assert "Backend engineer" in html
    assert "secret point" not in html


async def test_what_candidates_write_stays_text(talker):  # noqa: F811
    await talker.go_on()
    await talker.say('</script><script>alert(1)</script><img src=x onerror="alert(2)">')
    html = (await page_of(talker)).text

    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_who_has_not_begun_is_led_to_the_beginning(client, runtime, make_organisation):  # noqa: F811
    interview = await talking.publish(runtime, await make_organisation())
    response = await client.get(f"/{interview.token}/chat", headers={"Accept": "text/html"})

    assert (response.status_code, response.headers["location"]) == (303, f"/{interview.token}")


@pytest.mark.parametrize("agreed", [False, True], ids=["before the notice", "at another question"])
async def test_whose_turn_is_something_else_is_led_to_the_room(client, runtime, make_organisation, agreed):  # noqa: F811
    interview = await talking.publish(runtime, await make_organisation(), TEXT, talking.conversation())
    candidate = await begin(client, interview.token)
    if agreed:
        await candidate.agree()
    response = await page_of(Talker(candidate))

    assert (response.status_code, response.headers["location"]) == (303, f"/{interview.token}/room")


async def test_afterwards_one_is_led_on(talker):  # noqa: F811
    await talker.go_on()
    await talker.post("/chat/end", talker.body())
    response = await page_of(talker)

    assert (response.status_code, response.headers["location"]) == (303, f"/{talker.candidate.token}/room")


async def test_an_unknown_address_is_a_page_that_says_so(client):  # noqa: F811
    response = await client.get("/no-such-token-at-all/chat", headers={"Accept": "text/html"})
    assert response.status_code == 404
