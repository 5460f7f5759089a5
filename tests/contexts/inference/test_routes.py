"""Models, keys, budget and usage as JSON."""

import pytest

from colloquy.contexts.identity.public import Role
from colloquy.contexts.inference.public import About, NoAnswer, Task
from colloquy.kit.ids import new_id
from colloquy.providers.llm.structured import ModelRefused

NOBODY = "01a1fe95-0df6-7196-84d4-30a99d7f64a0"
"""No row has it, and it is the same in every process that collects these tests."""
KEY = "sk-unmistakable-7Q4Z"
MODEL = {"vendor": "openai", "model": "gpt-5-mini"}
NEW_KEY = {"vendor": "openai", "label": "Team account", "key": KEY, "per_minute": 60}


@pytest.fixture
async def signed_in(make_organisation, sign_in):
    organisation = await make_organisation()
    await sign_in(organisation)
    return organisation


async def test_a_model_comes_changes_and_goes(api, signed_in):
    made = await api.post("/api/models", json=MODEL)
    assert made.status_code == 201, made.text
    model = made.json()
    assert (model["name"], model["tier"], model["tasks"]) == (
        "openai:gpt-5-mini",
        "standard",
        ["evaluate", "converse", "draft"],
    )
    assert (model["input_microdollars_per_million"], model["output_microdollars_per_million"]) == (250_000, 2_000_000)
    changed = await api.put(
        f"/api/models/{model['id']}", json={"tier": "best", "tasks": ["draft"], "position": 2, "enabled": False}
    )
    assert changed.json() == {**model, "tier": "best", "tasks": ["draft"], "position": 2, "enabled": False}
    assert (await api.get("/api/models")).json() == [changed.json()]
    assert (await api.delete(f"/api/models/{model['id']}")).status_code == 204
    assert (await api.delete(f"/api/models/{model['id']}")).json()["code"] == "model_not_found"


async def test_the_same_model_twice_is_refused(api, signed_in):
    await api.post("/api/models", json=MODEL)
    assert (await api.post("/api/models", json=MODEL)).json()["code"] == "model_exists"
    other = await api.post("/api/models", json={**MODEL, "base_url": "https://gateway.example/v1"})
    assert other.status_code == 201, "the same at another address is another"


@pytest.mark.parametrize(
    "wrong",
    [
        {"vendor": "nobody"},
        {"model": ""},
        {"tier": "golden"},
        {"tasks": []},
        {"tasks": ["gossip"]},
        {"position": -1},
        {"position": "1"},
        {"enabled": "yes"},
        {"base_url": "file:///etc/passwd"},
        {"base_url": "http://169.254.169.254/"},
        {"surprise": 1},
    ],
)
async def test_input_is_strict(api, signed_in, wrong):
    response = await api.post("/api/models", json={**MODEL, **wrong})
    assert (response.status_code, response.json()["code"]) == (422, "malformed")


async def test_a_key_is_never_given_out_again(api, signed_in):
    made = await api.post("/api/model-keys", json=NEW_KEY)
    assert made.status_code == 201, made.text
    key = made.json()
    assert (key["label"], key["last4"], key["state"]) == ("Team account", "7Q4Z", "active")
    said = [made, await api.get("/api/model-keys")]
    said += [await api.post(f"/api/model-keys/{key['id']}/{verb}") for verb in ("disable", "enable")]
    said.append(await api.patch(f"/api/model-keys/{key['id']}", json={"label": "Other", "per_minute": None}))
    said.append(await api.post("/api/model-keys", json=NEW_KEY))
    assert said[-1].json()["code"] == "model_key_exists"
    said.append(await api.post("/api/model-keys", json={**NEW_KEY, "label": ""}))
    said.append(await api.post("/api/model-keys", json={**NEW_KEY, "key": KEY + " with more"}))
    assert [answer.status_code for answer in said[-2:]] == [422, 422]
    said.append(await api.delete(f"/api/model-keys/{key['id']}"))
    for answer in said:
        assert KEY not in answer.text
    assert (await api.post(f"/api/model-keys/{key['id']}/enable")).json()["code"] == "model_key_retired"
    assert (await api.delete(f"/api/model-keys/{key['id']}")).status_code == 204, "twice is fine"


