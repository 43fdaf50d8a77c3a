"""Makes the messages of this folder anew: `python3 make.py` (needs nothing but Python).

Each says in the comment on its first line what must come of it: `se acepta`, or the code of its violation and the code that
its fault has in WS-Addressing (`-` where it has none). Every one is there in SOAP 1.1 and 1.2.
"""

import pathlib

HERE = pathlib.Path(__file__).parent
SOAP = {"11": "http://schemas.xmlsoap.org/soap/envelope/", "12": "http://www.w3.org/2003/05/soap-envelope"}
WSA, DRAFT = "http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"
CONTEXT = ("<Contexto xmlns='urn:pasarela:contexto:1'><Solicitante>L01130473</Solicitante><Funcionario>PRUEBA-7</Funcionario>"
           "<Finalidad>proteccion</Finalidad><IdPeticion>p-1</IdPeticion><TimeStamp>2026-03-02T10:00:00+01:00</TimeStamp></Contexto>")
BODY = "<ConsultarCaso xmlns='urn:pasarela:viogen:2'><idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso></ConsultarCaso>"

ACTION = "<a:Action>urn:pasarela:viogen:2:consultarCaso</a:Action>"
NAME = "<a:MessageID>urn:uuid:00000000-0000-4000-8000-000000000001</a:MessageID>"
TO = "<a:To>https://pasarela.invalid/soap/viogen/2</a:To>"


def endpoint(header, inside=f"<a:Address>{WSA}/anonymous</a:Address>"):
    return f"<a:{header}>{inside}</a:{header}>"


ELSEWHERE = "<a:Address>https://otro.invalid/respuestas</a:Address>"
REPLY = endpoint("ReplyTo")

ACCEPTED = {
    "least": ACTION + NAME,
    "usual": ACTION + NAME + TO + REPLY,
    "all": ACTION + NAME + TO + REPLY + endpoint("FaultTo", f"<a:Address>{WSA}/none</a:Address>") + endpoint("From", ELSEWHERE)
           + "<a:RelatesTo>urn:prueba:1</a:RelatesTo><a:RelatesTo RelationshipType='urn:prueba'>urn:prueba:2</a:RelatesTo>",
    "to-nobody": ACTION + NAME + endpoint("ReplyTo", f"<a:Address>{WSA}/none</a:Address>"),
    "to-anonymous": ACTION + NAME + f"<a:To>{WSA}/anonymous</a:To>",
    "to-with-a-query": ACTION + NAME + "<a:To>https://pasarela.invalid/soap/viogen/2?wsdl</a:To>",
    "white-space": ACTION.replace("urn:pasarela", "\n  urn:pasarela") + NAME + REPLY,
    "metadata": ACTION + NAME + endpoint("ReplyTo", f"<a:Address>{WSA}/anonymous</a:Address><a:Metadata><b xmlns='urn:b'/></a:Metadata><a:ReferenceParameters/>"),
    "must-understand": "".join(it.replace(">", " s:mustUnderstand='1'>", 1) for it in (ACTION, NAME, TO, REPLY)),
    "for-another-node": ACTION + NAME + "<a:Action s:ROLE='urn:otro'>urn:otra</a:Action>",
    "draft": f"<b:Action xmlns:b='{DRAFT}'>urn:otra</b:Action>",
    "unknown-header": ACTION + NAME + "<a:Otro>hola</a:Otro>",
}

