"""Makes the signed messages of this folder anew: `python3 make.py` (needs lxml and the `openssl` program).

The keys live as long as the run: what is kept is messages and certificates. Every message is made good first and then
spoiled in one way; `hostile.txt` says by what name each must be refused. All people in them are synthetic.
"""

import base64
import copy
import hashlib
import pathlib
import subprocess
import tempfile

from lxml import etree

HERE = pathlib.Path(__file__).parent
KEYS = tempfile.TemporaryDirectory()
SOAP = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = OASIS + "wssecurity-secext-1.0.xsd", OASIS + "wssecurity-utility-1.0.xsd"
DS, EXC, XSI = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/XMLSchema-instance"
X509, BASE64 = OASIS + "x509-token-profile-1.0#", OASIS + "soap-message-security-1.0#Base64Binary"
CONTEXT, WSA, MORE = "urn:pasarela:contexto:1", "http://www.w3.org/2005/08/addressing", "http://www.w3.org/2001/04/xmldsig-more#"
SHA256, SHA384, SHA1 = "http://www.w3.org/2001/04/xmlenc#sha256", MORE + "sha384", DS + "sha1"
RSA256 = MORE + "rsa-sha256"
ID = "{%s}Id" % WSU


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, check=True, capture_output=True).stdout


class Key:
    """A key with a certificate by itself."""

    def __init__(self, name, kind, *extensions):
        self.path = f"{KEYS.name}/{name}.key"
        openssl("genpkey", "-out", self.path, *kind)
        words = [word for extension in extensions for word in ("-addext", extension)]
        pem = openssl("req", "-x509", "-new", "-key", self.path, "-days", "3650", "-subj", f"/C=ES/O=Organismo de pruebas/CN=PRUEBA {name}", *words)
        self.der = openssl("x509", "-outform", "DER", data=pem)
        self.issuer = openssl("x509", "-noout", "-issuer", "-nameopt", "RFC2253", data=pem).decode().split("=", 1)[1].strip()
        self.serial = str(int(openssl("x509", "-noout", "-serial", data=pem).decode().split("=")[1], 16))
        self.half = {"P-256": 32, "P-384": 48, "secp256k1": 32}.get(name.split("/")[0], 0)

    def sign(self, data, method):
        digest = "-sha384" if "384" in method else "-sha1" if method.endswith("sha1") else "-sha256"
        signature = openssl("dgst", digest, "-sign", self.path, data=data)
        if not self.half:
            return signature
        numbers, at = [], 3 if signature[1] & 0x80 else 2
        for _ in range(2):
            length = signature[at + 1]
            numbers.append(int.from_bytes(signature[at + 2:at + 2 + length], "big").to_bytes(self.half, "big"))
            at += 2 + length
        return b"".join(numbers)


def rsa(bits):
    return ["-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}"]


def curve(name):
    return ["-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{name}"]


RSA = Key("RSA", rsa(2048))
OTHER = Key("otra", rsa(2048))


def element(parent, namespace, local, text=None, at=None, **attributes):
    made = etree.Element("{%s}%s" % (namespace, local), nsmap=None if parent is not None else {})
    parent.append(made) if at is None else parent.insert(at, made)
    made.text = text
    for name, value in attributes.items():
        made.set(ID if name == "wsu_id" else name, value)
    return made