async def test_a_key_is_in_no_log_and_in_no_dump_of_the_database(api, signed_in, where, capfd, caplog):
    key = (await api.post("/api/model-keys", json=NEW_KEY)).json()
    await api.post(f"/api/model-keys/{key['id']}/replace", json={"key": KEY + "-second"})
    await api.post("/api/model-keys", json={**NEW_KEY, "key": KEY + " spoilt"})
    out, err = capfd.readouterr()
    assert KEY not in out + err + caplog.text
    assert "Model key added" in out + err + caplog.text, "the logs were looked at"
    dump = _dump(where.migrating)
    assert "Team account" in dump, "the dump has the row"
    assert KEY not in dump
    assert KEY.encode().hex() not in dump


def _dump(address):
    """Every row of every table, as a thief of the database would read it."""
    import psycopg

    with psycopg.connect(address) as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        return "\n".join(
            str(row) for (name,) in names for row in connection.execute(f"select t::text from {name} t").fetchall()
        )


async def test_replacing_answers_with_the_new_key(api, signed_in):
    old = (await api.post("/api/model-keys", json=NEW_KEY)).json()
    new = (await api.post(f"/api/model-keys/{old['id']}/replace", json={"key": "sk-another-one-NEW1"})).json()
    assert new["id"] != old["id"]
    assert (new["label"], new["per_minute"], new["last4"], new["state"]) == ("Team account", 60, "NEW1", "active")
    states = {key["id"]: key["state"] for key in (await api.get("/api/model-keys")).json()}
    assert states == {new["id"]: "active", old["id"]: "retired"}


async def test_a_replacement_that_is_refused_leaves_the_old_key(api, signed_in):
    old = (await api.post("/api/model-keys", json=NEW_KEY)).json()
    await api.post("/api/model-keys", json={**NEW_KEY, "key": "sk-another-one-NEW1"})
    refused = await api.post(f"/api/model-keys/{old['id']}/replace", json={"key": "sk-another-one-NEW1"})
    assert refused.json()["code"] == "model_key_exists"
    assert {key["state"] for key in (await api.get("/api/model-keys")).json()} == {"active"}


async def test_a_test_without_a_model_says_so(api, signed_in):
    key = (await api.post("/api/model-keys", json=NEW_KEY)).json()
    assert (await api.post(f"/api/model-keys/{key['id']}/test")).json()["code"] == "nothing_to_test_with"


