"""TLS with the system's trust store, and HTTP proxies, against servers on the loopback interface."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from custody.network.fault import ExchangeError
from custody.network.timestamp import request_token
from tests.tools.raw_server import Conversation, RawServer, answering, in_tls, in_tunnel, says, silent

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

REPLY = b"\x30\x03\x02\x01\x00"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: 5\r\n\r\n" + REPLY


def server_context(folder: Path, address: str = "127.0.0.1") -> ssl.SSLContext:
    """A server's TLS with a certificate of its own; `cert.pem` is what a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's TLS that the system trusts."""
    context = server_context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return context


def fault_of(url: str, *, proxy: str | None = None, timeout_seconds: float = 5.0) -> ExchangeError:
    """The error with which a request ends."""
    with pytest.raises(ExchangeError) as caught:
        request_token(url, b"query", proxy=proxy, timeout_seconds=timeout_seconds)
    return caught.value


def without_tls(connection: socket.socket, _server: RawServer) -> None:
    """Answer whatever comes in plain http."""
    connection.recv(1 << 16)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


# ------------------------------------------------------------------------------------------------------ TLS
def test_https_with_a_trusted_certificate_works(tls: ssl.SSLContext) -> None:
    """The system's trust store decides."""
    with answering(in_tls(tls, says(ANSWER))) as server:
        assert request_token(f"https://127.0.0.1:{server.port}/", b"query") == REPLY
        assert server.heads[0].startswith("POST / HTTP/1.1\r\n")


def test_a_certificate_that_the_system_does_not_trust_is_refused(tmp_path: Path) -> None:
    """TLS, in words, and nothing is sent."""
    with answering(in_tls(server_context(tmp_path), says(ANSWER))) as server:
        error = fault_of(f"https://127.0.0.1:{server.port}/")
        assert not server.heads
    assert error.code == "TLS"
    assert "certificate not accepted: self" in str(error)


def test_a_certificate_of_another_host_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS."""
    context = server_context(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with answering(in_tls(context, says(ANSWER))) as server:
        assert fault_of(f"https://127.0.0.1:{server.port}/").code == "TLS"


def test_a_server_without_tls_is_named() -> None:
    """TLS, where plain http answers."""
    with answering(without_tls) as server:
        assert fault_of(f"https://127.0.0.1:{server.port}/").code == "TLS"


def test_a_handshake_ends_at_the_deadline() -> None:
    """TIMEOUT, where the other side says nothing."""
    with answering(silent) as server:
        assert fault_of(f"https://127.0.0.1:{server.port}/", timeout_seconds=0.3).code == "TIMEOUT"


def test_an_answer_in_tls_ends_at_the_deadline(tls: ssl.SSLContext) -> None:
    """TIMEOUT also inside TLS."""
    with answering(in_tls(tls, silent)) as server:
        assert fault_of(f"https://127.0.0.1:{server.port}/", timeout_seconds=0.3).code == "TIMEOUT"


def test_an_end_within_tls_is_named(tls: ssl.SSLContext) -> None:
    """REPLY_TRUNCATED: the length says that more was to come."""
    with answering(in_tls(tls, says(ANSWER[:-2]))) as server:
        assert fault_of(f"https://127.0.0.1:{server.port}/").code == "REPLY_TRUNCATED"


def test_rubbish_within_tls_is_named(tls: ssl.SSLContext) -> None:
    """TLS: bytes that are no record, after a sound handshake."""

    def spoil(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        with socket.socket(fileno=os.dup(connection.fileno())) as bare:
            bare.sendall(b"no record of TLS")

    with answering(in_tls(tls, spoil)) as server:
        assert fault_of(f"https://127.0.0.1:{server.port}/").code == "TLS"


# ---------------------------------------------------------------------------------------------------- proxies
def through(conversation: Conversation | bytes, url: str, *, timeout_seconds: float = 5.0) -> ExchangeError:
    """The error of a request through a proxy that behaves like this."""
    with answering(conversation) as proxy:
        return fault_of(url, proxy=f"http://127.0.0.1:{proxy.port}", timeout_seconds=timeout_seconds)


def test_plain_http_goes_to_the_proxy_with_its_whole_address() -> None:
    """The name is resolved by the proxy alone."""
    with answering(ANSWER) as proxy:
        found = request_token("http://tsa.example:81/a?b", b"query", proxy=f"http://127.0.0.1:{proxy.port}/")
        assert found == REPLY
        lines = proxy.heads[0].split("\r\n")
    assert lines[:2] == ["POST http://tsa.example:81/a?b HTTP/1.1", "Host: tsa.example:81"]


def test_https_goes_through_a_tunnel(tls: ssl.SSLContext) -> None:
    """The proxy sees host and port; what is asked is inside TLS."""
    with answering(in_tunnel(in_tls(tls, says(ANSWER)))) as proxy:
        found = request_token("https://127.0.0.1:443/a", b"query", proxy=f"http://127.0.0.1:{proxy.port}")
        assert found == REPLY
        outer, inner = proxy.heads
    assert outer == "CONNECT 127.0.0.1:443 HTTP/1.1\r\nHost: 127.0.0.1:443\r\n"
    assert inner.startswith("POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\n")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 407 Sign in\r\n\r\n", "PROXY"),
        (b"HTTP/1.1 403 No\r\n\r\n", "PROXY"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://a/\r\n\r\n", "PROXY"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "UNAVAILABLE"),
        (b"HTTP/1.1 504 Too late\r\n\r\n", "UNAVAILABLE"),
        (b"no HTTP\r\n", "PROXY"),
        (b"", "PROXY"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000, "PROXY"),
        (b"HTTP/1.1 100 Continue\r\n" + (b"X: " + b"y" * 60000 + b"\r\n") * 9, "PROXY"),
    ],
)
def test_a_tunnel_that_does_not_open_is_named(answer: bytes, code: str) -> None:
    """PROXY, or UNAVAILABLE where the proxy finds nobody."""
    assert through(answer, "https://tsa.example/").code == code


def test_a_tunnel_to_a_server_without_tls_is_named() -> None:
    """TLS, and it is not the proxy that is to blame."""
    error = through(in_tunnel(without_tls), "https://tsa.example/")
    assert error.code == "TLS"
    assert "a connection to it" in str(error)


def test_a_tunnel_ends_at_the_deadline() -> None:
    """TIMEOUT."""
    assert through(silent, "https://tsa.example/", timeout_seconds=0.3).code == "TIMEOUT"


def test_a_proxy_that_wants_a_password_is_named_for_plain_http_too() -> None:
    """PROXY."""
    assert through(b"HTTP/1.1 407 Sign in\r\n\r\n", "http://tsa.example/").code == "PROXY"


def test_a_proxy_that_is_not_there_is_named() -> None:
    """The message says that it is the proxy."""
    with answering(b"") as gone:
        port = gone.port
    error = fault_of("http://tsa.example/", proxy=f"http://127.0.0.1:{port}")
    assert error.code == "UNREACHABLE"
    assert "a connection to the proxy" in str(error)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing defaults to a network that nobody named."""
    with answering(b"") as proxy, answering(ANSWER) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert request_token(server.url, b"query") == REPLY
        assert not proxy.heads


def test_a_proxy_with_a_password_is_refused_and_not_repeated() -> None:
    """User names in addresses end in logs."""
    error = fault_of("http://tsa.example/", proxy="http://me:word@127.0.0.1:1")
    assert error.code == "URL"
    assert "word" not in str(error).replace("password", "")
