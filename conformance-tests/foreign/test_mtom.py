"""Python's own `email` package as an MTOM partner: it writes the packages that are sent, and reads those that come back."""

import base64
import email
import email.policy
import hashlib
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from xml.etree import ElementTree

import pytest
from conftest import now, request_id

SOAP = {"1.1": ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml"),
        "1.2": ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml")}
VIOGEN, CONTEXT, XOP = "urn:pasarela:viogen:2", "urn:pasarela:contexto:1", "http://www.w3.org/2004/08/xop/include"
ACCEPT = 'multipart/related; type="application/xop+xml"'
# Every byte there is, in an order that no text has; it begins as a PDF does.
PDF = b"%PDF-1.7\r\n% PRUEBA\r\n" + b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(1500)) + b"\r\n%%EOF\n"


def envelope(federation, slug, version, body):
    fields = {"Solicitante": federation.organism(slug)["id"], "Funcionario": "PRUEBA-0001", "Finalidad": "proteccion",
              "IdPeticion": request_id(), "TimeStamp": now().isoformat()}
    context = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (f'<s:Envelope xmlns:s="{SOAP[version][0]}"><s:Header><Contexto xmlns="{CONTEXT}">{context}</Contexto></s:Header>'
            f"<s:Body>{body}</s:Body></s:Envelope>").encode()


def submission(document):
    return (f'<PresentarCaso xmlns="{VIOGEN}"><caso><cabecera><estado>activo</estado></cabecera><responsabilidad><municipioResidencia>08019'
            f"</municipioResidencia></responsabilidad><proteccion><plan>{document}</plan></proteccion></caso></PresentarCaso>")


def include(name):
    return f'<documento><xop:Include xmlns:xop="{XOP}" href="cid:{name}"/></documento>'


def package(root, media, root_type, *parts):
    """What `email` makes of it: the headers of HTTP and the body."""
    whole = MIMEMultipart("related", type=root_type, start="<raiz@prueba>", **({} if root_type == media else {"start-info": media}))
    kind = {} if root_type == media else {"type": media}
    first = MIMEApplication(root, root_type.split("/")[1], charset="utf-8", **kind)
    if root_type == "text/xml":
        first.replace_header("Content-Type", "text/xml; charset=utf-8")
    first.add_header("Content-ID", "<raiz@prueba>")
    whole.attach(first)
    for name, content in parts:
        part = MIMEApplication(content, "pdf")
        part.add_header("Content-ID", f"<{name}>")
        whole.attach(part)
    head, _, body = whole.as_bytes(policy=email.policy.HTTP).partition(b"\r\n\r\n")
    return {"Content-Type": email.message_from_bytes(head + b"\r\n\r\n", policy=email.policy.HTTP)["Content-Type"]}, body


def send(federation, slug, headers, body):
    return federation.session(slug).post(f"{federation.url}/soap/viogen/2", data=body, headers=headers, timeout=60)


def ask(federation, slug, version, case, **headers):
    body = envelope(federation, slug, version, f'<ConsultarCaso xmlns="{VIOGEN}"><idCaso>{case}</idCaso></ConsultarCaso>')
    return send(federation, slug, {"Content-Type": SOAP[version][1], **headers}, body)


def code(answer):
    return ElementTree.fromstring(answer.content).find(f".//{{{CONTEXT}}}codigo").text


def violation(answer):
    return [found.text for found in ElementTree.fromstring(answer.content).iter(f"{{{CONTEXT}}}codigo")][-1]


def create(federation, version, root_type=None, document=None):
    media = SOAP[version][1]
    root_type = root_type or "application/xop+xml"
    root = envelope(federation, "mossos", version, submission(document or include("plan%40prueba")))
    headers, body = package(root, media, root_type, ("plan@prueba", PDF))
    answer = send(federation, "mossos", headers, body)
    assert answer.status_code == 200, answer.text
    return ElementTree.fromstring(answer.content).find(f".//{{{VIOGEN}}}idCaso").text


@pytest.fixture(params=sorted(SOAP))
def version(request):
    return request.param


def test_a_plan_goes_and_comes_as_a_part(federation, version):
    case = create(federation, version)
    answer = ask(federation, "mossos", version, case, Accept=ACCEPT)
    assert answer.status_code == 200, answer.text
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    whole = email.message_from_bytes(head + answer.content, policy=email.policy.HTTP)
    assert not whole.defects and whole.get_content_type() == "multipart/related"
    root, plan = whole.iter_parts()
    assert whole.get_param("start") == root["Content-ID"] and whole.get_param("start-info") == SOAP[version][1]
    found = ElementTree.fromstring(root.get_payload(decode=True)).find(f".//{{{VIOGEN}}}documento/{{{XOP}}}Include")
    assert f"<{found.get('href').removeprefix('cid:')}>" == plan["Content-ID"]
    assert plan.get_payload(decode=True) == PDF


def test_who_does_not_ask_for_parts_gets_none(federation, version):
    case = create(federation, version)
    answer = ask(federation, "mossos", version, case)
    assert answer.headers["Content-Type"].startswith(SOAP[version][1])
    document = ElementTree.fromstring(answer.content).find(f".//{{{VIOGEN}}}documento")
    assert base64.b64decode(document.text, validate=True) == PDF


@pytest.mark.parametrize("document", ["<documento>cid:plan@prueba</documento>", '<documento href="cid:plan@prueba"/>'])
def test_an_attachment_is_taken_in(federation, document):
    case = create(federation, "1.1", "text/xml", document)
    answer = federation.session("mossos").get(f"{federation.url}/v2/casos/{case}", headers=federation.headers("mossos"), timeout=60)
    assert base64.b64decode(answer.json()["caso"]["proteccion"]["plan"]["documento"], validate=True) == PDF


@pytest.mark.parametrize("document, expected", [
    (include("otra@prueba"), "parte-desconocida"),
    ("", "parte-sin-referir"),
    (f"<palabraClave>{include('plan@prueba')[11:-12]}</palabraClave>", "referencia-fuera-de-binario"),
])
def test_what_does_not_fit_is_named(federation, version, document, expected):
    root = envelope(federation, "mossos", version, submission(document))
    headers, body = package(root, SOAP[version][1], "application/xop+xml", ("plan@prueba", PDF))
    answer = send(federation, "mossos", headers, body)
    assert answer.status_code == (400 if version == "1.2" else 500)
    assert SOAP[version][0] in answer.text
    assert code(answer) == "esquema-incumplido" and violation(answer) == expected
