"""Makes the packages of this folder anew: `python3 make.py` (needs nothing but Python).

A file is the value of `Content-Type`, a blank line, and the body as HTTP would bring it. Every package is made good first and
then spoiled in one way; `hostile.txt` says by what name each must be refused, and in which version of SOAP it is answered.
The document in them is no more a PDF than it must be, and says PRUEBA.
"""

import base64
import pathlib
import shutil

HERE = pathlib.Path(__file__).parent
CRLF, XOP = b"\r\n", "http://www.w3.org/2004/08/xop/include"
SOAP = {"1.1": ("http://schemas.xmlsoap.org/soap/envelope/", "text/xml"),
        "1.2": ("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml")}
PDF = b"%PDF-1.4\r\n%\xe2\xe3\xcf\xd3 PRUEBA\r\n--otro\r\n\x00\xff\r\n%%EOF\r\n"
NOTE = b"%PDF-1.7\nPRUEBA de diligencia\n%%EOF"
INCLUDE = f'<xop:Include xmlns:xop="{XOP}" href="cid:plan@prueba"/>'
CONTEXT = ("<Contexto xmlns='urn:pasarela:contexto:1'><Solicitante>L01130473</Solicitante><Funcionario>PRUEBA-7</Funcionario>"
           "<Finalidad>proteccion</Finalidad><IdPeticion>p-1</IdPeticion><TimeStamp>2026-03-02T10:00:00+01:00</TimeStamp></Contexto>")


def envelope(document=f"<documento>{INCLUDE}</documento>", version="1.1", header="", note="", around=""):
    """A submission with that element for the plan's document."""
    return (f"<s:Envelope xmlns:s='{SOAP[version][0]}'><s:Header>{CONTEXT}{header}</s:Header><s:Body>"
            f"<PresentarCaso xmlns='urn:pasarela:viogen:2'>{around}<caso>{note}<proteccion><plan><area><pauta>PRUEBA</pauta></area>"
            f"{document}</plan></proteccion></caso></PresentarCaso></s:Body></s:Envelope>").encode()


def part(content, kind="application/pdf", name="<plan@prueba>", encoding="binary", more=()):
    fields = [("Content-Type", kind), ("Content-Transfer-Encoding", encoding), ("Content-ID", name), *more]
    return [f"{field}: {value}".encode() for field, value in fields if value is not None], content


def root(content=None, kind='application/xop+xml; charset=UTF-8; type="text/xml"', name="<raiz@prueba>", **more):
    return part(envelope() if content is None else content, kind, name, **more)


def body(*parts, boundary="limite", start=b"", end=None):
    text = start
    for head, content in parts:
        text += b"--" + boundary.encode() + CRLF + CRLF.join(head) + CRLF + CRLF + content + CRLF
    return text + (b"--" + boundary.encode() + b"--" + CRLF if end is None else end)


def announced(kind="application/xop+xml", boundary="limite", start="<raiz@prueba>", info="text/xml", more=""):
    fields = [("type", kind), ("boundary", boundary), ("start", start), ("start-info", info)]
    return "multipart/related" + "".join(f'; {name}="{value}"' for name, value in fields if value is not None) + more


PLAN = part(PDF)
SWA = dict(kind="text/xml", info=None)
SWAREF = root(envelope("<documento>cid:plan@prueba</documento>"), "text/xml; charset=utf-8")
HREF = root(envelope("<documento href='cid:plan@prueba'/>"), "text/xml")
TWELVE = dict(kind='application/xop+xml; charset=UTF-8; type="application/soap+xml"')
INFO12 = dict(info="application/soap+xml")
NOTE_AT = ("<valoracion><diligencia><tipo>menoresEnRiesgo</tipo><fecha>2026-01-15T10:00:00Z</fecha><documento>"
           f"<xop:Include xmlns:xop='{XOP}' href='cid:nota%40prueba'/></documento></diligencia></valoracion>")

