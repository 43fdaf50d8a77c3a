"""The hostile corpora of `adapters/tests`, every file and every line of them, posted to the running gateway.

Whoever keeps the corpora holds them against the reader alone; here they meet a whole gateway over mutual TLS, and what is
checked is what a partner sees: the status, the version of SOAP mirrored, the fault's code, our problem and its violation,
blame and retry, an incident of its own, and nothing of the message said back.
"""

import csv
import pathlib
import re
from datetime import datetime, timedelta, timezone

import pytest
from conftest import ROOT, binary
from corpus import Issuer, PACKAGES, SECURITY, SOAP, faults, packages, remade, rows, signed_messages, wire_messages
from lxml import etree
from members import join, run

PROBLEM, WSSE = "{urn:pasarela:contexto:1}", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
STRICT_ID = "A09990005"
STRICT = '[organismo.convenio.annex.security]\nrequests = "exigida"\nanswers = "opcional"\n'
# What the messages of the corpora say of people and cases, and no fault may repeat.
SECRETS = ("PRUEBA-7", "PRUEBA-0001", "01JQ5Z7N2R8X4V6T0K3M9B1CDF", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "6ZZZZZZZZZZZZZZZZZZZZZZZZZ",
           "***9901*", "Nombre Apellido", "curiosidad", "%PDF", "L01130473")
# The incidents of all that was refused in this run.
INCIDENTS = []
# How many messages each corpus has at least; `corpus` sees to it that every file has its row, and every row its file.
LEAST = {"security": 125, "packages": 81, "wire": 64}
# What each name of a corpus is as a fault stands beside the corpus.
SIGNED, PACKED = faults(SECURITY), faults(PACKAGES)
# Messages that a running gateway names otherwise: it does not trust the issuer of the kept ones, and knows those made anew.
RUNNING = {(how, message): name for how, name, message in (row.split(" | ") for row in rows(SECURITY / "running.txt"))}


def problems() -> dict:
    with open(ROOT / "gateway/domain/tests/golden/problems.tsv", newline="", encoding="utf-8") as table:
        return {row["code"]: row for row in csv.DictReader(table, delimiter="\t")}


TABLE = problems()


class Told:
    """A fault, read by another parser than ours."""

    def __init__(self, answer):
        self.answer, root = answer, etree.fromstring(answer.content)
        self.version = next(version for version, name in SOAP.items() if root.tag == f"{{{name}}}Envelope")
        self.fault = root.find(f".//{{{SOAP[self.version]}}}Fault")
        assert self.fault is not None, answer.text
        self.error = self.fault.find(f".//{PROBLEM}Error")
        self.violations = [it.text for it in self.error.iterfind(f".//{PROBLEM}violacion/{PROBLEM}codigo")]

    def said(self, name: str) -> str:
        return self.error.find(PROBLEM + name).text

    def codes(self) -> list:
        """The fault's codes, outermost first, as (namespace, name)."""
        own = f"{{{SOAP[self.version]}}}"
        found = [self.fault.find("faultcode")] if self.version == "1.1" else self.fault.findall(f"{own}Code//{own}Value")
        names = [(it.nsmap, *it.text.split(":")) for it in found]
        return [(namespaces[prefix], name) for namespaces, prefix, name in names]

    def differences(self, version: str, problem: str, violations, wsse=None, own=None) -> list:
        """How this fault differs from what it must be; `own` is a code of SOAP itself in place of the table's."""
        row = TABLE[problem]
        code = own or (row["soap"] if version == "1.2" else {"Sender": "Client", "Receiver": "Server"}[row["soap"]])
        codes = [(SOAP[version], code)] + ([(WSSE, wsse)] if wsse else [])
        blamed = row["soap"] == "Sender" and own in (None, "Sender")
        media = {"1.1": "text/xml", "1.2": "application/soap+xml"}[version]
        expected = {
            "status": 400 if version == "1.2" and blamed else 500, "media": media, "version": version,
            "codes": codes[-1:] if version == "1.1" else codes, "problem": problem, "violations": list(violations),
            "blame": row["blame"], "retry": row["retry"].split()[0], "echo": [],
        }
        found = {
            "status": self.answer.status_code, "media": self.answer.headers["Content-Type"].split(";")[0], "version": self.version,
            "codes": self.codes(), "problem": self.said("codigo"), "violations": self.violations, "blame": self.said("culpa"),
            "retry": self.said("reintento"), "echo": [secret for secret in SECRETS if secret in self.answer.text],
        }
        return [f"{key}: {found[key]} instead of {expected[key]}" for key in expected if found[key] != expected[key]]


