"""The organisation's logo: known by its bytes, shown to everybody, chosen by those who manage the organisation."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.policy.pictures import MAX_BYTES, PictureError, read_picture
from colloquy.contexts.identity.public import Role


def picture(kind: str, size: tuple[int, int] = (64, 32), **options) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", size, "#0f766e").save(held, kind, **options)
    return held.getvalue()


PNG = picture("PNG")
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("JPEG", progressive=True, exif=b"Exif\0\0" + b"x" * 300), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (picture("WEBP", lossless=True), "image/webp"),
        (picture("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"), "image/webp"),
    ],
)
def test_pictures_are_known_by_their_bytes(data, media_type):
    found = read_picture(data)
    assert (found.media_type, found.width, found.height) == (media_type, 64, 32)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Choose a picture first"),
        (SVG, "SVG files can carry programs"),
        (b"\n<!-- x --><SVG>", "SVG files can carry programs"),
        (b"GIF89a" + b"\0" * 100, "not a whole PNG"),
        (b"<html><script>alert(1)</script>", "not a whole PNG"),
        (PNG[:-1], "not a whole PNG"),
        (PNG + b"<script>alert(1)</script>", "not a whole PNG"),
        (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IEND", b""), "not a whole PNG"),
        (picture("JPEG")[:-2], "not a whole PNG"),
        (picture("JPEG")[:30], "not a whole PNG"),
        (picture("WEBP") + b"more", "not a whole PNG"),
        (b"RIFF", "not a whole PNG"),
        (picture("PNG", (4097, 16)), "4097 × 16"),
        (picture("PNG", (15, 16)), "15 × 16"),
        (PNG + b"\0" * MAX_BYTES, "larger than 512 KB"),
    ],
)
def test_other_bytes_are_refused_with_what_to_do(data, says):
    with pytest.raises(PictureError, match=says):
        read_picture(data)


@pytest.fixture
async def organisation(make_organisation):
    return await make_organisation()


@pytest.fixture
def address(database):
    async def read(organisation) -> str | None:
        async with database.begin(organisation.scope) as db:
            return (await identity.organisation(db, organisation.scope)).logo_address

    return read


async def send(browser, data: bytes, name: str = "logo.png"):
    return await browser.submit("/settings/logo", files={"logo": (name, data, "image/png")})


async def test_a_logo_is_chosen_shown_replaced_and_removed(organisation, browser_client, address, api):
    browser = await browser_client(organisation)
    assert await address(organisation) is None

    assert (await send(browser, PNG)).headers["location"] == "/settings"
    first = await address(organisation)
    assert f'src="{first}"' in (await browser.page("/settings")).text
    shown = await api.get(first)
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert shown.headers["x-content-type-options"] == "nosniff"

    await send(browser, picture("JPEG"), "logo.png")
    second = await address(organisation)
    assert (await api.get(second)).headers["content-type"] == "image/jpeg"
    assert (await api.get(first)).status_code == 404

    await browser.submit("/settings/logo/remove")
    assert await address(organisation) is None
    assert (await api.get(second)).status_code == 404
    assert (await browser.submit("/settings/logo/remove")).status_code == 303


async def test_a_refused_picture_changes_nothing(organisation, browser_client, address):
    browser = await browser_client(organisation)
    await send(browser, PNG)
    before = await address(organisation)

    page = await send(browser, SVG, "logo.svg")

    assert page.status_code == 422
    assert "SVG files can carry programs" in page.text
    assert await address(organisation) == before
    assert "Choose a picture first" in (await browser.submit("/settings/logo", {"logo": ""})).text


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.REVIEWER])
async def test_only_those_who_manage_the_organisation_choose_it(organisation, browser_client, address, role):
    browser = await browser_client(organisation, role)
    assert (await browser.submit("/settings/logo", {"logo": ""})).status_code == 403
    assert (await browser.submit("/settings/logo/remove")).status_code == 403
    assert await address(organisation) is None


async def test_the_address_is_the_organisations_own(organisation, make_organisation, browser_client, address, api):
    await send(await browser_client(organisation), PNG)
    other = await make_organisation()

    _, _, _, digest = (await address(organisation)).split("/")

    assert (await api.get(f"/logo/{other.scope.org_id}/{digest}")).status_code == 404
    assert (await api.get(f"/logo/{organisation.scope.org_id}/{'0' * 32}")).status_code == 404