GOOD = {
    "mtom": (announced(), body(root(), PLAN)),
    "mtom-soap12": (announced(**INFO12, more='; action="urn:pasarela:viogen:2:presentarCaso"'), body(root(envelope(version="1.2"), **TWELVE), PLAN)),
    "mtom-without-start": (announced(start=None), body(root(), PLAN)),
    "mtom-root-last": (announced(), body(PLAN, root())),
    "mtom-without-brackets": (announced(start="raiz@prueba"), body(root(name="raiz@prueba"), part(PDF, name="plan@prueba"))),
    "mtom-without-start-info": (announced(info=None), body(root(), PLAN)),
    "mtom-words-around": (announced(), body(root(), PLAN, start=b"Esto es un paquete.\r\n", end=b"--limite-- \r\nFin.")),
    "mtom-in-base64": (announced(), body(root(encoding="8bit"), part(base64.encodebytes(PDF).replace(b"\n", CRLF), encoding="base64"))),
    "mtom-quoted-printable": (announced(), body(root(encoding="7bit"), part(b"".join(b"=%02X" % byte for byte in PDF), encoding="Quoted-Printable"))),
    "mtom-without-encoding": (announced(), body(root(encoding=None), part(PDF, encoding=None))),
    "mtom-length-told": (announced(), body(root(), part(PDF, more=[("Content-Length", len(PDF))]))),
    "mtom-folded-header": (announced(), body(root(), part(PDF, kind="application/pdf;\r\n name=plan.pdf"))),
    "mtom-longest-boundary": (announced(boundary="x" * 70), body(root(), PLAN, boundary="x" * 70)),
    "mtom-two-documents": (announced(), body(root(envelope(note=NOTE_AT)), PLAN, part(NOTE, name="<nota@prueba>"))),
    "mtom-blanks-around": (announced(), body(root(envelope(f"<documento>\n {INCLUDE}\n</documento>")), PLAN)),
    "mtom-nothing-beside": (announced(), body(root(envelope(f"<documento>{base64.b64encode(PDF).decode()}</documento>")))),
    "attachment-by-text": (announced(**SWA), body(SWAREF, PLAN)),
    "attachment-by-href": (announced(**SWA), body(HREF, PLAN)),
    "attachment-soap12": (announced(kind="application/soap+xml", info=None),
                          body(root(envelope("<documento href='cid:plan@prueba'></documento>", "1.2"), "application/soap+xml"), PLAN)),
}

