"""zeep as the partners of every dialect over SOAP: from each one's own WSDL, in its own words and its own faults.

Which there are the folders say; what is told of Ertzaintza and Galicia by name is in their words.
"""

import pytest
import zeep
from conftest import now, request_id
from folders import Folder, members, soap_dialects
from lxml import etree
from members import join
from test_signed import PlugIn, WithContext, client
from test_zeep import body, code_of, context, service
from zeep.transports import Transport

FOLDERS = {folder.slug: folder for folder in soap_dialects()}
ERTZAINTZA, GALICIA = FOLDERS["ertzaintza"], FOLDERS["ua-galicia"]
# What a question of the fixtures may be refused as here: it was understood and decided on.
DECIDED = {"no-encontrado", "operacion-no-permitida", "grupo-no-modificable", "conflicto-de-version", "reglas-incumplidas"}
NOBODYS = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
FAULT = "{urn:pasarela:ua-galicia:1:soapfaultatributos}Atributos"
STATE = "{urn:pasarela:ua-galicia:1:comunes}CodigoEstado"
ABSENT = "00000001R"
KINDS = {"DNI": "D", "NIE": "N"}


@pytest.fixture(scope="module")
def partners(federation, tmp_path_factory):
    join(federation, tmp_path_factory.mktemp("dialects"), members(FOLDERS.values()))
    return federation


def dialect(federation, folder: Folder, wsse=None) -> zeep.Client:
    wsdl = f"{federation.url}/soap/{folder.contract}?wsdl"
    return zeep.Client(wsdl, transport=Transport(session=federation.session(folder.member)), wsse=wsse)


def wsse(federation, member: str, way: str) -> WithContext | None:
    return WithContext(federation, member) if way == "signed" else None


def spoken(federation, folder: Folder, message: etree._Element) -> etree._Element:
    """The message with who asks, where it says so itself."""
    said = {"solicitante": federation.organism(folder.member)["id"], "peticion": request_id()[:26], "fecha": now().isoformat()}
    for name, path in folder.context_paths().items():
        steps = "/".join(f"*[local-name()='{step}']" for step in path.strip("/").split("/"))
        for leaf in message.xpath(f"/{steps}"):
            leaf.text = said.get(name, leaf.text)
    return message


@pytest.mark.parametrize(("slug", "signing"), [(slug, way) for slug, folder in FOLDERS.items() for way in folder.ways])
def test_what_a_folder_says_zeep_says(partners, slug, signing):
    """Every question of its fixtures, read by zeep as its WSDL has it and put: no folder is named, and none has to be."""
    folder = FOLDERS[slug]
    signer = wsse(partners, folder.member, signing)
    soap = dialect(partners, folder, signer)
    port = service(soap, folder.style.removeprefix("soap-"))
    operations = {operation.input.body.qname: name for name, operation in port._binding.all().items()}
    header = lambda: {} if folder.context_paths() else {"_soapheaders": context(soap, partners, folder.member)}
    put, answered = 0, set()
    for file in folder.messages():
        message = spoken(partners, folder, etree.parse(file).getroot())
        operation = operations.get(message.tag)
        if operation is None:
            continue
        element = soap.get_element(message.tag)
        value = element.parse(message, soap.wsdl.types)
        put += 1
        try:
            body(getattr(port, operation)(**{name: value[name] for name in value}, **header()))
            answered.add(operation)
        except zeep.exceptions.Fault as fault:
            assert code_of(fault) in DECIDED, file
    assert answered, "no question of its fixtures is answered"
    assert signer is None or signer.verified == put, "every answer and every fault was verified"


@pytest.mark.parametrize("signing", ["unsigned", "signed"])
def test_the_ertzaintza_asks_in_its_own_words(partners, signing):
    signer = wsse(partners, ERTZAINTZA.member, signing)
    soap = dialect(partners, ERTZAINTZA, signer)
    port, victim = service(soap, "1.1"), partners.description["documents"]["own_victim"]
    header = lambda: context(soap, partners, ERTZAINTZA.member)
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
    assert signer is None or signer.verified == 5, "every answer and every fault was verified"


def request(federation, document: dict) -> dict:
    certificate = "PASARELA-COINCIDENCIAS"
    return {
        "Atributos": {"IdPeticion": request_id()[:26], "NumElementos": 1, "TimeStamp": now().isoformat(), "CodigoCertificado": certificate},
        "Solicitudes": {"SolicitudTransmision": {
            "DatosGenericos": {
                "Emisor": {"NifEmisor": "S2800000A", "NombreEmisor": "PASARELA DE PRUEBA"},
                "Solicitante": {
                    "IdentificadorSolicitante": federation.organism(GALICIA.member)["id"], "NombreSolicitante": "UNIDADE DE PRUEBA",
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
    soap = dialect(partners, GALICIA)
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
    soap = dialect(partners, GALICIA)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        soap.service.peticionSincrona(**request(partners, {"type": "DNI", "number": "***9901*"}))
    typed = caught.value.detail.find(FAULT)
    assert typed is not None, "the fault carries no typed detail of the contract"
    assert typed.find(f".//{STATE}").text == "0401"


def test_galicia_has_agreed_on_no_signature(partners):
    """What cannot be read has no number that its own fault could repeat: it is told in the common words."""
    soap = dialect(partners, GALICIA, SignsOnly(partners, GALICIA.member))
    with pytest.raises(zeep.exceptions.Fault) as caught:
        soap.service.peticionSincrona(**request(partners, {"type": "DNI", "number": ABSENT}))
    assert code_of(caught.value) == "seguridad-no-convenida"


@pytest.mark.parametrize("slug", sorted(FOLDERS))
def test_none_speaks_the_common_contract(partners, slug):
    slug, way = FOLDERS[slug].member, FOLDERS[slug].ways[0]
    soap = client(partners, slug, wsse(partners, slug, way))
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service(soap, "1.1").ConsultarCaso(idCaso=partners.case("own"), _soapheaders=context(soap, partners, slug))
    assert code_of(caught.value) == "version-no-convenida"