class Post:
    """Sends what it is given and gathers what is not as it must be."""

    def __init__(self, federation, slug: str):
        self.session, self.url = federation.session(slug), f"{federation.url}/soap/viogen/2"
        self.incidents, self.wrong = [], []

    def __call__(self, name: str, media: str, body: bytes, *expected, **more):
        answer = self.session.post(self.url, data=body, headers={"Content-Type": media}, timeout=60)
        told = Told(answer)
        self.incidents.append(told.said("incidencia"))
        self.wrong += [f"{name}: {it}" for it in told.differences(*expected, **more)]
        return told

    def expecting(self, fault, name: str, media: str, body: bytes, version: str, violations: list):
        """The same, held to what stands beside the corpus."""
        told = self(name, media, body, version, fault.problem, violations, wsse=fault.wsse)
        said = (told.said("culpa"), told.said("reintento"))
        if said != (fault.blame, fault.retry):
            self.wrong.append(f"{name}: {said} instead of {(fault.blame, fault.retry)}")

    def done(self, count: int):
        INCIDENTS.extend(self.incidents)
        assert not self.wrong, "\n".join(self.wrong)
        assert len(set(self.incidents)) == count, "every refusal has an incident of its own"
        assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", it) for it in self.incidents)


def entries(federation, folder) -> int:
    """How many entries the journal has, all of which hold together."""
    journal = lambda *words: run(binary(), "journal", *words)
    journal("export", "--config", federation.description["gateway_config"], "--dir", folder)
    told = journal("verify", folder, "--key", str(pathlib.Path(federation.ca).with_name("seal.pub.pem")))
    (count,) = re.findall(r"^demo: (\d+) entries hold together", told, re.MULTILINE)
    return int(count)


@pytest.fixture(scope="module")
def before(federation, tmp_path_factory):
    return entries(federation, tmp_path_factory.mktemp("journal") / "before")


@pytest.fixture(scope="module")
def anew(federation, tmp_path_factory):
    """The signed corpus of this moment, by certificates of the federation's authority."""
    folder = tmp_path_factory.mktemp("anew")
    issuer = Issuer(folder, STRICT_ID, (federation.ca, federation.ca.replace("ca.pem", "ca.key.pem")))
    remade(folder, issuer, datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(seconds=5))
    return folder, issuer.certificates


@pytest.fixture(scope="module")
def strict(federation, anew, tmp_path_factory):
    """An organism whose messages must be signed, and that may sign them with the first key of the corpus made anew."""
    further = [anew[1]["RSA"]]
    join(federation, tmp_path_factory.mktemp("strict"), {"estricto": (STRICT_ID, "PRUEBA, siempre con firma", '["ES"]', STRICT)}, further)
    return "estricto"


def test_every_signed_message_made_anew(federation, strict, anew, before):
    """By a certificate that is trusted, now: each is refused by the very name that its row declares, but for a stranger."""
    post = Post(federation, strict)
    messages = signed_messages(anew[0])
    assert [(row[0], row[-1]) for row in messages] == [(row[0], row[-1]) for row in signed_messages(SECURITY)]
    for name, version, media, body, declared in messages:
        violation = RUNNING.get(("anew", name), declared)
        post.expecting(SIGNED[violation], name, media, body, version, [violation])
    post.done(len(messages))


def test_every_kept_signed_message(federation, strict, before):
    post = Post(federation, strict)
    messages = signed_messages(SECURITY)
    assert len(messages) >= LEAST["security"]
    for name, version, media, body, declared in messages:
        found = "certificado-no-fiable" if SIGNED[declared].after_trust else declared
        violation = RUNNING.get(("kept", name), found)
        post.expecting(SIGNED[violation], name, media, body, version, [violation])
    post.done(len(messages))


def test_every_package(federation, before):
    post = Post(federation, "herencia")
    found = packages(PACKAGES)
    assert len(found) >= LEAST["packages"]
    for name, version, media, body, declared in found:
        fault = PACKED[declared]
        post.expecting(fault, name, media, body, version, [] if declared == fault.problem == "tipo-no-admitido" else [declared])
    post.done(len(found))


@pytest.mark.parametrize("version", sorted(SOAP))
def test_every_line_of_the_table(federation, before, version):
    post = Post(federation, "herencia")
    messages = wire_messages(version)
    assert len(messages) >= LEAST["wire"]
    for line, media, body, problem, violations in messages:
        own = {"bloque-no-entendido": "MustUnderstand", "version-soap": "VersionMismatch"}.get(violations[0])
        post(line, media, body, version, problem, violations, own=own)
    post.done(len(messages))


def test_then_an_honest_question_and_a_journal_that_holds(federation, before, tmp_path):
    """After all of it the gateway answers, its journal holds together, and every refusal is in it by the incident that was told."""
    case = federation.case("own")
    answer = federation.session("herencia").get(f"{federation.url}/v2/casos/{case}", headers=federation.headers("herencia"), timeout=60)
    assert answer.status_code == 200 and answer.json()["caso"]["cabecera"]["idCaso"] == case
    folder = tmp_path / "after"
    assert entries(federation, folder) >= before + len(INCIDENTS) + 1
    journal = (folder / "demo.entradas").read_text(encoding="utf-8")
    assert [it for it in INCIDENTS if it not in journal] == []
