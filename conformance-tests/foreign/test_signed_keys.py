"""Every kind of key and algorithm that may sign: `xmlsec1` and zeep's plug-in, each with an organism of that key."""

import pytest
import xmlsec
import zeep
from lxml import etree
from members import AGREEMENT, EC, RSA, certified, import_registry, wait_until_known
from test_signed import WithContext, client, posted, signed_by_xmlsec1
from test_zeep import BINDINGS, body, code_of, context, service

P384 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384")
SECURITY = '[organismo.convenio.annex.security]\nrequests = "exigida"\nanswers = "exigida"\n'
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
# The key, zeep's name of the algorithm, its URI, the digest and its URI.
KINDS = {
    "rsa-3072-sha256": (RSA, xmlsec.Transform.RSA_SHA256, MORE + "rsa-sha256", xmlsec.Transform.SHA256),
    "rsa-3072-sha384": (RSA, xmlsec.Transform.RSA_SHA384, MORE + "rsa-sha384", xmlsec.Transform.SHA384),
    "p-256-sha256": (EC, xmlsec.Transform.ECDSA_SHA256, MORE + "ecdsa-sha256", xmlsec.Transform.SHA256),
    "p-384-sha384": (P384, xmlsec.Transform.ECDSA_SHA384, MORE + "ecdsa-sha384", xmlsec.Transform.SHA384),
}
DIGESTS = {
    xmlsec.Transform.SHA256: "http://www.w3.org/2001/04/xmlenc#sha256",
    xmlsec.Transform.SHA384: MORE + "sha384",
}


def slug(kind: str) -> str:
    return f"clave-{kind}"


@pytest.fixture(scope="module")
def keys(federation, tmp_path_factory):
    """An organism for each, in one import; all must sign, and are answered signed."""
    folder, registry = tmp_path_factory.mktemp("keys"), ""
    for number, (kind, (key, *_)) in enumerate(KINDS.items(), 1):
        organism = certified(federation, f"A1799{number:04}", folder, key, 16384 + number)
        federation.description["organisms"][slug(kind)] = organism
        registry += AGREEMENT.format(**organism, certificates=f'["{organism["certificate"]}"]', name=f"PRUEBA, {kind}",
                                     territory='["ES"]', more=SECURITY)
    (folder / "keys.toml").write_text(registry)
    import_registry(federation.description["gateway_config"], folder / "keys.toml")
    for kind in KINDS:
        wait_until_known(federation, slug(kind))
    return federation


class Signed(WithContext):
    """zeep's plug-in with that algorithm instead of its usual."""

    def __init__(self, federation, kind: str):
        super().__init__(federation, slug(kind))
        _, self.signature_method, self.algorithm, self.digest_method = KINDS[kind]

    def apply(self, envelope, headers):
        envelope, headers = super().apply(envelope, headers)
        text = etree.tostring(envelope).decode()
        assert f'"{self.algorithm}"' in text and f'"{DIGESTS[self.digest_method]}"' in text
        return envelope, headers


@pytest.mark.parametrize("version", sorted(BINDINGS))
@pytest.mark.parametrize("kind", KINDS)
def test_zeep_signs(keys, kind, version):
    wsse = Signed(keys, kind)
    soap = client(keys, slug(kind), wsse)
    port = service(soap, version)
    header = lambda: context(soap, keys, slug(kind))
    assert body(port.BuscarCasos(limite=1, _soapheaders=header())).caso
    with pytest.raises(zeep.exceptions.Fault) as caught:
        port.ConsultarCaso(idCaso="7ZZZZZZZZZZZZZZZZZZZZZZZZZ", _soapheaders=header())
    assert code_of(caught.value) == "no-encontrado"
    assert wsse.verified == 2, "answer and fault were verified"


@pytest.mark.parametrize("kind", KINDS)
def test_xmlsec1_signs(keys, tmp_path, kind):
    _, _, algorithm, digest = KINDS[kind]
    message = signed_by_xmlsec1(keys, slug(kind), tmp_path, algorithms=(algorithm, DIGESTS[digest]))
    answer = posted(keys, slug(kind), message)
    assert answer.status_code == 200, answer.text
    # What was signed is other: it is refused by name, whatever the key.
    message = signed_by_xmlsec1(keys, slug(kind), tmp_path, algorithms=(algorithm, DIGESTS[digest]))
    answer = posted(keys, slug(kind), message.replace(b"<limite>1</limite>", b"<limite>2</limite>"))
    assert answer.status_code == 500 and "resumen-no-coincide" in answer.text, answer.text
