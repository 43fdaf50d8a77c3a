"""What does not fit between HTTP and the envelope, by Python's own sockets: every file of `adapters/tests/wire/http`, in every version of its row.

The files and their table are those of the gateway's own tests; here another client writes them, and another parser reads what comes back.
"""

import contextlib
import re
import socket
import ssl
from urllib.parse import urlsplit

import pytest
from conftest import now, request_id
from corpus import HTTP, MEDIA, SOAP, requests_of_http
from test_hostile import Told

ROWS = requests_of_http()
GOOD = {"plain": ("1.1", "1.2"), "coding-identity": ("1.1", "1.2"), "action-1.1": ("1.1",), "action-1.2": ("1.2",), "hidden": ("rest",)}
OTHER_VERSION = {"1.1": "1.2", "1.2": "1.1"}
# How many requests the corpus has at least.
LEAST = 31


def hidden(federation) -> str:
    """A good request for a case that its sender may read."""
    return (f"GET /v2/casos/{federation.case('own')} HTTP/1.1\r\nHost: {urlsplit(federation.url).netloc}\r\n"
            + "".join(f"{name}: {value}\r\n" for name, value in federation.headers("herencia").items())
            + f"Idempotency-Key: {request_id()}\r\nConnection: close\r\n\r\n")


def body_of(text: str) -> bytes:
    if text == "{BOMB}":
        return (HTTP / "bomb.gz").read_bytes()
    wide = text.removeprefix("{UTF-16}")
    return text.encode() if wide == text else wide.encode("utf-16")


def message(federation, name: str, version: str) -> bytes:
    """The file as it goes over the wire: `README.md` beside it says what its words stand for."""
    media = MEDIA.get(version, "application/json")
    words = {
        "HIDDEN": hidden(federation), "HOST": urlsplit(federation.url).netloc, "ORGANISM": federation.organism("herencia")["id"],
        "REQUEST": request_id(), "NOW": now().isoformat(), "CASE": federation.case("own"), "MEDIA": media, "TYPE": media.split(";")[0],
        "OTHER-TYPE": MEDIA[OTHER_VERSION[version]].split(";")[0] if version in SOAP else "", "SOAP": SOAP.get(version, ""),
        "PATH": "/soap/viogen/2" if version in SOAP else "/v2/coincidencias", "LF": "\n",
    }
    text = (HTTP / f"{name}.http").read_text(encoding="utf-8").rstrip("\n").replace("\n", "\r\n")
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    head, _, body = text.partition("\r\n\r\n")
    body = body_of(body)
    return head.replace("{LENGTH}", str(len(body))).encode() + b"\r\n\r\n" + body


def sent(federation, name: str, version: str) -> str:
    """Writes it on a connection of its own, byte by byte; all that came until the gateway closed."""
    place, tls = urlsplit(federation.url), ssl.create_default_context(cafile=federation.ca)
    tls.load_cert_chain(federation.organism("herencia")["both"])
    came = b""
    with socket.create_connection(("127.0.0.1", place.port), timeout=60) as raw, tls.wrap_socket(raw, server_hostname=place.hostname) as secured:
        # The gateway may be gone before it has read everything, or without a farewell.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
            secured.sendall(message(federation, name, version))
        with contextlib.suppress(ConnectionResetError, ssl.SSLError):
            while part := secured.recv(1 << 16):
                came += part
    return came.decode()


def statuses(answer: str) -> list:
    return [int(status) for status in re.findall(r"HTTP/1\.[01] (\d{3})", answer)]


class Answer:
    """The last answer of a connection, with the names that `Told` reads."""

    def __init__(self, answer: str):
        head, _, self.text = answer[answer.rindex("HTTP/1."):].partition("\r\n\r\n")
        self.content, self.status_code = self.text.encode(), statuses(head)[0]
        self.headers = {name.title(): value for name, value in (line.split(": ", 1) for line in head.split("\r\n")[1:])}


@pytest.mark.parametrize("row,version", [(row, version) for row in ROWS for version in row.versions], ids=lambda it: getattr(it, "name", it))
def test_refused_as_its_row_says(federation, row, version):
    answer = sent(federation, f"hostile/{row.name}", version)
    assert federation.case("own") not in answer
    assert all(status >= 400 for status in statuses(answer)), answer
    ours = "Envelope" in answer or '"codigo"' in answer
    if row.problem is None:
        assert not ours and 400 in statuses(answer), answer
    elif ours and version in SOAP:
        told = Told(Answer(answer))
        assert told.differences(version, row.problem, row.violations, own=row.code) == []
        assert (told.said("culpa"), told.said("reintento")) == (row.blame, row.retry)
        assert told.said("incidencia")
    elif ours:
        for name, value in (("codigo", row.problem), ("culpa", row.blame), ("reintento", row.retry)):
            assert f'"{name}":"{value}"' in answer, answer
    else:
        assert row.perhaps, answer


@pytest.mark.parametrize("name,version", [(name, version) for name, versions in GOOD.items() for version in versions])
def test_what_is_good_is_answered(federation, name, version):
    answer = sent(federation, f"good/{name}", version)
    assert statuses(answer) == [200], answer
    assert federation.case("own") in answer


def test_no_file_is_left_out():
    assert len(ROWS) >= LEAST
    assert sorted(GOOD) == sorted(path.stem for path in (HTTP / "good").iterdir())
