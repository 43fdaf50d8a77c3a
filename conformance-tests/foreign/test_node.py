"""The npm package `soap` as a SOAP partner, in `node/client.mjs`: from the WSDL alone, SOAP 1.1 and 1.2, plain and signed."""

import json
import pathlib
import shutil
import subprocess

import pytest
import xmlsec
from lxml import etree
from operations import BAD, GOOD, NOBODYS, OPERATIONS, SUBMISSION, asked, many
from test_signed import server_certificate
from zeep.wsse import signature as plugin

FOLDER = pathlib.Path(__file__).with_name("node")
LIMIT_SECONDS = 60
ATTRIBUTES = {"desde"}
# How the package's signer is told to keep to the profile; `ecdsa` is the algorithm that the client adds to it.
EXCLUSIVE = {"signatureTransformations": ["http://www.w3.org/2001/10/xml-exc-c14n#"]}
NAMED = {"signerOptions": {"idMode": "wssecurity"}}
CONTEXT = {"additionalReferences": ["c:Contexto"]}
ECDSA = {"ecdsa": True}
STRICT = EXCLUSIVE | NAMED | CONTEXT | ECDSA
CONTEXT_LEFT_OUT = EXCLUSIVE | NAMED | ECDSA
# What it does unless told otherwise, and what each habit is refused as.
HABITS = {
    "the transform for enveloped signatures": (NAMED | CONTEXT | ECDSA, "algoritmo-no-admitido", "transformacion-no-admitida"),
    "an `Id` without namespace": (EXCLUSIVE | CONTEXT | ECDSA, "seguridad-no-valida", "identificador-sin-espacio-de-nombres"),
    "body and timestamp only": (CONTEXT_LEFT_OUT, "firma-no-valida", "contexto-sin-firmar"),
    "called RSA whatever the key": (EXCLUSIVE | NAMED | CONTEXT, "firma-no-valida", "firma-no-coincide"),
}


def node(federation, slug: str, version: str, *calls) -> dict:
    """Runs the client; each call is an operation, its input and, if it is signed, how."""
    program = shutil.which("node")
    if program is None or not (FOLDER / "node_modules").is_dir():
        pytest.fail(f"no node, or no packages: run `npm ci` in {FOLDER}", pytrace=False)
    job = {
        "wsdl": federation.description["wsdl"], "ca": federation.ca, "organism": federation.organism(slug),
        "version": version, "calls": [dict(zip(("operation", "input", "sign"), call)) for call in calls],
    }
    done = subprocess.run([program, "client.mjs"], input=json.dumps(job).encode(), capture_output=True,
                          timeout=LIMIT_SECONDS, check=False, cwd=FOLDER)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def outcomes(federation, slug: str, version: str, *calls) -> list[dict]:
    return node(federation, slug, version, *calls)["outcomes"]


def answer(outcome: dict) -> dict:
    assert "answer" in outcome, outcome
    assert outcome["header"]["Transmision"]["IdTransmision"]
    return outcome["answer"]


def problem(outcome: dict) -> dict:
    """The typed detail, wherever the version of SOAP puts it."""
    assert "fault" in outcome, outcome
    fault = outcome["fault"]
    return (fault.get("detail") or fault["Detail"])["Error"]


def verified(federation, outcome: dict) -> None:
    """The package verifies no answer; zeep's plug-in does it in its place, with the gateway's certificate."""
    key = xmlsec.Key.from_memory(server_certificate(federation).read_bytes(), xmlsec.KeyFormat.CERT_PEM, None)
    plugin._verify_envelope_with_key(etree.fromstring(outcome["raw"].encode()), key)


@pytest.fixture(params=["1.1", "1.2"])
def version(request):
    return request.param


def test_the_description_then_hit_consult_and_search(federation, version):
    own, document = federation.case("own"), federation.description["documents"]["own_victim"]
    told = node(
        federation, "herencia", version,
        ("ConsultarCoincidencia", {"tipoDocumento": document["type"], "numeroDocumento": document["number"]}),
        ("ConsultarCoincidencia", {"tipoDocumento": "DNI", "numeroDocumento": "00000001R"}),
        ("ConsultarCaso", {"idCaso": own}),
        ("BuscarCasos", {"limite": 5}),
        ("ConsultarCaso", {"idCaso": federation.case("foreign")}),
        ("ConsultarCaso", {"idCaso": "no"}),
        ("ConsultarIndice", {}))
    (service,) = told["described"].values()
    assert [set(port) for port in service.values()] == [OPERATIONS, OPERATIONS], "one port for each version of SOAP"
    hit, nobody, case, found, absent, malformed, closed = told["outcomes"]
    assert answer(hit)["hayCoincidencia"] == "true"
    assert answer(hit)["coincidencia"]
    assert answer(nobody)["hayCoincidencia"] == "false"
    header = answer(case)["caso"]["cabecera"]
    assert header["idCaso"] == own
    assert header["retenido"], "what is withheld must be listed"
    ids = [unit["idCaso"] for unit in many(answer(found)["caso"])]
    assert 1 <= len(set(ids)) == len(ids) <= 5
    assert problem(absent)["codigo"] == "no-encontrado"
    assert problem(malformed)["codigo"] == "esquema-incumplido"
    assert problem(malformed)["violaciones"]["violacion"]["ruta"] == "/ConsultarCaso/idCaso"
    assert problem(closed)["codigo"] == "operacion-no-permitida"


