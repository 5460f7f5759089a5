import pytest

from colloquy.contexts.identity.policy.addresses import browser_name, local


@pytest.mark.parametrize("address", ["/", "/team", "/sessions/1?tab=2#answers", "/интервью", "/a//b"])
def test_a_path_on_this_site_is_kept(address):
    assert local(address) == address


@pytest.mark.parametrize(
    "address", [None, "", "team", "//x", "/\\x", "\\/x", "http://x", "/a b", "/a\nb", "/\x00", "/a\\b", " /a"]
)
def test_anything_else_becomes_the_start(address):
    assert local(address) == "/"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("python-httpx/0.28.1", "python-httpx/0.28.1"),
        ("curl/8.5.0 (x86_64)", "curl/8.5.0"),
        ("", ""),
        ("\x00\x01 <b>", "<b>"),
        ("y" * 500, "y" * 120),
    ],
)
def test_browsers_are_called_by_the_name_people_know(user_agent, name):
    assert browser_name(user_agent) == name