class Message:
    """A good message, not yet signed."""

    def __init__(self, version="1.1", body='<v:ConsultarCaso xmlns:v="urn:pasarela:viogen:2"><v:idCaso>7ZZZZZZZZZZZZZZZZZZZZZZZZZ</v:idCaso></v:ConsultarCaso>', declared="", attributes=""):
        self.version = version
        self.root = etree.fromstring(f'''<s:Envelope xmlns:s="{SOAP[version]}" {declared}><s:Header><wsse:Security xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" s:mustUnderstand="1"><wsu:Timestamp wsu:Id="ts"><wsu:Created>2026-01-15T10:00:00Z</wsu:Created><wsu:Expires>2026-01-15T10:05:00Z</wsu:Expires></wsu:Timestamp></wsse:Security><Contexto xmlns="{CONTEXT}" xmlns:wsu="{WSU}" wsu:Id="ctx"><Solicitante>L01130473</Solicitante><Funcionario>PRUEBA-0001</Funcionario><Finalidad>proteccion</Finalidad><IdPeticion>prueba-1</IdPeticion><TimeStamp>2026-01-15T10:00:00Z</TimeStamp></Contexto><a:Action xmlns:a="{WSA}" xmlns:wsu="{WSU}" wsu:Id="wsa">urn:pasarela:viogen:2:ConsultarCaso</a:Action></s:Header><s:Body xmlns:wsu="{WSU}" wsu:Id="body" {attributes}>{body}</s:Body></s:Envelope>''')

    @property
    def header(self):
        return self.root[0]

    @property
    def body(self):
        return self.root[-1]

    @property
    def security(self):
        return self.header.find("{%s}Security" % WSSE)

    @property
    def timestamp(self):
        return self.security.find("{%s}Timestamp" % WSU)

    @property
    def context(self):
        return self.header.find("{%s}Contexto" % CONTEXT)

    @property
    def signature(self):
        return self.security.find("{%s}Signature" % DS)

    @property
    def info(self):
        return self.signature[0]

    def sign(self, refs=("body", "ts", "ctx", "wsa"), key=RSA, method=RSA256, digest=SHA256, c14n=EXC, transforms=(EXC,), prefixes="", token="bst", by=None, id_attribute=ID, canonical=None):
        """Signs; whatever is asked for beside the profile is written as asked and computed with what the profile has."""
        if token in ("bst", "bst-twice"):
            element(self.security, WSSE, "BinarySecurityToken", base64.b64encode(key.der).decode(), wsu_id="cert", ValueType=X509 + "X509v3", EncodingType=BASE64)
        signature = element(self.security, DS, "Signature")
        info = element(signature, DS, "SignedInfo")
        element(info, DS, "CanonicalizationMethod", Algorithm=c14n)
        element(info, DS, "SignatureMethod", Algorithm=method)
        for ref in refs:
            target = ref[1:] if ref.startswith("#") else ref
            found = self.root.xpath("//*[@*[local-name()='Id' or local-name()='id']=$id]", id=target)
            part = etree.tostring(found[0], method="c14n", exclusive=True, with_comments=False, inclusive_ns_prefixes=prefixes.split() or None) if found else b""
            reference = element(info, DS, "Reference", URI="#" + target)
            if transforms:
                wrapper = element(reference, DS, "Transforms")
                for transform in transforms:
                    step = element(wrapper, DS, "Transform", Algorithm=transform)
                    if prefixes and transform == EXC:
                        element(step, EXC, "InclusiveNamespaces", PrefixList=prefixes)
            element(reference, DS, "DigestMethod", Algorithm=digest)
            name = "sha384" if "384" in digest else "sha1" if digest == SHA1 else "sha512" if "512" in digest else "sha256"
            element(reference, DS, "DigestValue", base64.b64encode(hashlib.new(name, part).digest()).decode())
        self.seal(key, method, by)
        info = element(signature, DS, "KeyInfo")
        names = element(info, WSSE, "SecurityTokenReference")
        if token.startswith("bst") or token == "none":
            element(names, WSSE, "Reference", URI="#cert", ValueType=X509 + "X509v3")
        elif token == "ski":
            text = openssl("x509", "-inform", "DER", "-noout", "-ext", "subjectKeyIdentifier", data=key.der).decode().split("\n")[1]
            element(names, WSSE, "KeyIdentifier", base64.b64encode(bytes.fromhex(text.strip().replace(":", ""))).decode(), ValueType=X509 + "X509SubjectKeyIdentifier", EncodingType=BASE64)
        elif token == "thumbprint":
            element(names, WSSE, "KeyIdentifier", base64.b64encode(hashlib.sha1(key.der).digest()).decode(), ValueType="http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1", EncodingType=BASE64)
        elif token == "serial":
            pair = element(element(names, DS, "X509Data"), DS, "X509IssuerSerial")
            element(pair, DS, "X509IssuerName", key.issuer)
            element(pair, DS, "X509SerialNumber", key.serial)
        return self

    def seal(self, key=RSA, method=RSA256, by=None):
        """Signs `SignedInfo` as it now is."""
        signature = self.signature
        data = etree.tostring(signature[0], method="c14n", exclusive=True, with_comments=False)
        value = base64.b64encode((by or key).sign(data, method)).decode()
        old = signature.find("{%s}SignatureValue" % DS)
        if old is None:
            element(signature, DS, "SignatureValue", value)
        else:
            old.text = value
        return self

    def bytes(self):
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(self.root)


