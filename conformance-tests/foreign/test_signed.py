"""Signed messages: zeep with its signature plug-in, and xmlsec1, each in both directions.

Every operation signed is in `test_zeep_operations.py`.
"""

import base64
import pathlib
import ssl
import subprocess
from datetime import timedelta
from unittest import mock

import pytest
import xmlsec
import zeep
from conftest import now, request_id
from test_zeep import BINDINGS, body, code_of, context, service
from lxml import etree
from zeep import ns
from zeep.transports import Transport
from zeep.wsse import signature as plugin
from zeep.wsse.utils import WSU, get_security_header

CONTEXT = "{urn:pasarela:contexto:1}Contexto"


def server_certificate(federation) -> pathlib.Path:
    return pathlib.Path(federation.ca).with_name("server.pem")


class PlugIn(plugin.BinarySignature):
    """zeep's plug-in with a timestamp; answers are verified with the gateway's certificate instead of one's own."""

    def __init__(self, federation, slug: str):
        organism = federation.organism(slug)
        super().__init__(organism["key"], organism["certificate"],
                         signature_method=xmlsec.Transform.ECDSA_SHA256, digest_method=xmlsec.Transform.SHA256)
        self.server = server_certificate(federation).read_bytes()
        self.verified = 0

    def apply(self, envelope, headers):
        created = now().replace(microsecond=0)
        stamp = [(name, at.isoformat().replace("+00:00", "Z"))
                 for name, at in (("Created", created), ("Expires", created + timedelta(minutes=5)))]
        get_security_header(envelope).append(WSU("Timestamp", *[WSU(name, text) for name, text in stamp]))
        return super().apply(envelope, headers)

    def verify(self, envelope):
        key = xmlsec.Key.from_memory(self.server, xmlsec.KeyFormat.CERT_PEM, None)
        plugin._verify_envelope_with_key(envelope, key)
        self.verified += 1
        return envelope


class WithContext(PlugIn):
    """The same, signing the context too, as an agreement wants it that makes no exception."""

    def apply(self, envelope, headers):
        sign = plugin._sign_node

        def sign_more(ctx, signature, target, digest_method=None):
            sign(ctx, signature, target, digest_method)
            block = envelope.find(f".//{CONTEXT}")
            if target.tag.endswith("}Body") and block is not None:
                sign(ctx, signature, block, digest_method)

        with mock.patch.object(plugin, "_sign_node", sign_more):
            return super().apply(envelope, headers)


def client(federation, slug: str, wsse) -> zeep.Client:
    transport = Transport(session=federation.session(slug))
    return zeep.Client(federation.description["wsdl"], transport=transport, wsse=wsse)


@pytest.fixture(params=sorted(BINDINGS))
def version(request):
    return request.param


def test_a_fault_is_signed_too(federation, version):
    wsse = WithContext(federation, "mossos")
    soap = client(federation, "mossos", wsse)
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service(soap, version).ConsultarCaso(
            idCaso="7ZZZZZZZZZZZZZZZZZZZZZZZZZ", _soapheaders=context(soap, federation, "mossos"))
    assert code_of(caught.value) == "no-encontrado"
    assert wsse.verified == 1, "zeep found the fault signed by the gateway"


def test_the_plug_in_as_it_is_signs_no_context(federation, version):
    """Which an agreement may allow: that of `nacional` does, that of `mossos` does not."""
    allowed = PlugIn(federation, "nacional")
    soap = client(federation, "nacional", allowed)
    service(soap, version).ConsultarCaso(
        idCaso=federation.case("own"), _soapheaders=context(soap, federation, "nacional"))
    assert allowed.verified == 1
    soap = client(federation, "mossos", PlugIn(federation, "mossos"))
    with pytest.raises(zeep.exceptions.Fault) as caught:
        service(soap, version).BuscarCasos(limite=1, _soapheaders=context(soap, federation, "mossos"))
    assert code_of(caught.value) == "firma-no-valida"
    codes = [str(caught.value.code), *(name.text for name in caught.value.subcodes or [])]
    assert any("FailedCheck" in code for code in codes), codes


def test_unsigned_goes_on_where_signing_is_optional(federation, version):
    soap = client(federation, "mossos", None)
    assert body(service(soap, version).BuscarCasos(limite=1, _soapheaders=context(soap, federation, "mossos")))


class Plain(PlugIn):
    """zeep's plain `Signature`: issuer and number, with the certificate beside them, and no token."""

    def apply(self, envelope, headers):
        with mock.patch.object(plugin.BinarySignature, "apply", plugin.MemorySignature.apply):
            return super().apply(envelope, headers)


class Contradictory(Plain):
    """The same, naming a number that is not the certificate's. What names the certificate is not signed."""

    def apply(self, envelope, headers):
        applied = super().apply(envelope, headers)
        envelope.find(f".//{{{ns.DS}}}X509SerialNumber").text = "4711"
        return applied


def test_issuer_and_number_may_stand_beside_the_certificate(federation, version):
    wsse = Plain(federation, "nacional")
    soap = client(federation, "nacional", wsse)
    ask = lambda: service(soap, version).ConsultarCaso(
        idCaso=federation.case("own"), _soapheaders=context(soap, federation, "nacional"))
    ask()
    assert wsse.verified == 1
    soap = client(federation, "nacional", Contradictory(federation, "nacional"))
    with pytest.raises(zeep.exceptions.Fault) as caught:
        ask()
    assert code_of(caught.value) == "certificado-de-firma-no-valido"
    assert b"certificado-contradictorio" in etree.tostring(caught.value.detail)