def test_submit_change_and_send_a_lot(federation, version):
    (made,) = outcomes(federation, "mossos", version, ("PresentarCaso", {"caso": SUBMISSION}))
    created = answer(made)
    assert created["creado"] == "true"
    change = {"idCaso": created["idCaso"], "versionEsperada": created["version"], "caso": SUBMISSION}
    nobody = {**change, "idCaso": NOBODYS}
    changed, late, read, sent = outcomes(
        federation, "mossos", version,
        ("PresentarCaso", change), ("PresentarCaso", change), ("ConsultarCaso", {"idCaso": created["idCaso"]}),
        ("RemitirLote", {"presentacion": [{"caso": SUBMISSION}, nobody, {"caso": SUBMISSION}]}))
    assert int(answer(changed)["version"]) == int(created["version"]) + 1
    assert problem(late)["codigo"] == "conflicto-de-version"
    assert answer(read)["caso"]["cabecera"]["edicion"]["version"] == answer(changed)["version"]
    first, second, third = answer(sent)["resultado"]
    assert first["aceptada"]["creado"] == third["aceptada"]["creado"] == "true"
    assert second["rechazada"]["codigo"] == "no-encontrado", "each of a lot is answered by itself"


def test_signed_as_the_profile_wants_and_not_as_it_comes(federation, version):
    habits = [("BuscarCasos", {"limite": 1}, sign) for sign, *_ in HABITS.values()]
    hit, found, absent, *refused = outcomes(
        federation, "mossos", version,
        ("ConsultarCoincidencia", {"tipoDocumento": "DNI", "numeroDocumento": "00000001R"}, STRICT),
        ("BuscarCasos", {"limite": 1}, STRICT),
        ("ConsultarCaso", {"idCaso": NOBODYS}, STRICT),
        *habits)
    assert answer(hit)["hayCoincidencia"] == "false"
    assert "caso" in answer(found)
    assert problem(absent)["codigo"] == "no-encontrado"
    for outcome in (hit, found, absent):
        verified(federation, outcome)
        assert outcome["header"]["Security"]["SignatureConfirmation"]
    seen = {habit: (problem(outcome)["codigo"], problem(outcome)["violaciones"]["violacion"]["codigo"])
            for habit, outcome in zip(HABITS, refused, strict=True)}
    assert seen == {habit: (code, violation) for habit, (_, code, violation) in HABITS.items()}


def test_the_context_may_be_left_unsigned_where_the_agreement_says_so(federation, version):
    (case,) = outcomes(federation, "nacional", version, ("ConsultarCaso", {"idCaso": federation.case("own")}, CONTEXT_LEFT_OUT))
    assert answer(case)["caso"]["cabecera"]["idCaso"] == federation.case("own")
    verified(federation, case)


def in_its_words(given: dict) -> dict:
    """The package wants attributes under a name of their own."""
    attributes = {name: given[name] for name in ATTRIBUTES & set(given)}
    return {name: value for name, value in given.items() if name not in attributes} | ({"attributes": attributes} if attributes else {})


@pytest.mark.parametrize("sign", [None, STRICT], ids=["unsigned", "signed"])
def test_every_operation_and_its_fault(federation, version, sign):
    (made,) = outcomes(federation, "mossos", version, ("PresentarCaso", {"caso": SUBMISSION}, sign))
    case = answer(made)["idCaso"]
    answered = [operation for operation, good in GOOD.items() if good]
    told = node(federation, "mossos", version, *[(operation, asked(operation, case), sign) for operation in answered],
                *[(operation, in_its_words(given), sign) for operation, (given, _) in BAD.items()])
    (described,) = told["described"].values()
    assert [set(port) for port in described.values()] == [set(BAD), set(BAD)], "every operation of the WSDL is in the table"
    well, badly = told["outcomes"][:len(answered)], told["outcomes"][len(answered):]
    for operation, outcome in zip(answered, well, strict=True):
        assert GOOD[operation][1](answer(outcome), case), outcome
    assert [problem(outcome)["codigo"] for outcome in badly] == [code for _, code in BAD.values()]
    if sign:
        for outcome in [made, *well, *badly]:
            verified(federation, outcome)
            assert outcome["header"]["Security"]["SignatureConfirmation"]
