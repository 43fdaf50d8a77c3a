"""zeep as a SOAP partner: everything from the served WSDL, no hand-made XML, SOAP 1.1 and 1.2."""

import pytest
import zeep
from conftest import now, request_id
from zeep.transports import Transport

BINDINGS = {"1.1": "soap11", "1.2": "soap12"}
CONTEXT = "{urn:pasarela:contexto:1}Contexto"
# A case whose victim lives in Barcelona. Nobody real: the documents are of ranges that are never issued.
SUBMISSION = {
    "cabecera": {"estado": "activo"},
    "responsabilidad": {"municipioResidencia": "08019"},
    "victima": {"identidad": {"tipoDocumento": "DNI", "numeroDocumento": "99999019X", "nombre": "VICTIMA", "apellido1": "PRUEBA"}},
    "valoracion": {"origen": {"escalaOrigen": "SIAV", "nivelOrigen": "molt_alt"}},
}


def client_of(federation, slug: str, wsdl: str) -> zeep.Client:
    return zeep.Client(wsdl, transport=Transport(session=federation.session(slug)))


def client(federation, slug: str) -> zeep.Client:
    return client_of(federation, slug, federation.description["wsdl"])


def service(soap: zeep.Client, version: str):
    """The port of one SOAP version, chosen by the binding's class."""
    wanted = {"1.1": "Soap11Binding", "1.2": "Soap12Binding"}[version]
    for name, svc in soap.wsdl.services.items():
        for port_name, port in svc.ports.items():
            if type(port.binding).__name__ == wanted:
                return soap.bind(name, port_name)
    raise AssertionError(f"the WSDL has no port for SOAP {version}")


def context(soap: zeep.Client, federation, slug: str, **changes):
    fields = {
        "Solicitante": federation.organism(slug)["id"],
        "Funcionario": "PRUEBA-0001",
        "Finalidad": "proteccion",
        "IdPeticion": request_id(),
        "TimeStamp": now(),
    }
    fields.update(changes)
    return [soap.get_element(CONTEXT)(**fields)]


def body(answer):
    """The body of an answer whose header zeep hands over too."""
    return answer.body if hasattr(answer, "body") else answer


def code_of(fault: zeep.exceptions.Fault) -> str:
    detail = fault.detail
    found = detail.find(".//{urn:pasarela:contexto:1}codigo")
    assert found is not None, "the fault carries no typed detail"
    return found.text


@pytest.fixture(params=sorted(BINDINGS))
def version(request):
    return request.param


def test_consult_shows_what_the_force_may_see(federation, version):
    soap = client(federation, "herencia")
    answer = body(service(soap, version).ConsultarCaso(
        idCaso=federation.case("own"), _soapheaders=context(soap, federation, "herencia")))
    case = answer.caso if hasattr(answer, "caso") else answer
    assert case.cabecera.idCaso == federation.case("own")
    assert case.cabecera.retenido, "what is withheld must be listed"


def test_out_of_scope_and_absent_are_one_answer(federation, version):
    soap = client(federation, "herencia")
    seen = []
    for case in (federation.case("foreign"), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            service(soap, version).ConsultarCaso(
                idCaso=case, _soapheaders=context(soap, federation, "herencia"))
        seen.append((code_of(caught.value), caught.value.message, str(caught.value.code)))
    assert seen[0] == seen[1]
    assert seen[0][0] == "no-encontrado"


def test_search_pages_through_the_territory(federation, version):
    soap = client(federation, "herencia")
    cursor, ids = None, []
    for _ in range(3):
        answer = body(service(soap, version).BuscarCasos(
            limite=5, cursor=cursor, _soapheaders=context(soap, federation, "herencia")))
        page = [unit.idCaso if hasattr(unit, "idCaso") else unit.cabecera.idCaso for unit in answer.caso]
        assert not set(page) & set(ids), "a case came twice"
        ids += page
        cursor = answer.siguienteCursor
        if cursor is None:
            break
    assert ids


def test_hit_says_no_for_a_document_nobody_has(federation, version):
    soap = client(federation, "herencia")
    answer = body(service(soap, version).ConsultarCoincidencia(
        tipoDocumento="DNI", numeroDocumento="00000001R",
        _soapheaders=context(soap, federation, "herencia")))
    assert answer.hayCoincidencia is False
    assert not answer.coincidencia


def test_hit_finds_the_victim_of_an_own_case(federation, version):
    soap = client(federation, "herencia")
    document = federation.description["documents"]["own_victim"]
    answer = body(service(soap, version).ConsultarCoincidencia(
        tipoDocumento=document["type"], numeroDocumento=document["number"],
        _soapheaders=context(soap, federation, "herencia")))
    assert answer.hayCoincidencia is True
    assert len(answer.coincidencia) >= 1


def test_regional_force_submits_and_then_changes_a_case(federation, version):
    soap = client(federation, "mossos")
    port = service(soap, version)
    case = SUBMISSION
    created = body(port.PresentarCaso(caso=case, _soapheaders=context(soap, federation, "mossos")))
    assert created.creado is True
    change = {"idCaso": created.idCaso, "versionEsperada": created.version, "caso": case}
    changed = body(port.PresentarCaso(**change, _soapheaders=context(soap, federation, "mossos")))
    assert changed.creado is False
    assert changed.version == created.version + 1
    with pytest.raises(zeep.exceptions.Fault) as caught:
        port.PresentarCaso(**change, _soapheaders=context(soap, federation, "mossos"))
    assert code_of(caught.value) == "conflicto-de-version"


@pytest.mark.parametrize("changes, expected", [
    ({"Solicitante": "L01280796"}, "solicitante-distinto-del-certificado"),
    ({"Finalidad": "curiosidad"}, "finalidad-desconocida"),
    ({"TimeStamp": "2020-02-29T10:00:00Z"}, "fecha-fuera-de-plazo"),
])
def test_bad_context_is_named(federation, version, changes, expected):
    soap = client(federation, "herencia")
    if "TimeStamp" in changes:
        changes = {"TimeStamp": now().replace(year=2020)}
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service(soap, version).ConsultarCaso(
            idCaso=federation.case("own"),
            _soapheaders=context(soap, federation, "herencia", **changes))
    assert code_of(caught.value) == expected


def test_repeated_id_with_other_content_is_refused(federation, version):
    soap = client(federation, "herencia")
    header = context(soap, federation, "herencia")
    port = service(soap, version)
    port.ConsultarCaso(idCaso=federation.case("own"), _soapheaders=header)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        port.BuscarCasos(limite=5, _soapheaders=header)
    assert code_of(caught.value) == "peticion-repetida"


def test_missing_context_is_named(federation, version):
    soap = client(federation, "herencia")
    with pytest.raises((zeep.exceptions.Fault, zeep.exceptions.ValidationError)) as caught:
        service(soap, version).ConsultarCaso(idCaso=federation.case("own"))
    assert isinstance(caught.value, zeep.exceptions.Fault)
    assert code_of(caught.value) == "falta-contexto"