TEMPLATE = """<soap:Envelope xmlns:soap="{soap}" xmlns:wsu="{wsu}"><soap:Header>
<wsse:Security xmlns:wsse="{wsse}" soap:mustUnderstand="1">
{token}<wsu:Timestamp wsu:Id="ts"><wsu:Created>{created}</wsu:Created><wsu:Expires>{expires}</wsu:Expires></wsu:Timestamp>
<ds:Signature xmlns:ds="{ds}"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{exc}"/>
<ds:SignatureMethod Algorithm="{algorithm}"/>
{references}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><wsse:SecurityTokenReference>{named}</wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>
</wsse:Security>
<Contexto xmlns="urn:pasarela:contexto:1" wsu:Id="ctx"><Solicitante>{organism}</Solicitante><Funcionario>PRUEBA-0001</Funcionario><Finalidad>proteccion</Finalidad><IdPeticion>{request}</IdPeticion><TimeStamp>{created}</TimeStamp></Contexto>
</soap:Header><soap:Body wsu:Id="body"><BuscarCasos xmlns="urn:pasarela:viogen:2"><limite>1</limite></BuscarCasos></soap:Body></soap:Envelope>
"""
REFERENCE = """<ds:Reference URI="#{id}"><ds:Transforms><ds:Transform Algorithm="{exc}"/></ds:Transforms>
<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference>
"""
P256 = ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256")


def xmlsec1(*words, ids) -> subprocess.CompletedProcess:
    attributes = [word for name in ids for word in ("--id-attr:Id", name)]
    return subprocess.run(["xmlsec1", words[0], *attributes, *words[1:]], capture_output=True, check=True)


OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
X509 = OASIS + "x509-token-profile-1.0"
BASE64 = OASIS + "soap-message-security-1.0#Base64Binary"


def openssl(path, *words) -> str:
    words = ["openssl", "x509", "-in", str(path), "-noout", *words]
    return subprocess.run(words, capture_output=True, check=True, text=True).stdout.strip()


def names(path: str) -> dict:
    """How a message may name a certificate, each with the token that it needs: as the `openssl` program reads it."""
    pem = pathlib.Path(path).read_text()
    der = base64.b64encode(ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN"):])).decode()
    token = f'<wsse:BinarySecurityToken wsu:Id="cert" ValueType="{X509}#X509v3" EncodingType="{BASE64}">{der}</wsse:BinarySecurityToken>'
    issuer = openssl(path, "-issuer", "-nameopt", "RFC2253").split("=", 1)[1].strip()
    serial = int(openssl(path, "-serial").split("=")[1], 16)
    key_id = base64.b64encode(bytes.fromhex(openssl(path, "-ext", "subjectKeyIdentifier").split("\n")[1].strip().replace(":", ""))).decode()
    return {
        "token": (token, f'<wsse:Reference URI="#cert" ValueType="{X509}#X509v3"/>'),
        "issuer-serial": ("", f"<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>{issuer}</ds:X509IssuerName>"
                              f"<ds:X509SerialNumber>{serial}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>"),
        "key-identifier": ("", f'<wsse:KeyIdentifier ValueType="{X509}#X509SubjectKeyIdentifier" EncodingType="{BASE64}">{key_id}</wsse:KeyIdentifier>'),
    }


def signed_by_xmlsec1(federation, slug: str, folder, reference="token", algorithms=P256) -> bytes:
    """A search in version 1.1, signed: the certificate named so, by the algorithms of signature and digest."""
    organism, (algorithm, digest) = federation.organism(slug), algorithms
    exc = "http://www.w3.org/2001/10/xml-exc-c14n#"
    token, named = names(organism["certificate"])[reference]
    created = now().replace(microsecond=0)
    instant = lambda at: at.isoformat().replace("+00:00", "Z")
    (folder / "template.xml").write_text(TEMPLATE.format(
        soap=ns.SOAP_ENV_11, wsu=ns.WSU, wsse=ns.WSSE, ds=ns.DS, exc=exc, token=token, named=named, algorithm=algorithm,
        references="".join(REFERENCE.format(id=part, exc=exc, digest=digest) for part in ("body", "ts", "ctx")),
        organism=organism["id"], request=request_id(), created=instant(created), expires=instant(created + timedelta(minutes=5))))
    message = folder / "message.xml"
    xmlsec1("--sign", "--privkey-pem", organism["key"], "--output", str(message), str(folder / "template.xml"),
            ids=["Body", "Timestamp", "Contexto"])
    return message.read_bytes()


def posted(federation, slug: str, message: bytes):
    url = federation.description["wsdl"].split("?")[0]
    return federation.session(slug).post(url, data=message, headers={"Content-Type": "text/xml; charset=utf-8"})


@pytest.mark.parametrize("reference", ["token", "issuer-serial", "key-identifier"])
def test_xmlsec1_signs_and_verifies(federation, tmp_path, reference):
    answer = posted(federation, "mossos", signed_by_xmlsec1(federation, "mossos", tmp_path, reference))
    assert answer.status_code == 200, answer.text
    answered = tmp_path / "answer.xml"
    answered.write_bytes(answer.content)
    ids = ["Body", "Timestamp", "BinarySecurityToken", "SignatureConfirmation", "ResumenPeticion", "Transmision"]
    xmlsec1("--verify", "--pubkey-cert-pem", str(server_certificate(federation)), str(answered), ids=ids)
    answered.write_bytes(answer.content.replace(b"<soap:Body", b"<soap:Body falso='1'"))
    with pytest.raises(subprocess.CalledProcessError):
        xmlsec1("--verify", "--pubkey-cert-pem", str(server_certificate(federation)), str(answered), ids=ids)