async def test_a_budget_is_read_and_set(api, signed_in):
    empty = (await api.get("/api/model-budget")).json()
    assert (empty["hard_microdollars"], empty["spent_microdollars"], empty["level"]) == (None, 0, "fine")
    limits = {"warning_microdollars": 1_000_000, "soft_microdollars": 2_000_000, "hard_microdollars": 3_000_000}
    assert (await api.put("/api/model-budget", json=limits)).json() == {**empty, **limits}
    wrong = await api.put("/api/model-budget", json={"warning_microdollars": 2, "hard_microdollars": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "malformed")
    assert (await api.put("/api/model-budget", json={"hard_microdollars": -1})).status_code == 422
    most = {"hard_microdollars": 9_999_999_999_999}  # ten million dollars: more than 32 bits
    assert (await api.put("/api/model-budget", json=most)).json()["hard_microdollars"] == most["hard_microdollars"]


@pytest.fixture
async def used(desk, sign_in):
    """Three answers about one session, one kept, one refused."""
    key = await desk.key("sk-first-0001", label="=cmd|' /C calc'!A0")
    agreed = (await desk.agreed()).session_id
    about = About(new_id(), new_id())
    await desk.decides(about.session_id, agrees=True)
    await desk.ask("One.", about=about)
    for prompt in ("Two.", "Three.", "Three."):
        await desk.ask(prompt, about=About(about.interview_id, agreed))
    desk.vendor("openai:gpt-5-mini", lambda _request, _key: ModelRefused("content_filter", "No."))
    with pytest.raises(NoAnswer):
        await desk.ask("Four.", task=Task.DRAFT)
    await sign_in(desk.organisation)
    return desk, key, about


async def test_usage_adds_up(api, used):
    _desk, key, about = used
    (day,) = (await api.get("/api/model-usage")).json()
    assert (day["calls"], day["answered"], day["cached"], day["failed"]) == (5, 3, 1, 1)
    assert (day["input_tokens"], day["output_tokens"], day["cost_microdollars"]) == (300, 150, 375)
    by_task = (await api.get("/api/model-usage?by=task&by=outcome")).json()
    assert {(row["of"]["task"], row["of"]["outcome"]): row["calls"] for row in by_task} == {
        ("evaluate", "answered"): 3,
        ("evaluate", "cached"): 1,
        ("draft", "refused:content_filter"): 1,
    }
    for by, named in (("session", about.session_id), ("interview", about.interview_id), ("key", key)):
        rows = (await api.get(f"/api/model-usage?by={by}")).json()
        assert str(named) in {row["of"][by] for row in rows}
    assert (await api.get("/api/model-usage?by=model")).json()[0]["of"] == {"model": "openai:gpt-5-mini"}


async def test_usage_of_other_days_is_not_in_it(api, used):
    assert (await api.get("/api/model-usage?since=2020-01-01&until=2020-01-31")).json() == []


@pytest.mark.parametrize(
    "query",
    [
        "by=weather",
        "since=2026-02-02&until=2026-02-01",
        "since=2020-01-01&until=2026-01-01",
        "since=soon",
        "until=9999-12-31",
    ],
)
async def test_a_span_that_cannot_be_is_refused(api, signed_in, query):
    assert (await api.get(f"/api/model-usage?{query}")).status_code == 422


async def test_the_table_is_safe_to_open(api, used):
    response = await api.get("/api/model-usage.csv?by=key&by=outcome")
    assert response.headers["content-type"].startswith("text/csv")
    assert "attachment" in response.headers["content-disposition"]
    lines = response.text.split("\r\n")
    assert lines[0].startswith("key,outcome,key_label,calls,")
    assert any(",'=cmd|" in line or ",\"'=cmd|" in line for line in lines[1:]), response.text
    assert not any(",=cmd" in line for line in lines)


ROUTES = [
    ("GET", "/api/models"),
    ("POST", "/api/models"),
    ("PUT", f"/api/models/{NOBODY}"),
    ("DELETE", f"/api/models/{NOBODY}"),
    ("GET", "/api/model-keys"),
    ("POST", "/api/model-keys"),
    ("PATCH", f"/api/model-keys/{NOBODY}"),
    ("POST", f"/api/model-keys/{NOBODY}/replace"),
    ("POST", f"/api/model-keys/{NOBODY}/enable"),
    ("POST", f"/api/model-keys/{NOBODY}/disable"),
    ("POST", f"/api/model-keys/{NOBODY}/test"),
    ("DELETE", f"/api/model-keys/{NOBODY}"),
    ("GET", "/api/model-budget"),
    ("PUT", "/api/model-budget"),
    ("GET", "/api/model-usage"),
    ("GET", "/api/model-usage.csv"),
]
BODIES = {
    "/api/models": MODEL,
    "/api/model-keys": NEW_KEY,
    "replace": {"key": KEY},
    "PATCH": {"label": "x"},
    "PUT": {},
}


def body(method, path):
    return next((given for end, given in BODIES.items() if path.endswith(end) or method == end), None)


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_only_managers_are_answered(api, signed_in, sign_in, method, path):
    await sign_in(signed_in, Role.RECRUITER)
    refused = await api.request(method, path, json=body(method, path) if method != "GET" else None)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    api.headers.pop("authorization")
    assert (await api.request(method, path, json=body(method, path) if method != "GET" else None)).status_code in {
        401,
        403,
    }


async def test_another_organisations_things_are_not_there(api, signed_in, make_organisation, sign_in):
    model = (await api.post("/api/models", json=MODEL)).json()["id"]
    key = (await api.post("/api/model-keys", json=NEW_KEY)).json()["id"]
    await sign_in(await make_organisation())
    assert (await api.get("/api/models")).json() == []
    assert (await api.get("/api/model-keys")).json() == []
    for method, path in (
        ("PUT", f"/api/models/{model}"),
        ("DELETE", f"/api/models/{model}"),
        ("PATCH", f"/api/model-keys/{key}"),
        ("POST", f"/api/model-keys/{key}/replace"),
        ("POST", f"/api/model-keys/{key}/enable"),
        ("POST", f"/api/model-keys/{key}/disable"),
        ("POST", f"/api/model-keys/{key}/test"),
        ("DELETE", f"/api/model-keys/{key}"),
    ):
        assert (await api.request(method, path, json=body(method, path))).status_code == 404, path


async def test_an_address_inside_our_own_network_is_refused_with_the_setting_that_opens_it(api, signed_in):
    model = await api.post("/api/models", json={**MODEL, "base_url": "http://10.0.0.8:9000/v1"})
    key = await api.post("/api/model-keys", json={**NEW_KEY, "base_url": "http://169.254.169.254/v1"})

    assert (model.status_code, key.status_code) == (422, 422)
    assert "COLLOQUY_OUTBOUND_ALLOW=10.0.0.8:9000" in model.text
    assert (await api.get("/api/models")).json() == []
