"""zeep as the partners of two more dialects, Ertzaintza and Galicia: from each one's own WSDL, in its own words and its own faults."""

import pytest
import zeep
from conftest import now, request_id
from members import join
from test_signed import PlugIn, WithContext
from test_zeep import body, client, code_of, context, service
from zeep.transports import Transport

SECURITY = '[organismo.convenio.annex.security]\nrequests = "opcional"\nanswers = "opcional"\n'
MEMBERS = {
    # Its `partner.toml` allows signatures, the other's says nothing of them.
    "ertzaintza": ("A16990001", "PRUEBA, dialecto de la Ertzaintza", '["ES"]', 'contract = "ertzaintza/1"\n' + SECURITY),
    "ua-galicia": ("A12990001", "PRUEBA, dialecto de Galicia", '["ES"]', 'contract = "ua-galicia/1"\n'),
}
NOBODYS = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
FAULT = "{urn:pasarela:ua-galicia:1:soapfaultatributos}Atributos"
STATE = "{urn:pasarela:ua-galicia:1:comunes}CodigoEstado"
ABSENT = "00000001R"
KINDS = {"DNI": "D", "NIE": "N"}


@pytest.fixture(scope="module")
def partners(federation, tmp_path_factory):
    join(federation, tmp_path_factory.mktemp("dialects"), MEMBERS)
    return federation


def dialect(federation, slug: str, wsse=None) -> zeep.Client:
    wsdl = f"{federation.url}/soap/{slug}/1?wsdl"
    return zeep.Client(wsdl, transport=Transport(session=federation.session(slug)), wsse=wsse)


@pytest.mark.parametrize("signing", ["unsigned", "signed"])
def test_the_ertzaintza_asks_in_its_own_words(partners, signing):
    wsse = WithContext(partners, "ertzaintza") if signing == "signed" else None
    soap = dialect(partners, "ertzaintza", wsse)
    port, victim = service(soap, "1.1"), partners.description["documents"]["own_victim"]
    header = lambda: context(soap, partners, "ertzaintza")
    known = {"clase": KINDS[victim["type"]], "_value_1": victim["number"]}
    hit = body(port.BuscarPersona(documento=known, _soapheaders=header()))
    assert hit.resultado == "CONSTA"
    assert partners.case("own") in [notice.ficha for notice in hit.aviso]
    nobody = body(port.BuscarPersona(documento={"clase": "D", "_value_1": ABSENT}, calidad="perjudicada", _soapheaders=header()))
    assert nobody.resultado == "NO_CONSTA" and not nobody.aviso
    read = body(port.LeerFicha(ficha=partners.case("own"), _soapheaders=header()))
    assert read.ficha.ficha == partners.case("own")
    for asked, code in ((lambda: port.LeerFicha(ficha=NOBODYS, _soapheaders=header()), "no-encontrado"),
                        (lambda: port.ListarFichas(_soapheaders=header()), "operacion-no-permitida")):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            asked()
        assert code_of(caught.value) == code
    assert set(port._binding.all()) == {"BuscarPersona", "LeerFicha", "ListarFichas"}, "an operation more is to be tried here"
    assert wsse is None or wsse.verified == 5, "every answer and every fault was verified"


def request(federation, document: dict) -> dict:
    certificate = "PASARELA-COINCIDENCIAS"
    return {
        "Atributos": {"IdPeticion": request_id()[:26], "NumElementos": 1, "TimeStamp": now().isoformat(), "CodigoCertificado": certificate},
        "Solicitudes": {"SolicitudTransmision": {
            "DatosGenericos": {
                "Emisor": {"NifEmisor": "S2800000A", "NombreEmisor": "PASARELA DE PRUEBA"},
                "Solicitante": {
                    "IdentificadorSolicitante": federation.organism("ua-galicia")["id"], "NombreSolicitante": "UNIDADE DE PRUEBA",
                    "Finalidad": "Proteccion de vitimas", "Consentimiento": "Ley", "Funcionario": {"Seudonimo": "PRUEBA-0001"},
                },
                "Titular": {"TipoDocumentacion": document["type"], "Documentacion": document["number"]},
                "Transmision": {"CodigoCertificado": certificate, "IdSolicitud": "1"},
            },
            "Consulta": {"Condicion": "VITIMA"},
        }},
    }


def found(answer):
    return answer.Transmisiones.TransmisionDatos.DatosEspecificos


def test_galicia_asks_in_the_envelope_of_the_intermediation(partners):
    soap = dialect(partners, "ua-galicia")
    hit = found(soap.service.peticionSincrona(**request(partners, partners.description["documents"]["own_victim"])))
    assert hit.Consta == "SI"
    assert partners.case("own") in [unit.IdCaso for unit in hit.Expediente]
    nobody = found(soap.service.peticionSincrona(**request(partners, {"type": "DNI", "number": ABSENT})))
    assert nobody.Consta == "NON" and not nobody.Expediente
    (only,) = [port.binding.all() for it in soap.wsdl.services.values() for port in it.ports.values()]
    assert set(only) == {"peticionSincrona"}, "an operation more is to be tried here"


class SignsOnly(PlugIn):
    """Signs, and takes answers as they come."""

    def verify(self, envelope):
        return envelope


def test_galicia_is_refused_by_its_own_fault(partners):
    soap = dialect(partners, "ua-galicia")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        soap.service.peticionSincrona(**request(partners, {"type": "DNI", "number": "***9901*"}))
    typed = caught.value.detail.find(FAULT)
    assert typed is not None, "the fault carries no typed detail of the contract"
    assert typed.find(f".//{STATE}").text == "0401"


def test_galicia_has_agreed_on_no_signature(partners):
    """What cannot be read has no number that its own fault could repeat: it is told in the common words."""
    soap = dialect(partners, "ua-galicia", SignsOnly(partners, "ua-galicia"))
    with pytest.raises(zeep.exceptions.Fault) as caught:
        soap.service.peticionSincrona(**request(partners, {"type": "DNI", "number": ABSENT}))
    assert code_of(caught.value) == "seguridad-no-convenida"


@pytest.mark.parametrize("slug", sorted(MEMBERS))
def test_neither_speaks_the_common_contract(partners, slug):
    soap = client(partners, slug)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service(soap, "1.1").ConsultarCaso(idCaso=partners.case("own"), _soapheaders=context(soap, partners, slug))
    assert code_of(caught.value) == "version-no-convenida"