EXPECTED = []


def good(name, message):
    (HERE / "good" / f"{name}.xml").write_bytes(message if isinstance(message, bytes) else message.bytes())


def hostile(name, code, message):
    data = message if isinstance(message, bytes) else message.bytes()
    (HERE / "hostile" / f"{name}.xml").write_bytes(data)
    EXPECTED.append((code, name))


def signed(**options):
    version = options.pop("version", "1.1")
    return Message(version).sign(**options)


EVIL = '<v:ConsultarCaso xmlns:v="urn:pasarela:viogen:2"><v:idCaso>6ZZZZZZZZZZZZZZZZZZZZZZZZZ</v:idCaso></v:ConsultarCaso>'


def evil_body(message, **attributes):
    body = etree.fromstring(f'<s:Body xmlns:s="{SOAP[message.version]}">{EVIL}</s:Body>')
    for name, value in attributes.items():
        body.set(ID if name == "wsu_id" else name, value)
    return body


def swap_body(message, **attributes):
    """Puts another body in the place of the signed one; gives that one back."""
    old = message.body
    message.root.replace(old, evil_body(message, **attributes))
    return old


def block(message, text='<x:Envoltorio xmlns:x="urn:prueba"/>'):
    made = etree.fromstring(text)
    message.header.append(made)
    return made


def edited(message, old, new):
    data = message.bytes()
    assert data.count(old.encode()) >= 1, old
    return data.replace(old.encode(), new.encode(), 1)


def with_certificate(at=1):
    """Named by issuer and number, with the certificate beside that, as zeep's plain `Signature` does."""
    m = signed(token="serial")
    element(m.signature.find(".//{%s}X509Data" % DS), DS, "X509Certificate", base64.b64encode(RSA.der).decode(), at=at)
    return m


def make_good():
    good("rsa-sha256", signed())
    good("rsa-sha384", signed(method=MORE + "rsa-sha384", digest=SHA384))
    good("soap12", signed(version="1.2"))
    p256, p384 = Key("P-256", curve("P-256")), Key("P-384", curve("P-384"))
    good("ecdsa-p256", signed(key=p256, method=MORE + "ecdsa-sha256"))
    good("ecdsa-p384", signed(key=p384, method=MORE + "ecdsa-sha384", digest=SHA384))
    good("ecdsa-p384-sha256", signed(key=p384, method=MORE + "ecdsa-sha256"))
    good("issuer-serial", signed(token="serial"))
    good("key-identifier", signed(token="ski"))
    good("issuer-serial-and-certificate", with_certificate())
    good("certificate-and-issuer-serial", with_certificate(at=0))
    (HERE / "good" / "signer.der").write_bytes(RSA.der)
    typed = '<v:ConsultarCaso xmlns:v="urn:pasarela:viogen:2" xsi:type="t:Consulta"><v:idCaso>A</v:idCaso></v:ConsultarCaso>'
    declared = f'xmlns:xsi="{XSI}" xmlns:t="urn:prueba:tipos"'
    good("prefix-list", Message(body=typed, declared=declared).sign(prefixes="t xsi"))
    good("default-namespace", Message(body='<ConsultarCaso xmlns="urn:pasarela:viogen:2" b="2" a="1"><idCaso>&lt;&amp;&#13;</idCaso><vacio/></ConsultarCaso>').sign())
    good("no-namespace", Message(body="<suelto><dentro xmlns='urn:x'/></suelto>").sign())
    good("cdata", edited(Message(body="<v xmlns='urn:x'>A &lt; B</v>").sign(), "A &lt; B", "<![CDATA[A < B]]>"))
    good("other-attribute-order", edited(Message(body='<v xmlns="urn:x" a="1" b="2"/>').sign(), 'a="1" b="2"', "b='2'   a='1'"))
    good("token-signed", signed(refs=("body", "ts", "ctx", "wsa", "cert")))
    good("comment-outside", edited(signed(), "<s:Header>", "<s:Header><!-- nada -->"))


