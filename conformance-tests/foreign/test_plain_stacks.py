"""Two more SOAP stacks that know nothing of the project: PHP's own client and Python's suds, from the served WSDL alone."""

import json
import pathlib
import shutil
import ssl
import subprocess
import urllib.request

import pytest
import suds.client
from conftest import now, request_id
from suds.transport.http import HttpTransport
from test_zeep import SUBMISSION

CLIENT = pathlib.Path(__file__).with_name("php") / "client.php"
LIMIT_SECONDS = 60
OPERATIONS = {"ConsultarCoincidencia", "ConsultarCaso", "BuscarCasos", "PresentarCaso", "RemitirLote", "ConsultarIndice"}
UNKNOWN_TOWN = SUBMISSION | {"responsabilidad": {"municipioResidencia": "99999"}}
VERSIONS = ("1.1", "1.2")


def php(federation, slug: str, version: str, *calls) -> dict:
    program = shutil.which("php")
    if program is None:
        pytest.fail("no php: install php-cli and php-soap", pytrace=False)
    job = {"wsdl": federation.description["wsdl"], "ca": federation.ca, "organism": federation.organism(slug),
           "version": version, "name": request_id(), "calls": calls}
    done = subprocess.run([program, CLIENT], input=json.dumps(job).encode(), capture_output=True, timeout=LIMIT_SECONDS, check=False)
    assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
    return json.loads(done.stdout)


class MutualTls(HttpTransport):
    """The transport of suds over a connection with a client's certificate."""

    def __init__(self, federation, slug: str):
        super().__init__()
        self.context = ssl.create_default_context(cafile=federation.ca)
        self.context.load_cert_chain(federation.organism(slug)["both"])

    def u2handlers(self):
        return [*super().u2handlers(), urllib.request.HTTPSHandler(context=self.context)]


def suds_client(federation, slug: str, version: str) -> suds.client.Client:
    client = suds.client.Client(federation.description["wsdl"], transport=MutualTls(federation, slug), cache=None)
    ports = [port.name for port in client.wsdl.services[0].ports]
    client.set_options(port=next(port for port in ports if port.endswith("soap" + version.replace(".", ""))))
    context = client.factory.create("{urn:pasarela:contexto:1}Contexto")
    context.Solicitante = federation.organism(slug)["id"]
    context.Funcionario, context.Finalidad = "PRUEBA-0001", "proteccion"
    context.IdPeticion, context.TimeStamp = request_id(), now()
    client.set_options(soapheaders=context)
    return client


@pytest.mark.parametrize("version", VERSIONS)
def test_php_consults_submits_and_is_told_faults(federation, version):
    done = php(federation, "herencia", version, ("ConsultarCaso", {"idCaso": federation.case("own")}),
               ("ConsultarCaso", {"idCaso": federation.case("foreign")}))
    assert set(done["operations"]) == OPERATIONS
    answered, refused = done["outcomes"]
    assert answered["answer"]["caso"]["cabecera"]["idCaso"] == federation.case("own")
    assert refused["detail"]["Error"]["codigo"] == "no-encontrado"
    assert refused["code"].endswith(":Sender" if version == "1.2" else ":Client")

    submission = SUBMISSION if version == "1.1" else SUBMISSION | {"cabecera": {"estado": "inactivo"}}
    submitted, wrong = php(federation, "mossos", version, ("PresentarCaso", {"caso": submission}),
                           ("PresentarCaso", {"caso": UNKNOWN_TOWN}))["outcomes"]
    assert "answer" in submitted, submitted
    assert wrong["detail"]["Error"]["culpa"] == "solicitante", wrong


@pytest.mark.parametrize("version", VERSIONS)
def test_suds_consults_and_is_told_faults(federation, version):
    client = suds_client(federation, "herencia", version)
    case = client.service.ConsultarCaso(idCaso=federation.case("own"))
    assert case.cabecera.idCaso == federation.case("own")
    assert case.cabecera.retenido, "what is withheld must be listed"

    client = suds_client(federation, "herencia", version)
    with pytest.raises(suds.WebFault) as caught:
        client.service.ConsultarCaso(idCaso=federation.case("foreign"))
    assert "no-encontrado" in caught.value.document.str()
