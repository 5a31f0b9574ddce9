"""Addresses of services, read before anything is connected."""

from __future__ import annotations

import pytest

from custody.network.address import decode_address, decode_proxy
from custody.network.fault import ExchangeError


def refused(url: str) -> ExchangeError:
    """The error with which an address is refused."""
    with pytest.raises(ExchangeError) as caught:
        decode_address(url)
    assert caught.value.code == "URL"
    return caught.value


@pytest.mark.parametrize(
    ("url", "secure", "host", "port", "target"),
    [
        ("http://tsa.example", False, "tsa.example", 80, "/"),
        ("https://tsa.example/", True, "tsa.example", 443, "/"),
        ("http://tsa.example:3161/tsr?x=1&y", False, "tsa.example", 3161, "/tsr?x=1&y"),
        ("http://tsa.example:/a", False, "tsa.example", 80, "/a"),
        ("http://tsa.example?q", False, "tsa.example", 80, "/?q"),
        ("HTTP://TSA.Example./a", False, "tsa.example.", 80, "/a"),
        ("http://127.0.0.1:8080/", False, "127.0.0.1", 8080, "/"),
        ("https://[2001:db8::1]/a", True, "2001:db8::1", 443, "/a"),
        ("http://[::1]:3161", False, "::1", 3161, "/"),
        ("http://a_b.example/~c/d;e=f,g/%20", False, "a_b.example", 80, "/~c/d;e=f,g/%20"),
    ],
)
def test_an_address_reads(url: str, secure: bool, host: str, port: int, target: str) -> None:  # noqa: FBT001 - a column
    """Scheme, host, port and target are what the URL says."""
    found = decode_address(url)
    assert (found.secure, found.host, found.port, found.target) == (secure, host, port, target)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tsa.example",
        "//tsa.example/",
        "ftp://tsa.example/",
        "file:///etc/hostname",
        "http://",
        "http:///path",
        "http://tsa.example/#part",
        "http://tsa.example/#",
        "http://tsa .example/",
        "http://tsa.example/a b",
        "http://tsa.example/\r\nX-More: 1",
        "\nhttp://tsa.example/",
        "http://tsa.example/\x00",
        "http://tsä.example/",
        "http://tsa.example/“",
        "http://tsa.example\\@other.example/",
        "http://[::1",
        "http://[::1%25eth0]/",
        "http://[1.2.3.4]/",
        "http://[v1.a:b]/",
        "http://::1/",
        "http://tsa..example/",
        "http://.example/",
        "http://-tsa.example/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 127}example/",
        "http://tsa.example:0/",
        "http://tsa.example:65536/",
        "http://tsa.example:http/",
        "http://tsa.example:-1/",
        f"http://tsa.example/{'a' * 2048}",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """Anything that could be read in two ways, or leads elsewhere than to a host by http, is refused."""
    assert refused(url).code == "URL"


@pytest.mark.parametrize("user", ["witness:secret@", "witness@", "@", ":@"])
def test_a_user_name_is_refused_and_not_repeated(user: str) -> None:
    """User name and password never travel and never show."""
    error = refused(f"http://{user}tsa.example/")
    assert "user name" in str(error)
    assert "witness" not in str(error)


def test_a_host_header_leaves_the_usual_port_out() -> None:
    """The port stands in it only where it is another; IPv6 has its brackets."""
    urls = ["http://a:80/", "https://a:443/", "http://a:443/", "https://[::1]/", "https://[::1]:80/"]
    headers = [decode_address(url).host_header for url in urls]
    assert headers == ["a", "a", "a:443", "[::1]", "[::1]:80"]


def test_a_query_is_not_shown() -> None:
    """What stands behind the question mark may be somebody's account."""
    assert decode_address("http://tsa.example/a?key=1").shown == "http://tsa.example/a"


def test_a_proxy_is_a_host_and_a_port() -> None:
    """Anything else in the address of a proxy is refused."""
    assert decode_proxy("http://proxy.example:3128").place == "proxy.example:3128"
    for url in ("https://proxy.example", "http://proxy.example/path", "http://me@proxy.example"):
        with pytest.raises(ExchangeError) as caught:
            decode_proxy(url)
        assert caught.value.code == "URL"
        assert str(caught.value).startswith("proxy: expected an ")