def make_wrapping():
    wrapped = "referencia-fuera-de-lugar"
    m = signed(); old = swap_body(m); block(m).append(old)
    hostile("body-in-a-header-block", wrapped, m)
    m = signed(version="1.2"); old = swap_body(m); block(m).append(old)
    hostile("body-in-a-header-block-soap12", wrapped, m)
    m = signed(); old = swap_body(m); m.body.append(old)
    hostile("body-in-the-new-body", "cuerpo-con-varios-elementos", m)
    m = signed(); old = swap_body(m); m.body[0].append(old)
    hostile("body-below-the-new-body", wrapped, m)
    m = signed(); old = swap_body(m, wsu_id="body"); block(m).append(old)
    hostile("body-with-the-same-id", "identificador-repetido", m)
    m = signed(); old = swap_body(m, Id="body"); block(m).append(old)
    hostile("body-with-the-same-plain-id", "identificador-repetido", m)
    m = signed(); old = swap_body(m); element(m.signature, DS, "Object").append(old)
    hostile("body-in-an-object-of-the-signature", "objeto-en-la-firma", m)
    m = signed(); old = swap_body(m); m.security.append(old)
    hostile("body-in-the-security-header", "elemento-desconocido", m)
    m = signed(); old = swap_body(m); m.timestamp.append(old)
    hostile("body-in-the-timestamp", wrapped, m)
    m = signed(); old = swap_body(m); m.header.append(old)
    hostile("body-as-a-header-block", "cuerpo-sin-firmar", m)
    m = signed(); old = swap_body(m); m.root.append(old)
    hostile("body-after-the-body", "cuerpo-repetido", m)
    m = signed(); old = swap_body(m); m.root.insert(1, old)
    hostile("body-before-the-body", "cuerpo-repetido", m)
    m = signed(); old = swap_body(m); m.root.insert(0, etree.fromstring('<x:Envoltorio xmlns:x="urn:prueba"/>')); m.root[0].append(old)
    hostile("body-beside-the-header", "elemento-inesperado", m)
    m = signed(); old = copy.deepcopy(m.root); evil = evil_body(m); m.root.replace(m.body, evil); block(m).append(old)
    hostile("the-whole-envelope-in-a-block", "seguridad-fuera-de-lugar", m)
    m = signed(); old = m.timestamp; new = copy.deepcopy(old); new.set(ID, "ts2"); m.security.replace(old, new); block(m).append(old)
    hostile("timestamp-in-a-header-block", wrapped, m)
    m = signed(); new = copy.deepcopy(m.timestamp); new.set(ID, "ts2"); m.security.append(new)
    hostile("two-timestamps", "marca-de-tiempo-repetida", m)
    m = signed(); old = m.context; new = copy.deepcopy(old); new.attrib.pop(ID); new[0].text = "L01280796"; m.header.replace(old, new); block(m).append(old)
    hostile("context-in-another-block", wrapped, m)
    m = signed(); new = copy.deepcopy(m.context); new.attrib.pop(ID); m.header.insert(0, new)
    hostile("a-second-context-unsigned", "contexto-sin-firmar", m)
    m = signed(); m.header.append(etree.fromstring(f'<a:Action xmlns:a="{WSA}">urn:otra</a:Action>'))
    hostile("a-second-action-unsigned", "direccionamiento-sin-firmar", m)
    m = signed(); m.header.append(etree.fromstring('<a:ReplyTo xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"/>'))
    hostile("an-address-of-the-draft-unsigned", "direccionamiento-sin-firmar", m)
    for name, path in (("envelope", "."), ("header", "s:Header"), ("child-of-the-body", "s:Body/*")):
        m = Message(); m.root.xpath(path, namespaces={"s": SOAP["1.1"]})[0].set(ID, "x")
        hostile(f"reference-to-the-{name}", wrapped, m.sign(refs=("x", "ts", "ctx", "wsa")))
    m = Message(); m.security.set(ID, "x"); m.sign(refs=("body", "ts", "ctx", "wsa", "x"))
    hostile("reference-to-the-security-header", wrapped, m)
    m = signed(); second = copy.deepcopy(m.security)
    for node in second.xpath(".//*[@*[local-name()='Id']]"):
        node.set(ID, node.get(ID) + "2")
    m.header.append(second)
    hostile("two-security-headers", "seguridad-repetida", m)
    m = signed(); old = m.security; block(m).append(old)
    hostile("security-in-another-block", "seguridad-fuera-de-lugar", m)
    m = signed(); m.body.append(m.security) if False else m.body[0].append(m.security)
    hostile("security-in-the-body", "seguridad-fuera-de-lugar", m)
    m = signed(); m.security.set("{%s}actor" % SOAP["1.1"], "urn:otro")
    hostile("security-for-another-node", "sin-seguridad", m)
    m = signed(); m.security.append(copy.deepcopy(m.signature))
    hostile("two-signatures", "varias-firmas", m)
    m = signed(); m.security.append(etree.fromstring(f'<wsse:BinarySecurityToken xmlns:wsse="{WSSE}" xmlns:wsu="{WSU}" wsu:Id="cert" ValueType="{X509}X509v3">{base64.b64encode(OTHER.der).decode()}</wsse:BinarySecurityToken>'))
    hostile("two-tokens-of-one-id", "identificador-repetido", m)
    m = signed(); old = m.security.find("{%s}BinarySecurityToken" % WSSE); block(m).append(old)
    hostile("token-in-another-block", wrapped, m)


