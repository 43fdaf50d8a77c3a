"""The hostile corpora of `adapters/tests` as they lie there, and the signed one made anew for a running gateway."""

import pathlib
import re
import runpy
import subprocess
from datetime import datetime, timedelta
from typing import NamedTuple
from unittest import mock

from conftest import ROOT

INSTANT = re.compile(r"(2026-01-1[56]T)?(\d\d:\d\d:\d\d)")
# When the messages of the signed corpus were made, and what starts programs while a test stands in for it.
MADE, RUN = datetime(2026, 1, 15, 10), subprocess.run

SOAP = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
MEDIA = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
WIRE = ROOT / "adapters/tests/wire"
SECURITY, PACKAGES, HTTP = ROOT / "adapters/tests/security", WIRE / "packages", WIRE / "http"
CASE = "01JQ5Z7N2R8X4V6T0K3M9B1CDF"
FIELDS = ("<Solicitante>L01130473</Solicitante><Funcionario>PRUEBA-7</Funcionario><Finalidad>proteccion</Finalidad>"
          "<IdPeticion>p-1</IdPeticion><TimeStamp>2026-03-02T10:00:00+01:00</TimeStamp>")
HEADER = f"<s:Header><Contexto xmlns='urn:pasarela:contexto:1'>{FIELDS}</Contexto></s:Header>"
BODY = f"<s:Body><ConsultarCaso xmlns='urn:pasarela:viogen:2'><idCaso>{CASE}</idCaso></ConsultarCaso></s:Body>"


def rows(table: pathlib.Path) -> list:
    lines = table.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def listed(folder: pathlib.Path, ending: str) -> list:
    """The rows of a corpus, which name its files: each once, and none is left out."""
    table = [row.split(" | ") for row in rows(folder / "hostile.txt")]
    assert sorted(row[-1] for row in table) == sorted(path.stem for path in (folder / "hostile").iterdir() if path.suffix == ending)
    return table


class Fault(NamedTuple):
    """What a name of a corpus is as a fault."""

    problem: str
    # The code of WS-Security; none where it is not about signatures.
    wsse: str | None
    blame: str
    retry: str
    # Whether it is found only once the issuer of the certificate was judged.
    after_trust: bool = False


def faults(folder: pathlib.Path) -> dict:
    """By name: the file beside a corpus, which has each name of its table and no name twice."""
    found = {}
    for name, problem, *rest in (row.split(" | ") for row in rows(folder / "faults.txt")):
        wsse, blame, retry, when = rest if len(rest) == 4 else ("-", *rest, "before")
        assert name not in found, name
        found[name] = Fault(problem, None if wsse == "-" else wsse, blame, retry, when == "after")
    return found


def signed_messages(folder: pathlib.Path) -> list:
    """Name, version, media type, bytes and the name it must be refused by, of each signed message."""
    found = []
    for declared, name in listed(folder, ".xml"):
        body = (folder / "hostile" / f"{name}.xml").read_bytes()
        version = "1.2" if SOAP["1.2"].encode() in body else "1.1"
        found.append((name, version, MEDIA[version], body, declared))
    return found


def packages(folder: pathlib.Path) -> list:
    """The same of each package; its file begins with the `Content-Type` of HTTP."""
    found = []
    for declared, version, name in listed(folder, ".mime"):
        media, _, body = (folder / "hostile" / f"{name}.mime").read_bytes().partition(b"\r\n\r\n")
        found.append((name, version, media.decode(), body, declared))
    return found


class Request(NamedTuple):
    """A whole request of HTTP, and what it is refused as; no problem where HTTP itself refuses it."""

    name: str
    versions: list
    problem: str | None
    # Whether the connection may also end before the word.
    perhaps: bool
    violations: list
    code: str | None
    blame: str
    retry: str


def requests_of_http() -> list:
    found, some = [], lambda cell: None if cell == "-" else cell
    for problem, violation, code, blame, retry, versions, name in listed(HTTP, ".http"):
        violations = [violation] if some(violation) else []
        found.append(Request(name, versions.split(), some(problem.rstrip("?")), problem.endswith("?"), violations, some(code), blame, retry))
    return found


