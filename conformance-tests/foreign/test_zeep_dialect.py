"""zeep as a partner that speaks a dialect of its own: everything from the dialect's WSDL, in its own words."""

import pytest
import zeep
from conftest import now
from test_zeep import body, client, client_of, code_of, context, service

# A case in the words of the dialect. Nobody real: the document is of a range that is never issued.
CASE = {
    "referencia": {"sistema": "SIAV", "numero": "PRUEBA-ZEEP-1"},
    "situacio": "obert",
    "municipiVictima": "08019",
    "victima": {"persona": {"tipusDocument": "dni", "numDocument": "99999601V", "nom": "VICTIMA", "cognom1": "PRUEBA"}},
    "valoracio": {"avaluacio": [{"data": now(), "nivellCalculat": "baix", "nivellAssignat": "moltAlt",
                                 "motiuElevacio": "Dada de PRUEBA"}]},
}


def test_sent_consulted_and_hit_in_its_own_words(federation):
    soap = client_of(federation, "siav", federation.description["wsdl_dialect"])
    port = service(soap, "1.2")
    header = lambda: context(soap, federation, "siav")
    sent = body(port.TramesaExpedient(expedient=CASE, _soapheaders=header()))
    assert sent.nou is True
    case = body(port.ConsultaExpedient(idFederat=sent.idFederat, _soapheaders=header()))
    case = case.expedient if hasattr(case, "expedient") else case
    assert (case.situacio, case.valoracio.risc.nivell) == ("obert", "moltAlt")
    hit = body(port.ConsultaAntecedents(tipusDocument="dni", numDocument="99999601V", rol="victima", _soapheaders=header()))
    assert hit.teAntecedents is True
    assert sent.idFederat in [unit.idFederat for unit in hit.antecedent]
    with pytest.raises(zeep.exceptions.Fault) as caught:
        port.ConsultaExpedient(idFederat="7ZZZZZZZZZZZZZZZZZZZZZZZZZ", _soapheaders=header())
    assert code_of(caught.value) == "no-encontrado"


def test_a_lot_in_its_own_words(federation):
    """One that is taken, one that changes a case of nobody's: each has its result, and neither stops the other."""
    soap = client_of(federation, "siav", federation.description["wsdl_dialect"])
    nobodys = {"idFederat": "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "versioEsperada": 1, "expedient": CASE}
    lot = {"tramesa": [{"expedient": CASE}, nobodys], "desDe": 7}
    told = body(service(soap, "1.2").TramesaLot(**lot, _soapheaders=context(soap, federation, "siav")))
    told = told.resultat if hasattr(told, "resultat") else told
    assert [it.posicio for it in told] == [7, 8]
    assert told[0].acceptada.nou is True and told[0].refusada is None
    assert (told[1].refusada.codi, told[1].refusada.culpa) == ("no-encontrado", "solicitante")


def test_whose_agreement_names_a_dialect_speaks_no_other_contract(federation):
    dialect = client_of(federation, "mossos", federation.description["wsdl_dialect"])
    canonical = client(federation, "siav")
    case = federation.case("own")
    for slug, soap, asked in (
        ("mossos", dialect, lambda port, header: port.ConsultaExpedient(idFederat=case, _soapheaders=header)),
        ("siav", canonical, lambda port, header: port.ConsultarCaso(idCaso=case, _soapheaders=header)),
    ):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            asked(service(soap, "1.2"), context(soap, federation, slug))
        assert code_of(caught.value) == "version-no-convenida"
