"""zeep with its plug-in of WS-Addressing: from the served WSDL, signed and unsigned, answers and faults."""

from unittest import mock

import pytest
import zeep
from lxml import etree
from test_signed import WithContext, plugin
from test_zeep import BINDINGS, body, code_of, context, service
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport
from zeep.wsa import WsAddressingPlugin

WSA = "http://www.w3.org/2005/08/addressing"
WSAM = "http://www.w3.org/2007/05/addressing/metadata"
ACTION = "urn:pasarela:viogen:2:consultarCaso"


class Signed(WithContext):
    """Signs the blocks of addressing too, as every agreement wants it that makes no exception."""

    def apply(self, envelope, headers):
        sign = plugin._sign_node

        def sign_more(ctx, signature, target, digest_method=None):
            sign(ctx, signature, target, digest_method)
            if target.tag.endswith("}Body"):
                for block in envelope.findall(f"./{{*}}Header/{{{WSA}}}*"):
                    sign(ctx, signature, block, digest_method)

        with mock.patch.object(plugin, "_sign_node", sign_more):
            return super().apply(envelope, headers)


class Elsewhere(WsAddressingPlugin):
    """Wants its answer somewhere else."""

    def egress(self, envelope, http_headers, operation, binding_options):
        envelope, headers = super().egress(envelope, http_headers, operation, binding_options)
        reply = etree.SubElement(envelope[0], f"{{{WSA}}}ReplyTo")
        etree.SubElement(reply, f"{{{WSA}}}Address").text = "https://otro.invalid/respuestas"
        return envelope, headers


class Mistaken(WsAddressingPlugin):
    """Says the action of another operation."""

    def egress(self, envelope, http_headers, operation, binding_options):
        envelope, headers = super().egress(envelope, http_headers, operation, binding_options)
        envelope[0].find(f"{{{WSA}}}Action").text = "urn:pasarela:viogen:2:presentarCaso"
        return envelope, headers


@pytest.fixture(params=sorted(BINDINGS))
def version(request):
    return request.param


@pytest.fixture(params=["unsigned", "signed"])
def asker(federation, request):
    """A client by that plug-in, and what it saw of the last exchange."""
    signs = request.param == "signed"

    def make(addressing):
        seen = HistoryPlugin()
        soap = zeep.Client(federation.description["wsdl"], transport=Transport(session=federation.session("mossos")),
                           plugins=[addressing, seen], wsse=Signed(federation, "mossos") if signs else None)
        return soap, seen

    return make


def ask(soap, federation, version, case=None):
    return service(soap, version).ConsultarCaso(
        idCaso=case or federation.case("foreign"), _soapheaders=context(soap, federation, "mossos"))


def header(exchange, local):
    found = exchange["envelope"].findall(f"./{{*}}Header/{{{WSA}}}{local}")
    assert len(found) <= 1
    return found[0].text if found else None


def test_the_description_says_what_is_taken(federation):
    text = federation.session("mossos").get(federation.description["wsdl"]).content
    wsdl = etree.fromstring(text)
    find = lambda path: wsdl.xpath("//*[local-name()='%s']/*[@name='ConsultarCaso']/%s" % path)
    actions = {it.get("soapAction") for it in find(("binding", "*[local-name()='operation']"))}
    # The action of a question is that of SOAP; said again, zeep would address all it sends, asked or not.
    assert actions == {ACTION}
    said = [it.get(f"{{{WSAM}}}Action") for it in find(("portType", "*[@message]"))]
    assert said == [None, ACTION + "Respuesta", "urn:pasarela:contexto:1:Error"]
    assert wsdl.findall(f".//{{{WSAM}}}AnonymousResponses")


def test_answers_say_what_they_relate_to(federation, version, asker):
    soap, seen = asker(WsAddressingPlugin())
    found = body(service(soap, version).BuscarCasos(limite=1, _soapheaders=context(soap, federation, "mossos")))
    assert found is not None
    asked, answered = seen.last_sent, seen.last_received
    assert header(answered, "RelatesTo") == header(asked, "MessageID")
    assert header(answered, "Action") == header(asked, "Action") + "Respuesta"
    assert header(answered, "MessageID") not in (None, header(asked, "MessageID"))


def test_faults_say_what_they_relate_to(federation, version, asker):
    soap, seen = asker(WsAddressingPlugin())
    with pytest.raises(zeep.exceptions.Fault) as caught:
        ask(soap, federation, version, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
    assert code_of(caught.value) == "no-encontrado"
    assert header(seen.last_received, "RelatesTo") == header(seen.last_sent, "MessageID")
    assert header(seen.last_received, "Action") == "urn:pasarela:contexto:1:Error"


@pytest.mark.parametrize("wrong, code", [(Elsewhere, "OnlyAnonymousAddressSupported"), (Mistaken, "ActionMismatch")])
def test_what_is_not_taken_has_a_name(federation, version, asker, wrong, code):
    soap, seen = asker(wrong())
    with pytest.raises(zeep.exceptions.Fault) as caught:
        ask(soap, federation, version)
    assert code_of(caught.value) == "esquema-incumplido"
    codes = [str(caught.value.code), *(str(getattr(name, "text", name)) for name in caught.value.subcodes or [])]
    assert any(it.endswith(code) or it.endswith("InvalidAddressingHeader") for it in codes), codes
    assert code.encode() in etree.tostring(seen.last_received["envelope"])
    assert header(seen.last_received, "Action") == WSA + "/fault"
    assert header(seen.last_received, "RelatesTo") == header(seen.last_sent, "MessageID")
