"""Signed requests of REST (RFC 9421, RFC 9530) by another implementation, and our answers verified by it."""

import base64
import hashlib
import json
import pathlib

import pytest
import requests
from conftest import request_id
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

QUESTION = b'{"tipoDocumento":"DNI","numeroDocumento":"99999999R"}'
COVERED = ("@method", "@target-uri", "content-type", "content-digest", "pasarela-solicitante", "pasarela-funcionario",
           "pasarela-finalidad", "idempotency-key")


def key_digest(certificate: x509.Certificate) -> str:
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


def certificate(path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(pathlib.Path(path).read_bytes())[0]


class Keys(HTTPSignatureKeyResolver):
    """One organism's private key, and the gateway's public key by its own digest."""

    def __init__(self, federation, slug: str):
        organism = federation.organism(slug)
        self.private = load_pem_private_key(pathlib.Path(organism["key"]).read_bytes(), None)
        self.own = key_digest(certificate(organism["certificate"]))
        self.server = certificate(pathlib.Path(federation.ca).with_name("server.pem"))

    def resolve_private_key(self, key_id):
        assert key_id == self.own
        return self.private

    def resolve_public_key(self, key_id):
        assert key_id == key_digest(self.server)
        return self.server.public_key()


def prepared(federation, slug: str, keys: Keys, covered=COVERED, path="/v2/coincidencias", body=QUESTION,
             media="application/json") -> requests.PreparedRequest:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = federation.headers(slug) | {
        "Content-Type": media, "Content-Digest": f"sha-256=:{digest}:", "Idempotency-Key": request_id()}
    request = requests.Request("POST", f"{federation.url}{path}", data=body, headers=headers).prepare()
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=keys)
    signer.sign(request, key_id=keys.own, covered_component_ids=covered, tag="pasarela",
                use_existing_digest=True)
    return request


def verified(keys: Keys, response: requests.Response):
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.ECDSA_P256_SHA256, key_resolver=keys)
    results = verifier.verify(response, expect_tag="pasarela", body=response.content,
                              require_components=('"@status"', '"content-digest"', '"signature";req;key="pyhms"'))
    assert len(results) == 1


def test_a_signed_question_and_its_signed_answer(federation):
    keys = Keys(federation, "mossos")
    request = prepared(federation, "mossos", keys)
    with federation.session("mossos") as session:
        response = session.send(request)
        assert response.status_code == 200, response.text
        verified(keys, response)
        again = session.send(request)
    assert again.json()["codigo"] == "mensaje-repetido"
    verified(keys, again)


def changed_body(request):
    request.body = QUESTION.replace(b"99999999R", b"99999018D")


def changed_header(request):
    request.headers["Pasarela-Finalidad"] = "investigacion"


def changed_address(request):
    request.url += "?a=1"


@pytest.mark.parametrize("change, expected", [
    (changed_body, "resumen-no-coincide"), (changed_header, "firma-no-coincide"), (changed_address, "firma-no-coincide")])
def test_what_was_changed_on_its_way_is_refused(federation, change, expected):
    keys = Keys(federation, "mossos")
    request = prepared(federation, "mossos", keys)
    change(request)
    with federation.session("mossos") as session:
        response = session.send(request)
    problem = response.json()
    assert response.status_code >= 400
    assert [violation["codigo"] for violation in problem["violaciones"]] == [expected], json.dumps(problem)
    verified(keys, response)


def test_what_decides_must_be_covered(federation):
    keys = Keys(federation, "mossos")
    for left_out, expected in (("@method", "metodo-sin-firmar"), ("content-digest", "cuerpo-sin-firmar"),
                               ("pasarela-finalidad", "contexto-sin-firmar"), ("idempotency-key", "cabecera-sin-firmar")):
        covered = tuple(name for name in COVERED if name != left_out)
        with federation.session("mossos") as session:
            problem = session.send(prepared(federation, "mossos", keys, covered)).json()
        assert problem["violaciones"][0]["codigo"] == expected, left_out


def test_a_signed_piece_of_lines_and_its_signed_results(federation):
    keys = Keys(federation, "mossos")
    lines = b'{"caso":{}}\nno es JSON\n'
    request = prepared(federation, "mossos", keys, path="/v2/casos/lote?desde=7", body=lines, media="application/x-ndjson")
    with federation.session("mossos") as session:
        response = session.send(request)
        assert response.status_code == 200, response.text
        verified(keys, response)
        results = [json.loads(line) for line in response.text.splitlines()]
        assert [result["posicion"] for result in results] == [7, 8]
        assert results[1]["rechazada"]["codigo"] == "json-mal-formado", results
        again = session.send(request)
        verified(keys, again)
        assert again.json()["codigo"] == "mensaje-repetido"
        request = prepared(federation, "mossos", keys, path="/v2/casos/lote", body=lines, media="application/x-ndjson")
        request.body = lines.replace(b"{}", b"[]")
        changed = session.send(request)
    verified(keys, changed)
    assert [it["codigo"] for it in changed.json()["violaciones"]] == ["resumen-no-coincide"]
