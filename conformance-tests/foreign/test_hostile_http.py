"""What does not fit between HTTP and the envelope, by Python's own sockets: in both versions of SOAP, mirrored, and blamed on who asked."""

import http.client
import socket
import ssl
from urllib.parse import urlsplit

import pytest
from conftest import now, request_id
from corpus import MEDIA, SOAP
from test_hostile import Told

OTHER = "urn:pasarela:viogen:2:buscarCasos"
UNKNOWN = "<p:Desconocido xmlns:p='urn:prueba' s:mustUnderstand='1'/>"
OTHER_VERSION = {"1.1": "1.2", "1.2": "1.1"}
CONTEXT = "urn:pasarela:contexto:1"


def envelope(federation, version: str, context: str = CONTEXT, block: str = "") -> bytes:
    fields = {"Solicitante": federation.organism("herencia")["id"], "Funcionario": "PRUEBA-0001", "Finalidad": "proteccion",
              "IdPeticion": request_id(), "TimeStamp": now().isoformat()}
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (f"<s:Envelope xmlns:s='{SOAP[version]}'><s:Header>{block}<Contexto xmlns='{context}'>{inside}</Contexto></s:Header><s:Body>"
            f"<ConsultarCaso xmlns='urn:pasarela:viogen:2'><idCaso>{federation.case('own')}</idCaso></ConsultarCaso></s:Body></s:Envelope>").encode()


class Answer:
    """What came back, with the names that `Told` reads."""

    def __init__(self, response: http.client.HTTPResponse):
        self.content, self.status_code, self.headers = response.read(), response.status, response.headers
        self.text = self.content.decode()


def exchange(federation, media: str, body: bytes, **headers) -> Answer:
    """One connection, one request, written byte by byte by hand."""
    place, tls = urlsplit(federation.url), ssl.create_default_context(cafile=federation.ca)
    tls.load_cert_chain(federation.organism("herencia")["both"])
    fields = {"Host": place.netloc, "Content-Type": media, "Content-Length": len(body), "Connection": "close", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    with socket.create_connection(("127.0.0.1", place.port), timeout=60) as raw, tls.wrap_socket(raw, server_hostname=place.hostname) as secured:
        secured.sendall(f"POST /soap/viogen/2 HTTP/1.1\r\n{head}\r\n".encode() + body)
        response = http.client.HTTPResponse(secured, method="POST")
        response.begin()
        return Answer(response)


def announced(version: str, action: str) -> tuple:
    """Media type and headers that announce an action: SOAP 1.1 has a header for it, SOAP 1.2 a parameter."""
    return (MEDIA["1.1"], {"SOAPAction": f'"{action}"'}) if version == "1.1" else (f'{MEDIA["1.2"]}; action="{action}"', {})


def wrong_action(federation, version):
    media, headers = announced(version, OTHER)
    return media, envelope(federation, version), headers


def unknown_block(federation, version):
    return MEDIA[version], envelope(federation, version, block=UNKNOWN), {}


def context_elsewhere(federation, version):
    return MEDIA[version], envelope(federation, version, context="urn:pasarela:contexto:9"), {}


def wrong_charset(federation, version):
    return MEDIA[version].replace("utf-8", "utf-7"), envelope(federation, version), {}


def not_the_charset_told(federation, version):
    return MEDIA[version], envelope(federation, version).decode().encode("utf-16"), {}


def media_of_the_other(federation, version):
    return MEDIA[OTHER_VERSION[version]], envelope(federation, version), {}


# The problem, its violations, and the code of SOAP where it is not that of who asked.
CASES = {
    wrong_action: ("esquema-incumplido", ["accion-de-otra-operacion"], None),
    unknown_block: ("esquema-incumplido", ["bloque-no-entendido"], "MustUnderstand"),
    context_elsewhere: ("falta-contexto", ["contexto-ausente"], None),
    wrong_charset: ("tipo-no-admitido", [], None),
    not_the_charset_told: ("tipo-no-admitido", [], None),
    media_of_the_other: ("tipo-no-admitido", [], None),
}


@pytest.mark.parametrize("version", sorted(SOAP))
@pytest.mark.parametrize("spoiled", CASES, ids=lambda spoiled: spoiled.__name__)
def test_refused_in_its_own_version(federation, version, spoiled):
    media, body, headers = spoiled(federation, version)
    problem, violations, own = CASES[spoiled]
    told = Told(exchange(federation, media, body, **headers))
    assert told.differences(version, problem, violations, own=own) == []
    assert told.said("incidencia")


@pytest.mark.parametrize("version", sorted(SOAP))
def test_the_same_unspoiled_is_answered(federation, version):
    media, headers = announced(version, "urn:pasarela:viogen:2:consultarCaso")
    answer = exchange(federation, media, envelope(federation, version), **headers)
    assert answer.status_code == 200, answer.text
    assert federation.case("own") in answer.text
