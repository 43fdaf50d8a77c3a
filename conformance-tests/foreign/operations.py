"""Every operation of the contract as foreign clients call it: what is asked, what must come of it, and what is refused.

The list is compared with the served WSDL's own: an operation that is new there fails the tests until it is here.
"""

import test_zeep

NOBODYS = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
# Of a document of its own, so that no answer to a hit query of other tests grows without end.
IDENTITY = test_zeep.SUBMISSION["victima"]["identidad"] | {"numeroDocumento": "99999602H"}
SUBMISSION = test_zeep.SUBMISSION | {"victima": {"identidad": IDENTITY}}
DOCUMENT = {"tipoDocumento": "DNI", "numeroDocumento": IDENTITY["numeroDocumento"]}
NOWHERE = SUBMISSION | {"responsabilidad": {"municipioResidencia": "99999"}}
CASE = object()


def many(found) -> list:
    """What may be repeated comes from some clients as a list only if it is."""
    return found if isinstance(found, list) else [found]


def yes(value) -> bool:
    return str(value).lower() == "true"


def lot(answer, _) -> bool:
    first, second = answer["resultado"]
    return yes(first["aceptada"]["creado"]) and second["rechazada"]["codigo"] == "no-encontrado"


# Input and check of an answer; `None` where no agreement opens the operation: then there is only its refusal.
GOOD = {
    "ConsultarCoincidencia": (DOCUMENT, lambda answer, case: yes(answer["hayCoincidencia"])),
    "ConsultarCaso": ({"idCaso": CASE}, lambda answer, case: answer["caso"]["cabecera"]["idCaso"] == case),
    "BuscarCasos": ({"limite": 3}, lambda answer, case: 1 <= len(many(answer["caso"])) <= 3),
    "PresentarCaso": ({"caso": SUBMISSION}, lambda answer, case: yes(answer["creado"])),
    "RemitirLote": ({"presentacion": [{"caso": SUBMISSION}, {"idCaso": NOBODYS, "versionEsperada": 1, "caso": SUBMISSION}]}, lot),
    "ConsultarIndice": None,
}
# Input and the problem that it is refused as.
BAD = {
    "ConsultarCoincidencia": (DOCUMENT | {"numeroDocumento": "***9901*"}, "valor-enmascarado"),
    "ConsultarCaso": ({"idCaso": NOBODYS}, "no-encontrado"),
    "BuscarCasos": ({"limite": 3, "nivelMaximo": "extremo"}, "esquema-incumplido"),
    "PresentarCaso": ({"caso": NOWHERE}, "esquema-incumplido"),
    "RemitirLote": ({"presentacion": [{"caso": SUBMISSION}], "desde": -1}, "esquema-incumplido"),
    "ConsultarIndice": ({}, "operacion-no-permitida"),
}
OPERATIONS = set(BAD)


def asked(operation: str, case: str) -> dict:
    return {name: case if value is CASE else value for name, value in GOOD[operation][0].items()}