def good(version: str) -> str:
    return f"<s:Envelope xmlns:s='{SOAP[version]}'>{HEADER}{BODY}</s:Envelope>"


def filled(text: str) -> str:
    return text.replace("{H}", HEADER).replace("{B}", BODY).replace("{F}", FIELDS)


def spoiled(version: str, line: str) -> str:
    if line.startswith("="):
        return f"<s:Envelope xmlns:s='{SOAP[version]}'>{filled(line[1:].strip())}</s:Envelope>"
    old, _, new = line.partition(" =>")
    old = filled(old).replace(SOAP["1.1"], SOAP[version])
    assert old in good(version), old
    return good(version).replace(old, filled(new.strip()))


def wire_messages(version: str) -> list:
    """The line, media type, bytes, problem and violations of each message of the table, in that version of SOAP."""
    found = []
    for row in rows(WIRE / "hostile.txt"):
        problem, violations, line = row.split(None, 2)
        violations = violations.split(",")
        # SOAP 1.2 has a boolean there, SOAP 1.1 a digit.
        if violations == ["must-understand-no-valido"] and version == "1.2":
            violations = ["bloque-no-entendido"]
        found.append((line, MEDIA[version], spoiled(version, line).encode(), problem, violations))
    return found


class Issuer:
    """Certificates of an authority in the place of those that `make.py` would let keys sign for themselves.

    Keys that an agreement can name are as long as an agreement wants them; the spoiled ones stay as they are.
    """

    def __init__(self, folder: pathlib.Path, identifier: str, authority: tuple):
        self.folder, self.identifier, self.authority = folder, identifier, authority
        self.certificates = {}

    def run(self, words, **options):
        words = ["rsa_keygen_bits:3072" if word == "rsa_keygen_bits:2048" else word for word in words]
        if words[:3] != ["openssl", "req", "-x509"]:
            return RUN(words, **options)
        key, name, added = self.option(words, "-key"), self.option(words, "-subj").rpartition(" ")[2], self.option(words, "-addext")
        usage = added or "keyUsage=critical,digitalSignature"
        request, extensions, made = (self.folder / f"{name}.{end}" for end in ("csr", "ext", "pem"))
        extensions.write_text(f"{usage}\nextendedKeyUsage=clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
                              f"basicConstraints=critical,CA:FALSE\nsubjectAltName=URI:urn:dir3:{self.identifier}\n")
        RUN(["openssl", "req", "-new", "-key", key, "-out", str(request), "-subj", self.option(words, "-subj")], **options)
        certificate, signer = self.authority
        serial = str(12288 + len(self.certificates))
        done = RUN(["openssl", "x509", "-req", "-in", str(request), "-CA", certificate, "-CAkey", signer, "-set_serial", serial,
                    "-days", "2", "-sha256", "-extfile", str(extensions)], **options)
        made.write_bytes(done.stdout)
        self.certificates[name] = str(made)
        return done

    @staticmethod
    def option(words, name: str):
        return words[words.index(name) + 1] if name in words else None


def moved(found: re.Match, by: timedelta) -> str:
    """An instant of the corpus, or the time of one, as much later. What it changes an end into is made a minute before the end."""
    day, time = found.groups()
    time = "10:04:00" if time == "23:05:00" else time
    instant = datetime.fromisoformat(f"{day or '2026-01-15T'}{time}") + by
    return instant.isoformat(timespec="seconds") if day else instant.time().isoformat(timespec="seconds")


def remade(folder: pathlib.Path, issuer: Issuer, at: datetime) -> None:
    """Runs the corpus's own `make.py` in that folder: the same messages, of that moment, signed by certificates of the issuer."""
    source = (SECURITY / "make.py").read_text(encoding="utf-8")
    source, count = INSTANT.subn(lambda found: moved(found, at - MADE), source)
    assert count >= 10, "the instants of the corpus are not where they were"
    program = folder / "make.py"
    program.write_text(source, encoding="utf-8")
    for name in ("good", "hostile"):
        (folder / name).mkdir()
    with mock.patch.object(subprocess, "run", issuer.run):
        runpy.run_path(str(program))
