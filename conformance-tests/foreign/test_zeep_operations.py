"""zeep against the table of operations: each of the WSDL's, signed and unsigned, over both versions of SOAP, answers and faults."""

import pytest
import zeep
from operations import BAD, GOOD, OPERATIONS, SUBMISSION, asked
from test_signed import WithContext
from test_zeep import BINDINGS, body, code_of, context, service
from zeep.helpers import serialize_object
from zeep.transports import Transport


class Partner:
    """`mossos` with zeep; if it signs, every answer and every fault must be signed by the gateway."""

    def __init__(self, federation, version: str, signing: str):
        self.federation, self.calls = federation, 0
        self.wsse = WithContext(federation, "mossos") if signing == "signed" else None
        self.soap = zeep.Client(federation.description["wsdl"], transport=Transport(session=federation.session("mossos")), wsse=self.wsse)
        self.port = service(self.soap, version)

    def ask(self, operation: str, given: dict) -> dict:
        self.calls += 1
        header = context(self.soap, self.federation, "mossos")
        return serialize_object(body(getattr(self.port, operation)(**given, _soapheaders=header)), dict)

    def all_verified(self) -> bool:
        return self.wsse is None or self.wsse.verified == self.calls


@pytest.fixture(scope="module", params=["unsigned", "signed"])
def signing(request):
    return request.param


@pytest.fixture(scope="module", params=sorted(BINDINGS))
def version(request):
    return request.param


@pytest.fixture(scope="module")
def partner(federation, version, signing):
    return Partner(federation, version, signing)


def test_the_table_has_every_operation_of_the_wsdl(partner):
    ports = [port for found in partner.soap.wsdl.services.values() for port in found.ports.values()]
    assert [set(port.binding.all()) for port in ports] == [OPERATIONS, OPERATIONS]
    assert set(GOOD) == OPERATIONS


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_answered(partner, operation):
    if GOOD[operation] is None:
        return refused(partner, operation)
    case = partner.ask("PresentarCaso", {"caso": SUBMISSION})["idCaso"]
    answer = partner.ask(operation, asked(operation, case))
    assert GOOD[operation][1](answer, case), answer
    assert partner.all_verified()


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_refused(partner, operation):
    refused(partner, operation)


def refused(partner, operation):
    given, code = BAD[operation]
    with pytest.raises(zeep.exceptions.Fault) as caught:
        partner.ask(operation, given)
    assert code_of(caught.value) == code
    assert partner.all_verified(), "a fault is signed like an answer"