TWICE = f"<documento>{INCLUDE}</documento>"
HOSTILE = {
    # What HTTP says.
    "content-type-not-closed": ("tipo-de-contenido-mal-formado", announced(more='; x="'), body(root(), PLAN)),
    "action-with-a-parameter": ("tipo-de-contenido-mal-formado", announced(
        more='; action="urn:pasarela:viogen:2:presentarCaso\\";charset=iso-8859-1;y=\\""'), body(root(), PLAN)),
    "boundary-twice": ("tipo-de-contenido-mal-formado", announced(more='; boundary="otro"'), body(root(), PLAN)),
    "type-missing": ("tipo-de-paquete-no-admitido", announced(kind=None), body(root(), PLAN)),
    "type-html": ("tipo-de-paquete-no-admitido", announced(kind="text/html"), body(root(), PLAN)),
    "boundary-missing": ("delimitador-no-valido", announced(boundary=None), body(root(), PLAN)),
    "boundary-of-71": ("delimitador-no-valido", announced(boundary="x" * 71), body(root(), PLAN, boundary="x" * 71)),
    "boundary-with-brackets": ("delimitador-no-valido", announced(boundary="[x]"), body(root(), PLAN, boundary="[x]")),
    "start-of-no-part": ("raiz-desconocida", announced(start="<otra@prueba>"), body(root(), PLAN)),
    "start-is-the-document": ("tipo-de-la-raiz-no-coincide", announced(start="<plan@prueba>"), body(root(), PLAN)),
    "root-is-plain-xml": ("tipo-de-la-raiz-no-coincide", announced(), body(root(kind="text/xml"), PLAN)),
    "root-is-xop-in-attachments": ("tipo-de-la-raiz-no-coincide", announced(**SWA), body(root(), PLAN)),
    "root-without-type": ("tipo-de-la-raiz-no-coincide", announced(), body(root(kind=None), PLAN)),
    "soap-told-twice": ("tipo-de-soap-no-coincide", announced(**INFO12), body(root(), PLAN), "1.2"),
    "soap-not-told": ("tipo-de-soap-no-coincide", announced(info=None), body(root(kind="application/xop+xml"), PLAN)),
    "root-in-latin-1": ("codificacion-de-la-raiz", announced(), body(root(kind='application/xop+xml; charset=iso-8859-1; type="text/xml"'), PLAN)),
    "root-says-utf-16": ("codificacion-de-la-raiz", announced(), body(root(b"<?xml version='1.0' encoding='UTF-16'?>" + envelope()), PLAN)),
    # How the parts are cut.
    "no-parts": ("sin-delimitador", announced(), b"--limite--\r\n"),
    "nothing": ("sin-delimitador", announced(start=None), b""),
    "another-boundary": ("sin-delimitador", announced(), body(root(), PLAN, boundary="otro")),
    "lines-end-in-lf": ("delimitador-mal-formado", announced(), body(root(), PLAN).replace(CRLF, b"\n")),
    "boundary-goes-on": ("delimitador-mal-formado", announced(), body(root(), PLAN, end=b"--limite-mas\r\n\r\n\r\n--limite--")),
    "no-end": ("sin-delimitador-final", announced(), body(root(), PLAN, end=b"")),
    "cut-in-the-document": ("sin-delimitador-final", announced(), body(root(), PLAN)[:-40]),
    "cut-in-the-root": ("sin-delimitador-final", announced(), body(root())[:400]),
    "parts-after-the-end": ("partes-tras-el-final", announced(), body(root(), PLAN) + body(part(NOTE, name="<nota@prueba>"))),
    # A part.
    "head-cut": ("cabecera-de-parte-mal-formada", announced(), body(root(), PLAN, end=b"--limite\r\nContent-ID: <x\r\n--limite--")),
    "head-without-colon": ("cabecera-de-parte-mal-formada", announced(), body(root(), part(PDF, more=[("X: y\r\nnada\r\nZ", "y")]))),
    "head-with-a-bare-lf": ("cabecera-de-parte-mal-formada", announced(), body(root(), part(PDF, more=[("X", "a\nContent-ID: <otra@prueba>")]))),
    "head-too-large": ("cabecera-de-parte-demasiado-grande", announced(), body(root(), part(PDF, more=[("X", "x" * 5000)]))),
    "identifier-twice-in-a-head": ("cabecera-de-parte-repetida", announced(), body(root(), part(PDF, more=[("content-id", "<otra@prueba>")]))),
    "package-in-a-package": ("paquete-anidado", announced(), body(root(), part(PDF, kind="multipart/mixed; boundary=dentro"))),
    "message-in-a-package": ("paquete-anidado", announced(), body(root(), part(PDF, kind="message/rfc822"))),
    "root-is-a-package": ("paquete-anidado", announced(), body(root(kind="multipart/related; boundary=dentro"), PLAN)),
    "part-empty": ("parte-vacia", announced(), body(root(), part(b""))),
    "part-without-body": ("parte-vacia", announced(), body(root(), end=b"--limite\r\nContent-ID: <plan@prueba>\r\n\r\n--limite--\r\n")),
    "part-empty-once-decoded": ("parte-vacia", announced(), body(root(), part(b" ", encoding="base64"))),
    "root-empty": ("parte-vacia", announced(), body(root(b""), PLAN)),
    "part-shorter-than-told": ("parte-cortada", announced(), body(root(), part(PDF, more=[("Content-Length", len(PDF) + 9)]))),
    "part-without-identifier": ("parte-sin-identificador", announced(), body(root(), part(PDF, name=None))),
    "identifier-with-a-blank": ("identificador-de-parte-no-valido", announced(), body(root(), part(PDF, name="<plan prueba>"))),
    "identifier-of-two-parts": ("identificador-de-parte-repetido", announced(), body(root(), PLAN, part(NOTE))),
    "identifier-of-the-root": ("identificador-de-parte-repetido", announced(), body(root(), part(PDF, name="raiz@prueba"))),
    "encoding-unknown": ("codificacion-de-parte-no-admitida", announced(), body(root(), part(PDF, encoding="x-gzip"))),
    "not-base64": ("codificacion-de-parte-no-coincide", announced(), body(root(), part(PDF, encoding="base64"))),
    "base64-cut": ("codificacion-de-parte-no-coincide", announced(), body(root(), part(base64.b64encode(PDF)[:-3], encoding="base64"))),
    "not-7bit": ("codificacion-de-parte-no-coincide", announced(), body(root(), part(PDF, encoding="7bit"))),
    "not-quoted-printable": ("codificacion-de-parte-no-coincide", announced(), body(root(), part(b"=G0", encoding="quoted-printable"))),
    # What refers to the parts.
    "include-in-attachments": ("xop-fuera-de-mtom", announced(**SWA), body(root(kind="text/xml"), PLAN)),
    "include-in-the-header": ("xop-en-la-cabecera", announced(), body(root(envelope(header=INCLUDE)), PLAN)),
    "include-in-the-context": ("xop-en-la-cabecera", announced(),
                               body(root(envelope().replace(b"<Solicitante>L01130473", f"<Solicitante>{INCLUDE}".encode())), PLAN)),
    "include-in-the-security": ("xop-en-la-cabecera", announced(), body(root(envelope(
        header="<w:Security xmlns:w='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'>"
               f"<w:BinarySecurityToken>{INCLUDE}</w:BinarySecurityToken></w:Security>")), PLAN)),
    "include-in-the-body": ("referencia-fuera-de-binario", announced(), body(root(envelope().replace(b"<PresentarCaso", f"{INCLUDE}<PresentarCaso".encode())), PLAN)),
    "include-in-a-text": ("referencia-fuera-de-binario", announced(), body(root(envelope(f"<palabraClave>{INCLUDE}</palabraClave>")), PLAN)),
    "include-in-the-unknown": ("referencia-fuera-de-binario", announced(), body(root(envelope(f"<otro>{INCLUDE}</otro>")), PLAN)),
    "include-among-elements": ("referencia-fuera-de-binario", announced(), body(root(envelope(INCLUDE)), PLAN)),
    "include-by-another-name": ("xop-mal-formado", announced(), body(root(envelope(
        f"<documento><x:otro xmlns:x='{XOP}' href='cid:plan@prueba'/></documento>")), PLAN)),
    "include-in-an-include": ("xop-mal-formado", announced(), body(root(envelope(
        f"<documento><x:Include xmlns:x='{XOP}' href='cid:plan@prueba'>{INCLUDE}</x:Include></documento>")), PLAN)),
    "include-with-text": ("referencia-con-mas-contenido", announced(), body(root(envelope(f"<documento>QQ=={INCLUDE}</documento>")), PLAN)),
    "include-before-text": ("referencia-con-mas-contenido", announced(), body(root(envelope(f"<documento>{INCLUDE}QQ==</documento>")), PLAN)),
    "include-with-a-sibling": ("referencia-con-mas-contenido", announced(), body(root(envelope(f"<documento><a/>{INCLUDE}</documento>")), PLAN)),
    "two-includes": ("referencia-con-mas-contenido", announced(), body(root(envelope(f"<documento>{INCLUDE}{INCLUDE}</documento>")), PLAN)),
    "include-without-href": ("xop-mal-formado", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}'/></documento>")), PLAN)),
    "include-of-the-web": ("xop-mal-formado", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}' href='https://prueba.invalid/a'/></documento>")), PLAN)),
    "include-of-a-file": ("xop-mal-formado", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}' href='file:///etc/passwd'/></documento>")), PLAN)),
    "include-with-attributes": ("xop-mal-formado", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}' href='cid:plan@prueba' a='b'/></documento>")), PLAN)),
    "include-badly-escaped": ("xop-mal-formado", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}' href='cid:plan%4'/></documento>")), PLAN)),
    "include-of-nothing": ("parte-desconocida", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}' href='cid:otra@prueba'/></documento>")), PLAN)),
    "include-of-the-root": ("parte-desconocida", announced(), body(root(envelope(f"<documento><Include xmlns='{XOP}' href='cid:raiz@prueba'/></documento>")), PLAN)),
    "a-part-twice": ("parte-referida-dos-veces", announced(), body(root(envelope(TWICE * 2)), PLAN)),
    "a-part-too-many": ("parte-sin-referir", announced(), body(root(), PLAN, part(NOTE, name="<nota@prueba>"))),
    "a-part-for-nobody": ("parte-sin-referir", announced(), body(root(envelope("")), PLAN)),
    "attachment-for-nobody": ("parte-sin-referir", announced(**SWA), body(root(envelope(""), "text/xml"), PLAN)),
    "attachment-in-a-text": ("parte-sin-referir", announced(**SWA), body(root(envelope("<palabraClave>cid:plan@prueba</palabraClave>"), "text/xml"), PLAN)),
    "attachment-by-href-in-a-text": ("referencia-fuera-de-binario", announced(**SWA),
                                     body(root(envelope("<palabraClave href='cid:plan@prueba'/>"), "text/xml"), PLAN)),
    "attachment-beside-a-text": ("referencia-con-mas-contenido", announced(**SWA),
                                 body(root(envelope("<documento href='cid:plan@prueba'>QQ==</documento>"), "text/xml"), PLAN)),
    "attachment-of-nothing": ("parte-desconocida", announced(**SWA), body(root(envelope("<documento>cid:otra@prueba</documento>"), "text/xml"), PLAN)),
    # What is behind the package is looked at as ever.
    "envelope-of-another-version": ("tipo-no-admitido", announced(**INFO12), body(root(**TWELVE), PLAN)),
    "no-envelope": ("sin-sobre", announced(), body(root(b"<hola/>"), PLAN)),
    "root-not-closed": ("xml-mal-formado", announced(), body(root(envelope()[:-5]), PLAN)),
    "root-with-a-dtd": ("dtd-prohibida", announced(), body(root(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + envelope()), PLAN)),
}


def write(folder, name, kind, content):
    (HERE / folder / f"{name}.mime").write_bytes(kind.encode() + CRLF + CRLF + content)


for folder in ("good", "hostile"):
    shutil.rmtree(HERE / folder, ignore_errors=True)
    (HERE / folder).mkdir()
for name, (kind, content) in GOOD.items():
    write("good", name, kind, content)
rows = ["# The name by which each package of `hostile/` is refused, and the version it is answered in; made by make.py."]
for name, (code, kind, content, *version) in HOSTILE.items():
    write("hostile", name, kind, content)
    rows.append(f"{code} | {version[0] if version else '1.1'} | {name}")
(HERE / "hostile.txt").write_text("\n".join(rows) + "\n")