REFUSED = {
    "action-of-another-operation": ("accion-no-coincide", "ActionMismatch", ACTION.replace("consultarCaso", "presentarCaso") + NAME),
    "action-of-nothing": ("accion-no-coincide", "ActionMismatch", "<a:Action>urn:otra</a:Action>" + NAME),
    "action-missing": ("accion-ausente", "MessageAddressingHeaderRequired", NAME + TO),
    "action-empty": ("direccionamiento-no-valido", "InvalidAddressingHeader", "<a:Action/>" + NAME),
    "name-missing": ("identificador-de-mensaje-ausente", "MessageAddressingHeaderRequired", ACTION + REPLY),
    "name-empty": ("direccionamiento-no-valido", "InvalidAddressingHeader", ACTION + "<a:MessageID> </a:MessageID>"),
    "name-relative": ("direccionamiento-no-valido", "InvalidAddressingHeader", ACTION + "<a:MessageID>uno</a:MessageID>"),
    "name-with-an-element": ("direccionamiento-no-valido", "InvalidAddressingHeader", ACTION + "<a:MessageID><b/></a:MessageID>"),
    "name-with-a-line": ("direccionamiento-no-valido", "InvalidAddressingHeader", ACTION + "<a:MessageID>urn:uno\nX-Otra: dos</a:MessageID>"),
    "name-too-long": ("direccionamiento-no-valido", "InvalidAddressingHeader", ACTION + f"<a:MessageID>urn:{'9' * 2048}</a:MessageID>"),
    "reply-elsewhere": ("solo-respuesta-anonima", "OnlyAnonymousAddressSupported", ACTION + NAME + endpoint("ReplyTo", ELSEWHERE)),
    "faults-elsewhere": ("solo-respuesta-anonima", "OnlyAnonymousAddressSupported", ACTION + NAME + REPLY + endpoint("FaultTo", ELSEWHERE)),
    "reply-to-the-draft": ("solo-respuesta-anonima", "OnlyAnonymousAddressSupported", ACTION + NAME + endpoint("ReplyTo", f"<a:Address>{DRAFT}/role/anonymous</a:Address>")),
    "reply-without-address": ("direccion-ausente", "MissingAddressInEPR", ACTION + NAME + endpoint("ReplyTo", "")),
    "from-without-address": ("direccion-ausente", "MissingAddressInEPR", ACTION + NAME + endpoint("From", "")),
    "reply-with-two-addresses": ("extremo-no-valido", "InvalidEPR", ACTION + NAME + endpoint("ReplyTo", f"<a:Address>{WSA}/anonymous</a:Address>{ELSEWHERE}")),
    "reply-with-text": ("extremo-no-valido", "InvalidEPR", ACTION + NAME + endpoint("ReplyTo", f"{WSA}/anonymous")),
    "reply-with-parameters": ("parametros-de-referencia-no-admitidos", "InvalidEPR", ACTION + NAME + endpoint("ReplyTo", f"<a:Address>{WSA}/anonymous</a:Address><a:ReferenceParameters><b xmlns='urn:b'>c</b></a:ReferenceParameters>")),
    "reply-to-a-path": ("direccion-no-valida", "InvalidAddress", ACTION + NAME + endpoint("ReplyTo", "<a:Address>/respuestas</a:Address>")),
    "action-twice": ("direccionamiento-repetido", "InvalidCardinality", ACTION + ACTION + NAME),
    "name-twice": ("direccionamiento-repetido", "InvalidCardinality", ACTION + NAME + NAME),
    "to-twice": ("direccionamiento-repetido", "InvalidCardinality", ACTION + NAME + TO + TO),
    "reply-twice": ("direccionamiento-repetido", "InvalidCardinality", ACTION + NAME + REPLY + REPLY),
    "faults-twice": ("direccionamiento-repetido", "InvalidCardinality", ACTION + NAME + endpoint("FaultTo") * 2),
    "from-twice": ("direccionamiento-repetido", "InvalidCardinality", ACTION + NAME + endpoint("From") * 2),
    "to-another-service": ("destino-de-otro-servicio", "DestinationUnreachable", ACTION + NAME + "<a:To>https://pasarela.invalid/soap/viogen/1</a:To>"),
    "to-another-contract": ("destino-de-otro-servicio", "DestinationUnreachable", ACTION + NAME + "<a:To>urn:otro:servicio</a:To>"),
    "draft-must-understand": ("bloque-no-entendido", "-", f"<b:Action xmlns:b='{DRAFT}' s:mustUnderstand='1'>urn:otra</b:Action>"),
    "unknown-must-understand": ("bloque-no-entendido", "-", ACTION + NAME + "<a:Otro s:mustUnderstand='1'>hola</a:Otro>"),
}


def write(name, expected, blocks):
    for version, namespace in SOAP.items():
        blocks_of_it = blocks.replace("s:ROLE", "s:actor" if version == "11" else "s:role")
        (HERE / f"{name}-soap{version}.xml").write_text(
            f"<!-- {expected} -->\n<s:Envelope xmlns:s='{namespace}' xmlns:a='{WSA}'><s:Header>{CONTEXT}{blocks_of_it}</s:Header>"
            f"<s:Body>{BODY}</s:Body></s:Envelope>\n")


for old in HERE.glob("*.xml"):
    old.unlink()
for name, blocks in ACCEPTED.items():
    write(name, "se acepta", blocks)
for name, (code, subcode, blocks) in REFUSED.items():
    write(name, f"{code} {subcode}", blocks)
