"""Days as programs send them: nothing is guessed from a number."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from colloquy.kit.moments import Day

DAYS = TypeAdapter(Day)


def test_a_day_is_read():
    assert DAYS.validate_python("2026-12-31") == date(2026, 12, 31)
    assert DAYS.validate_json('"2026-12-31"') == date(2026, 12, 31)


@pytest.mark.parametrize("text", ["0", "20261231", "2026-12-31T00:00:00Z", "2026-13-01", "1e9", "", "\u0662026-12-31"])
def test_what_is_no_day_is_refused(text: str):
    with pytest.raises(ValidationError):
        DAYS.validate_python(text)


@pytest.mark.parametrize("path", ["/api/impact", "/api/impact.csv", "/api/model-usage"])
async def test_a_number_is_no_day_in_an_address(api, make_organisation, sign_in, path: str):
    await sign_in(await make_organisation())
    name = "since" if "usage" in path else "last"
    refused = await api.get(path, params={name: "0"})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, [f"query.{name}"])
