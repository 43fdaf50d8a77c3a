"""Lots by other hands: `pasarela send`, signed; zeep with a full message; and a sender that reads no results."""

import json
import pathlib
import re
import select
import socket
import sqlite3
import ssl
import subprocess
from urllib.parse import urlsplit

import pytest
from conftest import ROOT, binary, request_id
from test_signed import WithContext, client, server_certificate
from test_zeep import body, context, service

SENT, A_MESSAGE = 1500, 500
LIMIT_SECONDS = 300
CASE = {"cabecera": {"estado": "activo"}, "responsabilidad": {"municipioResidencia": "08019"}}
# Of a stream whose results nobody reads, a gateway may take in what the buffers of two kernels and its own few lines hold.
TAKEN_AT_MOST, GROWN_AT_MOST = 64 << 20, 192 << 20
# A line that is refused by itself.
LINE = json.dumps({"caso": CASE, "relleno": "x" * (8 << 10)}).encode() + b"\n"
# So long without a byte taken is taken for a gateway that waits; what is asserted is counted in bytes.
STILL_SECONDS = 5
SMALL_BUFFER, SMALL_SEGMENT = 8 << 10, 1400


def stored(federation, organism: str) -> int:
    """How many cases the central system has by that organism's writing, as its own database says."""
    path = pathlib.Path(federation.description["gateway_config"]).with_name("central.sqlite")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as database:
        (count,) = database.execute("select count(distinct caso) from escritura where organismo = ?", (organism,)).fetchone()
    return count


def test_pasarela_send_in_three_signed_messages(federation, tmp_path):
    organism, file = federation.organism("mossos"), tmp_path / "lote.ndjson"
    file.write_text(f"{json.dumps({'caso': CASE})}\n" * SENT)
    before = stored(federation, organism["id"])
    words = {"--url": federation.url, "--cert": organism["certificate"], "--key": organism["key"], "--ca": federation.ca,
             "--organism": organism["id"], "--officer": "PRUEBA-0001", "--purpose": "proteccion",
             "--sign-cert": organism["certificate"], "--sign-key": organism["key"], "--gateway-cert": server_certificate(federation),
             "--piece": A_MESSAGE, "--contract": ROOT / "schemas/contracts/viogen/2"}
    told = subprocess.run([str(binary()), "send", *[str(word) for pair in words.items() for word in pair], str(file)],
                          capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    assert told.returncode == 0, told.stderr
    assert f"{SENT} aceptadas, 0 rechazadas" in told.stdout
    results = [json.loads(line) for line in file.with_name("lote.ndjson.resultados").read_text().splitlines()]
    positions = [result["posicion"] for result in results if "posicion" in result]
    assert positions == list(range(1, SENT + 1))
    assert stored(federation, organism["id"]) - before == SENT


def test_zeep_with_a_message_as_full_as_it_may_be(federation):
    wsse = WithContext(federation, "mossos")
    soap = client(federation, "mossos", wsse)
    soap.transport.operation_timeout = LIMIT_SECONDS
    organism = federation.organism("mossos")["id"]
    before = stored(federation, organism)
    lot = [{"caso": CASE}] * A_MESSAGE
    answer = body(service(soap, "1.2").RemitirLote(presentacion=lot, _soapheaders=context(soap, federation, "mossos")))
    results = answer.resultado if hasattr(answer, "resultado") else answer
    assert [result.posicion for result in results] == list(range(1, A_MESSAGE + 1))
    assert all(result.aceptada.creado for result in results)
    assert len({result.aceptada.idCaso for result in results}) == A_MESSAGE
    assert stored(federation, organism) - before == A_MESSAGE
    assert wsse.verified == 1


class Stream:
    """A lot line by line over TLS, by a client that reads nothing until it is told to."""

    def __init__(self, federation, slug: str):
        place, organism = urlsplit(federation.url), federation.organism(slug)
        tls = ssl.create_default_context(cafile=federation.ca)
        tls.load_cert_chain(organism["both"])
        raw = socket.socket(socket.AF_INET)
        # What the kernels would keep of the results is made small, so that few lines fill it.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT)
        raw.settimeout(LIMIT_SECONDS)
        raw.connect(("127.0.0.1", place.port))
        self.tls, self.lines = tls.wrap_socket(raw, server_hostname=place.hostname), 0
        head = {"Host": place.netloc, "Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked",
                "Idempotency-Key": request_id(), "Connection": "close", **federation.headers(slug)}
        fields = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        self.tls.sendall(f"POST /v2/casos/lote HTTP/1.1\r\n{fields}\r\n".encode())
        self.waiting = memoryview(b"")

    def push(self, most: int) -> int:
        """Sends lines until none is taken any more, or so many bytes were; says how many bytes were."""
        self.tls.setblocking(False)
        taken = 0
        while taken < most:
            if not self.waiting:
                self.waiting = memoryview(b"%x\r\n%b\r\n" % (len(LINE), LINE))
                self.lines += 1
            try:
                sent = self.tls.send(self.waiting)
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                if not select.select([], [self.tls], [], STILL_SECONDS)[1]:
                    break
                continue
            self.waiting, taken = self.waiting[sent:], taken + sent
        return taken

    def results(self) -> list:
        """Ends the stream and reads: what it had not sent goes on as results are taken."""
        rest, answer = bytes(self.waiting) + b"0\r\n\r\n", b""
        while not answer.endswith(b"0\r\n\r\n"):
            want_write = [self.tls] if rest else []
            readable, writable, _ = select.select([self.tls], want_write, [], LIMIT_SECONDS)
            assert readable or writable, "the gateway does not go on"
            try:
                if rest:
                    rest = rest[self.tls.send(rest):]
            except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                pass
            try:
                some = self.tls.recv(1 << 16)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                continue
            if not some:
                break
            answer += some
        head, _, chunked = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        lines = re.sub(rb"(?:^|\r\n)[0-9a-f]+\r\n", b"", chunked, flags=re.IGNORECASE).splitlines()
        return [json.loads(line) for line in lines if line]


def memory(federation) -> int:
    status = pathlib.Path(f"/proc/{federation.process}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1]) << 10


def test_who_reads_no_results_is_read_no_further(federation):
    before = memory(federation)
    stream = Stream(federation, "mossos")
    taken = stream.push(TAKEN_AT_MOST)
    assert taken < TAKEN_AT_MOST, f"{taken} bytes were taken in, and nobody read a result"
    case = federation.case("own")
    others = federation.session("herencia")
    answer = others.get(f"{federation.url}/v2/casos/{case}", headers=federation.headers("herencia"), timeout=60)
    assert answer.status_code == 200, "others are served meanwhile"
    assert memory(federation) - before < GROWN_AT_MOST
    results = stream.results()
    assert [result["posicion"] for result in results] == list(range(1, stream.lines + 1)), "nothing was lost for waiting"
    assert {result["rechazada"]["codigo"] for result in results} == {"esquema-incumplido"}
