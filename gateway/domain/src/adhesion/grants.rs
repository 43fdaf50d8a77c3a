//! What an annex grants, part by part in the words of the wire: for those who decide on it. Nothing of it is left out.

use crate::quota::{Bearer, Limit, Measure};
use crate::{Annex, HandOver, MessageSecurity, Quotas};

/// A part of an annex: its name, and what it says; nothing where it grants nothing.
pub type Grant = (&'static str, Vec<String>);

/// A part that differs: its name, what it said, what it says.
pub type Difference = (&'static str, Vec<String>, Vec<String>);

/// Every part, always in the same order.
pub fn of(annex: &Annex) -> Vec<Grant> {
    // Taken apart whole, so that what is added to an annex is added here.
    let Annex {
        operations,
        purposes,
        territory,
        max_risk,
        mode,
        on_behalf_of,
        services,
        contract,
        hand_over: HandOver { days },
        quotas,
        security,
    } = annex;
    let mut parts = vec![
        ("operaciones", texts(operations)),
        ("finalidades", texts(purposes)),
        ("territorio", texts(territory.places())),
        ("nivel", texts([max_risk])),
        ("modo", texts([mode])),
        ("representados", texts(on_behalf_of)),
        ("servicios", texts(services)),
        ("contrato", texts(contract)),
        ("diasDeTraspaso", texts([days])),
    ];
    parts.extend(of_quotas(quotas));
    parts.extend(of_security(security));
    parts
}

/// The parts in which two annexes differ.
pub fn differences(before: &Annex, after: &Annex) -> Vec<Difference> {
    let parts = of(before).into_iter().zip(of(after));
    let differ = parts.filter(|((_, before), (_, after))| before != after);
    differ
        .map(|((part, before), (_, after))| (part, before, after))
        .collect()
}

fn of_quotas(quotas: &Quotas) -> [Grant; 4] {
    let Quotas {
        alarm_percent,
        hours,
        organism: _, // both by `Quotas::of`
        officer: _,
    } = quotas;
    let limits = Bearer::ALL.iter().flat_map(|bearer| {
        let limit = |measure: &Measure| Limit {
            bearer: *bearer,
            measure: *measure,
        };
        Measure::ALL.iter().map(limit)
    });
    let limits = limits.filter_map(|limit| Some(format!("{limit} {}", quotas.of(limit)?)));
    let exceptional = quotas.open_exceptional().then_some("abierto");
    [
        ("accesoExcepcional", texts(exceptional)),
        ("cuotas", limits.collect()),
        ("horario", vec![format!("{}-{}", hours.from, hours.until)]),
        ("avisoDeCuota", vec![format!("{alarm_percent} %")]),
    ]
}

fn of_security(security: &MessageSecurity) -> [Grant; 4] {
    let MessageSecurity {
        requests,
        answers,
        unsigned,
        tolerates,
    } = security;
    [
        ("firmaDePeticiones", texts([requests])),
        ("firmaDeRespuestas", texts([answers])),
        ("partesSinFirma", texts(unsigned)),
        ("tolerancias", texts(tolerates)),
    ]
}

fn texts<T: ToString>(words: impl IntoIterator<Item = T>) -> Vec<String> {
    words.into_iter().map(|word| word.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adhesion::tests::annex;
    use crate::{RiskLevel, Signing};

    /// A change of an annex, and the part it changes.
    type Change = (&'static str, fn(&mut Annex));

    #[test]
    fn no_change_of_an_annex_is_hidden() {
        let changes: [Change; 13] = [
            ("operaciones", |it| it.operations.clear()),
            ("finalidades", |it| it.purposes.clear()),
            ("territorio", |it| {
                it.territory = crate::Territory::nation();
            }),
            ("nivel", |it| it.max_risk = RiskLevel::Extreme),
            ("modo", |it| it.mode = crate::Mode::Consultation),
            ("representados", |it| {
                it.on_behalf_of.insert("L01280796".parse().unwrap());
            }),
            ("servicios", |it| {
                it.services.insert("padron/1".parse().unwrap());
            }),
            ("contrato", |it| {
                it.contract = Some("viogen/1".parse().unwrap());
            }),
            ("diasDeTraspaso", |it| it.hand_over.days = 3650),
            ("cuotas", |it| it.quotas.officer.requests = Some(7)),
            ("horario", |it| {
                it.quotas.hours.until = "22:00".parse().unwrap();
            }),
            ("avisoDeCuota", |it| it.quotas.alarm_percent = 100),
            ("firmaDePeticiones", |it| {
                it.security.requests = Signing::Required;
            }),
        ];
        let before = *annex(&["13047"]);
        for (part, change) in changes {
            let mut after = before.clone();
            change(&mut after);
            let told = differences(&before, &after);
            let parts: Vec<_> = told.iter().map(|(part, _, _)| *part).collect();
            assert_eq!(parts, [part]);
        }
        let mut open = before.clone();
        open.quotas.organism.exceptional = Some(10);
        open.quotas.officer.exceptional = Some(2);
        let told = differences(&before, &open);
        assert_eq!(
            told[0],
            ("accesoExcepcional", vec![], vec!["abierto".to_owned()])
        );
        let quotas = [
            "organismo.accesosExcepcionales 10",
            "funcionario.accesosExcepcionales 2",
        ];
        assert_eq!(told[1].2, quotas);
        assert_eq!(differences(&before, &before), []);
    }
}
