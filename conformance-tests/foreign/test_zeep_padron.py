"""zeep as a caller of a service of others: everything from its own WSDL, which the gateway serves again."""

import pytest
import zeep
from conftest import now, request_id
from test_zeep import client_of

FAULT = "{urn:pasarela:padron:1:soapfaultatributos}Atributos"


def request(federation, slug: str, document: str) -> dict:
    return {
        "Atributos": {
            "IdPeticion": request_id()[:26],
            "NumElementos": 1,
            "TimeStamp": now().isoformat(),
            "CodigoCertificado": "PADRON-RESIDENCIA",
        },
        "Solicitudes": {"SolicitudTransmision": {"DatosGenericos": {
            "Emisor": {"NifEmisor": "S2800000A", "NombreEmisor": "PADRON DE PRUEBA"},
            "Solicitante": {
                "IdentificadorSolicitante": federation.organism(slug)["id"],
                "NombreSolicitante": "ORGANISMO DE PRUEBA",
                "Finalidad": "Proteccion de victimas",
                "Consentimiento": "Ley",
                "Funcionario": {"Seudonimo": "PRUEBA-0001"},
            },
            "Titular": {"TipoDocumentacion": "DNI", "Documentacion": document},
            "Transmision": {"CodigoCertificado": "PADRON-RESIDENCIA", "IdSolicitud": "1"},
        }}},
    }


def test_the_residence_of_a_neighbour(federation):
    padron = federation.description["padron"]
    soap = client_of(federation, "herencia", padron["wsdl"])
    document = padron["residents"]["own"]
    answer = soap.service.peticionSincrona(**request(federation, "herencia", document))
    unit = answer.Transmisiones.TransmisionDatos[0]
    assert unit.DatosGenericos.Titular.Documentacion == document
    assert unit.DatosEspecificos.Residencia.CodigoMunicipio == "13047"


@pytest.mark.parametrize("which", ["foreign", "nobody"])
def test_out_of_reach_is_the_contracts_own_fault(federation, which):
    padron = federation.description["padron"]
    soap = client_of(federation, "herencia", padron["wsdl"])
    document = padron["residents"].get(which) or "00000001R"
    with pytest.raises(zeep.exceptions.Fault) as caught:
        soap.service.peticionSincrona(**request(federation, "herencia", document))
    typed = caught.value.detail.find(FAULT)
    assert typed is not None, "the fault carries no typed detail of the contract"
    code = typed.find(".//{urn:pasarela:padron:1:comunes}CodigoEstado")
    assert code.text == "0233"
