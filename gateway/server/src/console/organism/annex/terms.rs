//! How an organism may ask: its quotas, whom it acts for, the contract that it speaks, how its messages are signed.
//!
//! A field that did not come leaves what was there; one that came empty takes it out.

use std::collections::BTreeSet;

use domain::quota::{Bearer, Daily, Hours, Limit, Measure};
use domain::{Annex, ContractName, MessageSecurity, OrganismId, Quotas, Registry, Signing};
use jiff::civil::Time;

use crate::console::fields::Fields;
use crate::console::organism::draft::Fault;

/// The quotas, each in the order of the form and by its field.
pub(in crate::console::organism) const QUOTAS: [(&str, Limit); 8] = [
    (
        "cuota_organismo_peticiones",
        limit(Bearer::Organism, Measure::Requests),
    ),
    (
        "cuota_organismo_personas",
        limit(Bearer::Organism, Measure::Persons),
    ),
    (
        "cuota_organismo_fuera_de_horario",
        limit(Bearer::Organism, Measure::OutOfHours),
    ),
    (
        "cuota_organismo_accesos_excepcionales",
        limit(Bearer::Organism, Measure::Exceptional),
    ),
    (
        "cuota_funcionario_peticiones",
        limit(Bearer::Officer, Measure::Requests),
    ),
    (
        "cuota_funcionario_personas",
        limit(Bearer::Officer, Measure::Persons),
    ),
    (
        "cuota_funcionario_fuera_de_horario",
        limit(Bearer::Officer, Measure::OutOfHours),
    ),
    (
        "cuota_funcionario_accesos_excepcionales",
        limit(Bearer::Officer, Measure::Exceptional),
    ),
];

/// What a form may name.
pub(in crate::console::organism) struct Known<'k> {
    /// The organism whose annex it is.
    pub(in crate::console::organism) own: &'k OrganismId,
    /// Who is registered.
    pub(in crate::console::organism) registry: &'k Registry,
    /// The contracts that are served, by name and version.
    pub(in crate::console::organism) contracts: &'k [String],
}

/// Reads them into an annex that says what was there.
pub(super) fn read(fields: &Fields, annex: Annex, known: &Known<'_>) -> Result<Annex, Fault> {
    let security = MessageSecurity {
        requests: signing(fields, "firma_peticiones", annex.security.requests)?,
        answers: signing(fields, "firma_respuestas", annex.security.answers)?,
        ..annex.security.clone()
    };
    Ok(Annex {
        on_behalf_of: participants(fields, &annex.on_behalf_of, known)?,
        contract: contract(fields, annex.contract.as_ref(), known)?,
        quotas: quotas(fields, annex.quotas)?,
        security,
        ..annex
    })
}

/// How much a quota allows; nothing where it does not limit.
pub(in crate::console::organism) fn allowed(quotas: &Quotas, limit: Limit) -> Option<u32> {
    let daily: &Daily = match limit.bearer {
        Bearer::Organism => &quotas.organism,
        Bearer::Officer => &quotas.officer,
    };
    daily.of(limit.measure)
}

const fn limit(bearer: Bearer, measure: Measure) -> Limit {
    Limit { bearer, measure }
}

/// Whom it acts for: registered, unless they were there before.
fn participants(
    fields: &Fields,
    before: &BTreeSet<OrganismId>,
    known: &Known<'_>,
) -> Result<BTreeSet<OrganismId>, Fault> {
    const FIELD: &str = "representados";
    if !fields.has(FIELD) {
        return Ok(before.clone());
    }
    let read = |word: &str| {
        let id: OrganismId = word.parse().map_err(|_| (FIELD, "organismo-no-valido"))?;
        if id == *known.own {
            Err((FIELD, "organismo-propio"))
        } else if before.contains(&id) || known.registry.organism(&id).is_some() {
            Ok(id)
        } else {
            Err((FIELD, "organismo-inexistente"))
        }
    };
    super::apart(fields.text(FIELD)).map(read).collect()
}

/// The contract that it speaks: one that is served, unless it was there before.
fn contract(
    fields: &Fields,
    before: Option<&ContractName>,
    known: &Known<'_>,
) -> Result<Option<ContractName>, Fault> {
    const FIELD: &str = "contrato";
    if !fields.has(FIELD) {
        return Ok(before.cloned());
    }
    let Some(word) = fields.get(FIELD) else {
        return Ok(None);
    };
    let served = known.contracts.iter().any(|it| it == word);
    let kept = before.is_some_and(|it| it.as_str() == word);
    let name = word.parse().ok().filter(|_| served || kept);
    name.map(Some).ok_or((FIELD, "contrato-desconocido"))
}

fn quotas(fields: &Fields, before: Quotas) -> Result<Quotas, Fault> {
    let mut read = Quotas {
        alarm_percent: alarm(fields, before.alarm_percent)?,
        hours: Hours {
            from: hour(fields, "horario_desde", before.hours.from)?,
            until: hour(fields, "horario_hasta", before.hours.until)?,
        },
        ..before
    };
    for (field, limit) in QUOTAS {
        if fields.has(field) {
            let number = fields.get(field).map(str::parse).transpose();
            *place(&mut read, limit) = number.map_err(|_| (field, "cuota-no-valida"))?;
        }
    }
    Ok(read)
}

fn place(quotas: &mut Quotas, limit: Limit) -> &mut Option<u32> {
    let daily = match limit.bearer {
        Bearer::Organism => &mut quotas.organism,
        Bearer::Officer => &mut quotas.officer,
    };
    match limit.measure {
        Measure::Requests => &mut daily.requests,
        Measure::Persons => &mut daily.persons,
        Measure::OutOfHours => &mut daily.out_of_hours,
        Measure::Exceptional => &mut daily.exceptional,
    }
}

/// From which share of a quota on an alarm is raised; the usual one where the field is empty.
fn alarm(fields: &Fields, before: u8) -> Result<u8, Fault> {
    const FIELD: &str = "aviso_de_cuota";
    if !fields.has(FIELD) {
        return Ok(before);
    }
    let Some(text) = fields.get(FIELD) else {
        return Ok(Quotas::default().alarm_percent);
    };
    let percent = text.parse().ok();
    let percent = percent.filter(|it| (1..=100).contains(it) || *it == before);
    percent.ok_or((FIELD, "porcentaje-no-valido"))
}

/// A time of day; midnight where the field is empty.
fn hour(fields: &Fields, field: &'static str, before: Time) -> Result<Time, Fault> {
    if !fields.has(field) {
        return Ok(before);
    }
    let read = fields.get(field).map(str::parse).transpose();
    let read = read.map_err(|_| (field, "hora-no-valida"))?;
    Ok(read.unwrap_or_else(Time::midnight))
}

fn signing(fields: &Fields, field: &'static str, before: Signing) -> Result<Signing, Fault> {
    if !fields.has(field) {
        return Ok(before);
    }
    let word = fields.text(field).parse();
    word.map_err(|_| (field, "valor-no-valido"))
}

#[cfg(test)]
mod tests;