def make_left_out():
    for name, code, refs in (
        ("body", "cuerpo-sin-firmar", ("ts", "ctx", "wsa")),
        ("timestamp", "marca-de-tiempo-sin-firmar", ("body", "ctx", "wsa")),
        ("context", "contexto-sin-firmar", ("body", "ts", "wsa")),
        ("address", "direccionamiento-sin-firmar", ("body", "ts", "ctx")),
        ("anything", "cuerpo-sin-firmar", ()),
    ):
        hostile(f"unsigned-{name}", code, signed(refs=refs))
    m = Message(); m.header.remove(m.security)
    hostile("no-security", "sin-seguridad", m)
    hostile("no-signature", "firma-ausente", Message())
    m = signed(); m.security.remove(m.timestamp)
    hostile("no-timestamp", "marca-de-tiempo-ausente", m)


def make_changed():
    digest, seal = "resumen-no-coincide", "firma-no-coincide"
    hostile("body-changed", digest, edited(signed(), "7ZZZZZZ", "6ZZZZZZ"))
    hostile("context-changed", digest, edited(signed(), "L01130473", "L01280796"))
    hostile("timestamp-changed", digest, edited(signed(), "10:05:00Z", "23:05:00Z"))
    hostile("action-changed", digest, edited(signed(), "viogen:2:ConsultarCaso", "viogen:2:RemitirCaso"))
    hostile("body-with-an-attribute-more", digest, edited(signed(), "<v:idCaso>", "<v:idCaso otra='1'>"))
    hostile("body-with-white-space-more", digest, edited(signed(), "<v:idCaso>", " <v:idCaso>"))
    hostile("body-in-another-namespace", digest, edited(signed(), "urn:pasarela:viogen:2", "urn:pasarela:viogen:1"))
    m = signed(); m.info.remove(m.info[-1])
    hostile("a-reference-taken-out", seal, m)
    m = signed(); value = m.signature[1]; value.text = base64.b64encode(bytes(256)).decode()
    hostile("signature-of-zeros", seal, m)
    m = signed(); value = m.signature[1]; value.text = base64.b64encode(base64.b64decode(value.text)[:-1]).decode()
    hostile("signature-cut-short", seal, m)
    m = signed(); m.signature[1].text = "no es base64 *"
    hostile("signature-not-base64", "base64-no-valido", m)
    m = signed(); m.signature[1].text = ""
    hostile("signature-empty", "base64-no-valido", m)
    hostile("signed-by-another-key", seal, signed(by=OTHER))
    m = signed(); m.security.find("{%s}BinarySecurityToken" % WSSE).text = base64.b64encode(OTHER.der).decode()
    hostile("token-of-another", seal, m)
    hostile("algorithm-of-another-key", seal, signed(method=MORE + "ecdsa-sha256"))
    hostile("comment-in-the-body", "comentario-en-lo-firmado", edited(signed(), "7ZZZZZZ", "7ZZ<!-- a -->ZZZZ"))
    hostile("comment-in-the-context", "comentario-en-lo-firmado", edited(signed(), "L01130473", "L01<!---->130473"))
    hostile("comment-in-signed-info", "comentario-en-lo-firmado", edited(signed(), "Reference URI=\"#body\">", "Reference URI=\"#body\"><!-- a -->"))
    hostile("instruction-in-the-body", "instruccion-prohibida", edited(signed(), "7ZZZZZZ", "7ZZ<?a b?>ZZZZ"))
    hostile("dtd", "dtd-prohibida", edited(signed(), "<s:Envelope", "<!DOCTYPE a [<!ENTITY b 'c'>]>\n<s:Envelope"))


