"""Everything an organisation has, as one archive: whole, of nobody else, for a day."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from tests.contexts.reporting.candidates import hand_in
from tests.contexts.retention.walked import interview, walk

from colloquy.contexts.identity.public import Role
from colloquy.contexts.retention.policy.taking_out import LEFT_OUT
from colloquy.kit import clock

HOME = "/settings/privacy/export"


@pytest.fixture
async def archive(runtime, app, api, make_organisation, run_jobs, sign_in, browser_client):
    """An organisation with one candidate, its owner's browser, the address of the archive, and what is in it."""
    organisation = await make_organisation("Exporters")
    made = await interview(runtime, organisation)
    walked = await walk(runtime, app, api, made, run_jobs, sign_in)
    owner = await browser_client(organisation)
    assert (await owner.submit(HOME, {})).status_code == 303
    page = (await owner.page(HOME)).text
    assert 'hx-trigger="every 3s"' in page
    await run_jobs()
    page = (await owner.page(HOME)).text
    assert "Ready" in page
    address = f"{HOME}/" + page.partition(f'href="{HOME}/')[2].partition('"')[0]
    response = await owner.get(address)
    assert response.status_code == 200, response.text
    return walked, owner, address, response.content


def _opened(data: bytes) -> tuple[zipfile.ZipFile, dict]:
    opened = zipfile.ZipFile(io.BytesIO(data))
    return opened, json.loads(opened.read("manifest.json"))


async def test_every_table_of_a_tenant_is_in_it_or_named_with_a_reason(archive, owner_connection):
    walked, _owner, _address, data = archive
    opened, manifest = _opened(data)
    tables = owner_connection.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relrowsecurity"
    ).fetchall()
    for (table,) in tables:
        if table in LEFT_OUT:
            assert LEFT_OUT[table]
            assert table not in manifest["tables"]
            continue
        own = "id" if table == "organisations" else "org_id"
        count = owner_connection.execute(
            f"select count(*) from {table} where {own} = %s", [walked.scope.org_id]
        ).fetchone()
        rows = manifest["tables"][table]["rows"]
        if table == "audit_entries":
            assert 0 < rows <= count[0], "that it was fetched is noted after it was made"
        else:
            assert rows == count[0], table
    for facts in [*manifest["tables"].values(), *manifest["media"].values()]:
        content = opened.read(facts["path"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (facts["bytes"], facts["sha256"])
    for line in opened.read("rows/sessions.jsonl").splitlines():
        assert json.loads(line)["org_id"] == str(walked.scope.org_id)
    assert len(manifest["media"]) >= 3, "a recording, a file, a voice message"


async def test_no_secret_and_nobody_elses_row_is_in_it(
    archive, runtime, api, make_organisation, owner_connection, run_jobs
):
    walked, _owner, _address, data = archive
    opened, manifest = _opened(data)
    text = b"".join(opened.read(name) for name in opened.namelist() if name.startswith("rows/")).decode()
    assert walked.email in text
    orgs = [str(one) for (one,) in owner_connection.execute("select id from organisations").fetchall()]
    assert [one for one in orgs if one in text] == [str(walked.scope.org_id)]
    assert walked.candidate.key.split(".")[2] not in text
    for name in ("password_hash", "secret_hash", "sealed", "link_hash"):
        assert f'"{name}"' not in text
    assert manifest["tables"]["people"]["rows"] >= 1


async def test_it_can_be_fetched_for_a_day_by_who_may_and_by_nobody_else(
    archive, runtime, browser_client, make_organisation, bring_forward, run_jobs, settings, owner_connection
):
    walked, owner, address, _data = archive
    admin = await browser_client(walked.made.organisation, Role.RECRUITER)
    assert (await admin.get(address)).status_code == 403
    assert (await admin.submit(HOME, {})).status_code == 403
    stranger = await browser_client(await make_organisation("Other"))
    assert (await stranger.get(address)).status_code == 404
    stored = list((settings.data_dir / "media" / str(walked.scope.org_id) / "exports").glob("*.zip"))
    assert len(stored) == 1
    assert not zipfile.is_zipfile(stored[0]), "encrypted where it lies"
    with clock.travelled(timedelta(hours=25)):
        assert (await owner.get(address)).status_code == 404
        owner_connection.execute(
            "update procrastinate_jobs set scheduled_at = null where task_name = 'retention.end_export'"
        )
        await run_jobs()
    assert not stored[0].exists()
    assert "Its day is over." in (await owner.page(HOME)).text


async def test_an_archive_goes_when_somebody_in_it_is_erased(archive, api, run_jobs, settings):
    walked, owner, address, _data = archive
    assert (await api.delete(f"/api/sessions/{walked.id}")).status_code == 204
    assert (await owner.get(address)).status_code == 404
    await run_jobs()
    assert list((settings.data_dir / "media" / str(walked.scope.org_id) / "exports").glob("*.zip")) == []
    assert "A candidate was erased since" in (await owner.page(HOME)).text


async def test_one_at_a_time(runtime, api, make_organisation, browser_client, run_jobs):
    organisation = await make_organisation()
    await hand_in(runtime, api, organisation)
    owner = await browser_client(organisation)
    for _ in range(2):
        assert (await owner.submit(HOME, {})).status_code == 303
    assert "An export is being made already" in (await owner.page(HOME)).text
    await run_jobs()
