"""Behind proxies: who is believed, and how far."""

import pytest
from pydantic import ValidationError

from colloquy.kit.http.proxies import TrustedProxies, network_of, networks
from colloquy.settings import Settings

ONE = "10.0.0.5"
TWO = "10.0.0.6"


async def seen(headers, *, peer=ONE, trusted="10.0.0.0/24, fd00::/8", spoken="x-forwarded", kind="http", scheme=None):
    """(client, scheme, host) as the product sees them."""
    found = {}

    async def app(scope, _receive, _send):
        found.update(scope)

    given = [(b"host", b"inside:8000")]
    given += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {
        "type": kind,
        "scheme": scheme or ("http" if kind == "http" else "ws"),
        "client": (peer, 4711) if peer else None,
        "headers": given,
    }
    await TrustedProxies(app, networks(trusted), spoken)(scope, None, None)
    hosts = [value.decode() for name, value in found["headers"] if name == b"host"]
    assert len(hosts) == 1
    return found["client"][0] if found["client"] else None, found["scheme"], hosts[0]


FULL = [
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "jobs.example.org"),
]


async def test_a_trusted_proxy_is_believed():
    assert await seen(FULL) == ("203.0.113.9", "https", "jobs.example.org")


@pytest.mark.parametrize("peer", ["203.0.113.77", "10.0.1.5", "::1", "testclient", None])
async def test_anybody_else_is_not(peer):
    assert await seen(FULL, peer=peer) == (peer, "http", "inside:8000")


async def test_without_the_setting_nobody_is():
    assert await seen(FULL, trusted="") == (ONE, "http", "inside:8000")


@pytest.mark.parametrize(
    ("forwarded_for", "client"),
    [
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (f"198.51.100.1, 203.0.113.9, {TWO}", "203.0.113.9"),
        (f"127.0.0.1, {TWO}, 203.0.113.9, {TWO}", "203.0.113.9"),
        (f"{TWO}", TWO),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        (f"203.0.113.9, ::ffff:{TWO}", "203.0.113.9"),
        ("unknown", ONE),
        (f"203.0.113.9, _hidden, {TWO}", TWO),
        ("203.0.113.9, ", ONE),
        ("999.1.1.1", ONE),
        ("<script>", ONE),
        ("[2001:db8::7", ONE),
        ("203.0.113.9:port", ONE),
        ("", ONE),
        (", ".join([TWO] * 1000), TWO),
    ],
    ids=str,
)
async def test_addresses_are_read_from_the_right_up_to_the_first_that_is_not_trusted(forwarded_for, client):
    assert (await seen([("X-Forwarded-For", forwarded_for)]))[0] == client


async def test_a_header_that_comes_twice_is_one_list():
    twice = [("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.9")]
    assert (await seen(twice))[0] == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded_for", "proto", "scheme"),
    [
        ("203.0.113.9", "https", "https"),
        ("203.0.113.9", "HTTPS", "https"),
        ("203.0.113.9", "http", "http"),
        ("203.0.113.9", "https, http", "http"),  # what stands left of the hop's own word is the client's
        (f"203.0.113.9, {TWO}", "https, http", "https"),  # TLS ends at the outer of two
        (f"203.0.113.9, {TWO}", "https", "https"),
        ("203.0.113.9", "javascript", "http"),
        ("203.0.113.9", "", "http"),
    ],
)
async def test_the_scheme_is_that_of_the_hop_where_the_client_came_in(forwarded_for, proto, scheme):
    given = [("X-Forwarded-For", forwarded_for), ("X-Forwarded-Proto", proto)]
    assert (await seen(given))[1] == scheme


async def test_a_proxy_that_names_only_the_scheme_is_believed_that():
    assert await seen([("X-Forwarded-Proto", "https")]) == (ONE, "https", "inside:8000")


async def test_websockets_by_tls_are_wss():
    assert (await seen(FULL, kind="websocket"))[1] == "wss"


@pytest.mark.parametrize(
    "host", ["evil.example/path", "a b", "evil.example\r\nX: y", "-x", "", "[::1", "höst", "a:b:c"]
)
async def test_a_host_that_is_none_is_not_taken(host):
    assert (await seen([("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", host)]))[2] == "inside:8000"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("for=203.0.113.9;proto=https;host=jobs.example.org", ("203.0.113.9", "https", "jobs.example.org")),
        ('For="[2001:db8::7]:443";Proto=https', ("2001:db8::7", "https", "inside:8000")),
        ("for=198.51.100.1;proto=https, for=203.0.113.9", ("203.0.113.9", "http", "inside:8000")),
        (f"for=198.51.100.1, for=203.0.113.9;proto=https, for={TWO}", ("203.0.113.9", "https", "inside:8000")),
        ('for="1, for=6.6.6.6", for=203.0.113.9', ("203.0.113.9", "http", "inside:8000")),
        ("for=_secret;proto=https", (ONE, "https", "inside:8000")),
        ("for=203.0.113.9;for=198.51.100.1", (ONE, "http", "inside:8000")),
        ("for=203.0.113.9 x", (ONE, "http", "inside:8000")),
        ('for="203.0.113.9', (ONE, "http", "inside:8000")),
        (";;,,", (ONE, "http", "inside:8000")),
    ],
    ids=str,
)
async def test_the_standard_header_when_it_is_what_the_proxies_write(forwarded, expected):
    assert await seen([("Forwarded", forwarded)], spoken="forwarded") == expected


async def test_the_kind_of_header_that_the_proxy_does_not_write_is_the_clients_own():
    both = [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=6.6.6.6;proto=https;host=evil.example")]
    assert await seen(both) == ("203.0.113.9", "http", "inside:8000")
    assert (await seen(both, spoken="forwarded"))[0] == "6.6.6.6"


async def test_a_proxy_reached_by_ipv6_is_trusted_by_its_network():
    assert (await seen(FULL, peer="fd00::1"))[0] == "203.0.113.9"


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_subscriber_is_a_64(host, network):
    assert network_of(host) == network


def test_what_is_no_network_is_refused_with_its_name():
    with pytest.raises(ValidationError, match=r"'proxy\.local' is no address"):
        Settings(trusted_proxies="10.0.0.1, proxy.local", _env_file=None)