def make_algorithms():
    a = "algoritmo-de-firma-no-admitido"
    hostile("rsa-sha1", "sha1-no-admitido", signed(method=DS + "rsa-sha1"))
    hostile("digest-sha1", "sha1-no-admitido", signed(digest=SHA1))
    hostile("ecdsa-sha1", "sha1-no-admitido", signed(method=MORE + "ecdsa-sha1"))
    hostile("hmac", a, signed(method=MORE + "hmac-sha256"))
    hostile("rsa-md5", a, signed(method=MORE + "rsa-md5"))
    hostile("signature-algorithm-unknown", a, signed(method="urn:prueba"))
    hostile("digest-sha512", "algoritmo-de-resumen-no-admitido", signed(digest="http://www.w3.org/2001/04/xmlenc#sha512"))
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    hostile("inclusive-method", "canonicalizacion-no-admitida", signed(c14n=inclusive))
    hostile("method-with-comments", "canonicalizacion-no-admitida", signed(c14n=EXC + "WithComments"))
    for name, transform in (
        ("inclusive", inclusive), ("with-comments", EXC + "WithComments"), ("enveloped", DS + "enveloped-signature"),
        ("xslt", "http://www.w3.org/TR/1999/REC-xslt-19991116"), ("xpath", "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        ("xpath-filter", "http://www.w3.org/2002/06/xmldsig-filter2"), ("base64", DS + "base64"),
        ("token", OASIS + "soap-message-security-1.0#STR-Transform"),
    ):
        hostile(f"transform-{name}", "transformacion-no-admitida", signed(transforms=(transform,)))
    hostile("transform-enveloped-first", "transformacion-no-admitida", signed(transforms=(DS + "enveloped-signature", EXC)))
    hostile("transform-twice", "transformacion-no-admitida", signed(transforms=(EXC, EXC)))
    hostile("no-transform", "transformacion-ausente", signed(transforms=()))
    m = signed(); element(m.info[1], DS, "HMACOutputLength", "8")
    hostile("output-length", "estructura-no-valida", m)
    m = signed(); element(m.info[0], EXC, "Otro")
    hostile("method-with-a-child", "estructura-no-valida", m)


def make_references():
    for name, uri in (("whole-document", ""), ("xpointer", "#xpointer(/)"), ("xpointer-id", "#xpointer(id('body'))"), ("address", "http://localhost/cuerpo.xml"), ("file", "file:///etc/passwd"), ("attachment", "cid:adjunto")):
        m = signed(); m.info[2].set("URI", uri); m.seal()
        hostile(f"reference-{name}", "referencia-no-admitida", m)
    m = signed(); m.info[2].attrib.pop("URI"); m.seal()
    hostile("reference-without-uri", "referencia-no-admitida", m)
    m = signed(); m.info[2].set("URI", "#nadie"); m.seal()
    hostile("reference-to-nothing", "referencia-sin-destino", m)
    hostile("reference-twice", "referencia-repetida", signed(refs=("body", "ts", "ctx", "wsa", "body")))
    m = signed()
    for _ in range(40):
        m.info.append(copy.deepcopy(m.info[2]))
    hostile("references-too-many", "demasiadas-referencias", m.seal())
    m = Message(); m.body.attrib.pop(ID); m.body.set("Id", "body")
    hostile("plain-id", "identificador-sin-espacio-de-nombres", m.sign())
    m = Message(); m.body.attrib.pop(ID); m.body.set("{http://www.w3.org/XML/1998/namespace}id", "body")
    hostile("xml-id", "identificador-sin-espacio-de-nombres", m.sign())
    m = signed(); m.body[0].set("{http://www.w3.org/XML/1998/namespace}id", "ts")
    hostile("xml-id-of-another", "identificador-repetido", m)
    m = signed(); m.info[2][0].tag = "{%s}Transformas" % DS
    hostile("reference-misbuilt", "estructura-no-valida", m.seal())


def make_tokens():
    m = signed(); m.security.remove(m.security.find("{%s}BinarySecurityToken" % WSSE))
    hostile("token-missing", "token-inexistente", m)
    for name, code, text in (("not-base64", "base64-no-valido", "***"), ("no-certificate", "certificado-ilegible", base64.b64encode(b"certificado").decode()), ("with-bytes-after-it", "certificado-ilegible", base64.b64encode(RSA.der + b"\0").decode())):
        m = signed(); m.security.find("{%s}BinarySecurityToken" % WSSE).text = text
        hostile(f"token-{name}", code, m)
    m = signed(); m.security.find("{%s}BinarySecurityToken" % WSSE).set("ValueType", X509 + "X509PKIPathv1")
    hostile("token-is-a-path", "token-no-admitido", m)
    m = signed(); m.security.find("{%s}BinarySecurityToken" % WSSE).set("EncodingType", "urn:hex")
    hostile("token-in-hexadecimal", "token-no-admitido", m)
    hostile("rsa-1024", "clave-corta", signed(key=Key("RSA corta", rsa(1024))))
    hostile("curve-secp256k1", "clave-no-admitida", signed(key=Key("secp256k1", curve("secp256k1")), method=MORE + "ecdsa-sha256"))
    hostile("key-that-may-not-sign", "certificado-no-firma", signed(key=Key("cifra", rsa(2048), "keyUsage=critical,keyEncipherment")))
    hostile("thumbprint", "referencia-al-certificado-no-admitida", signed(token="thumbprint"))
    hostile("issuer-unknown", "certificado-no-encontrado", signed(token="serial", key=OTHER))
    hostile("key-identifier-unknown", "certificado-no-encontrado", signed(token="ski", key=OTHER))
    hostile("issuer-serial-of-another-certificate", "certificado-contradictorio", edited(with_certificate(), f"X509SerialNumber>{RSA.serial}<", "X509SerialNumber>4711<"))
    hostile("issuer-name-of-another-certificate", "certificado-contradictorio", edited(with_certificate(), f"X509IssuerName>{RSA.issuer}<", "X509IssuerName>CN=Otra,O=Otra,C=ES<"))
    m = with_certificate(); data = m.signature.find(".//{%s}X509Data" % DS); data.append(copy.deepcopy(data[1]))
    hostile("issuer-serial-and-two-certificates", "referencia-al-certificado-no-admitida", m)
    m = signed(); names = m.signature[2][0]; names.clear(); element(element(names, DS, "X509Data"), DS, "X509Certificate", base64.b64encode(RSA.der).decode())
    hostile("certificate-in-key-info", "referencia-al-certificado-no-admitida", m)
    m = signed(); info = m.signature[2]; info.clear(); element(info, DS, "KeyName", "prueba")
    hostile("key-by-name", "referencia-al-certificado-no-admitida", m)
    m = signed(); m.signature[2].clear()
    hostile("key-info-empty", "referencia-al-certificado-no-admitida", m)
    m = signed(); m.signature.remove(m.signature[2])
    hostile("key-info-missing", "estructura-no-valida", m)
    m = signed(); element(m.security, WSSE, "UsernameToken")
    hostile("user-and-password", "token-no-admitido", m)
    m = signed(); element(m.security, "urn:oasis:names:tc:SAML:2.0:assertion", "Assertion")
    hostile("assertion", "token-no-admitido", m)
    m = signed(); element(m.security, "http://www.w3.org/2001/04/xmlenc#", "EncryptedKey")
    hostile("encrypted-key", "cifrado-no-admitido", m)
    m = signed(); element(m.security, "urn:prueba", "Otro")
    hostile("unknown-in-security", "elemento-desconocido", m)


def make_times():
    bad = "marca-de-tiempo-no-valida"
    for name, code, created, expires in (
        ("expired", "mensaje-caducado", "2026-01-15T09:00:00Z", "2026-01-15T09:05:00Z"),
        ("old-with-a-late-end", "mensaje-caducado", "2026-01-15T08:00:00Z", "2026-01-16T08:00:00Z"),
        ("old-without-end", "mensaje-caducado", "2026-01-15T08:00:00Z", None),
        ("future", "mensaje-del-futuro", "2026-01-15T11:00:00Z", "2026-01-15T11:05:00Z"),
        ("without-zone", bad, "2026-01-15T10:00:00", "2026-01-15T10:05:00"),
        ("ends-before-it-begins", bad, "2026-01-15T10:05:00Z", "2026-01-15T10:00:00Z"),
        ("no-instant", bad, "hoy", None),
    ):
        m = Message(); stamp = m.timestamp; stamp[0].text = created
        if expires is None:
            stamp.remove(stamp[1])
        else:
            stamp[1].text = expires
        hostile(f"time-{name}", code, m.sign())
    m = Message(); m.timestamp.append(copy.deepcopy(m.timestamp[0]))
    hostile("time-created-twice", bad, m.sign())
    m = Message(); m.timestamp.insert(0, m.timestamp[1])
    hostile("time-end-first", bad, m.sign())
    m = Message(); m.timestamp.remove(m.timestamp[0])
    hostile("time-without-beginning", bad, m.sign())


for folder in ("good", "hostile"):
    for old in (HERE / folder).glob("*"):
        old.unlink()
make_good()
make_wrapping()
make_left_out()
make_changed()
make_algorithms()
make_references()
make_tokens()
make_times()
lines = ["# The name by which each message of `hostile/` is refused; made by make.py."]
lines += [f"{code} | {name}" for code, name in EXPECTED]
(HERE / "hostile.txt").write_text("\n".join(lines) + "\n")
print(len(EXPECTED), "hostile messages")
