//! What the evidence says of a run: pure.
//!
//! Only entries count that are of the run's organism, by the run's certificate, within the run: what whoever ran it says
//! of it is not asked.

use std::collections::BTreeSet;

use domain::{CaseId, Problem};
use journal::{Entry, EntryKind};

use super::profile::{Catalogue, Expected, Step};
use super::runs::Run;

/// How far clocks may be apart.
const SKEW_S: u64 = 60;

/// What was found of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) request: Option<String>,
    pub(super) passed: bool,
    pub(super) expected: String,
    pub(super) seen: String,
    /// What to do about it, of one that failed.
    pub(super) remedy: Option<String>,
}

/// What was found of every check.
pub(super) fn judge(catalogue: &Catalogue, run: &Run, entries: &[Entry]) -> Vec<Finding> {
    let own: Vec<&Entry> = entries
        .iter()
        .filter(|it| it.organism.as_ref() == Some(&run.organism.id))
        .filter(|it| it.certificate == Some(run.key))
        .collect();
    let steps = run.steps.iter();
    steps
        .map(|step| match step.expected {
            Expected::Clock => clock(step, run.ahead_s),
            Expected::Released
            | Expected::ReleasedNothing
            | Expected::ReleasedCase(_)
            | Expected::Refused(_) => of_request(catalogue, step, &own),
        })
        .collect()
}

fn clock(step: &Step, ahead_s: i64) -> Finding {
    let passed = ahead_s.unsigned_abs() <= SKEW_S;
    Finding {
        name: step.name.clone(),
        title: step.title.clone(),
        request: None,
        passed,
        expected: format!("{SKEW_S} s de diferencia como mucho, según dice el equipo"),
        seen: format!("{ahead_s} s"),
        remedy: (!passed).then(|| step.remedy.clone()),
    }
}

/// What became of a request.
struct Fate<'e> {
    /// How often whoever holds the answer was asked.
    asked: usize,
    released: Vec<&'e BTreeSet<CaseId>>,
    refused: Vec<&'e str>,
}

impl<'e> Fate<'e> {
    fn of(request: &str, own: &[&'e Entry]) -> Self {
        let mut fate = Self {
            asked: 0,
            released: Vec::new(),
            refused: Vec::new(),
        };
        let is_its = |it: &&&Entry| {
            it.request_id
                .as_ref()
                .is_some_and(|id| id.as_str() == request)
        };
        for entry in own.iter().filter(is_its) {
            match entry.kind {
                EntryKind::Asked => fate.asked += 1,
                EntryKind::Released => fate.released.push(&entry.cases),
                EntryKind::Refused => fate.refused.push(entry.problem.as_deref().unwrap_or("?")),
                EntryKind::Explained
                | EntryKind::HandshakeRefused
                | EntryKind::Alert
                | EntryKind::Notified
                | EntryKind::Reviewed
                | EntryKind::Managed
                | EntryKind::Certificate => {}
            }
        }
        fate
    }

    fn meets(&self, step: &Step) -> bool {
        let released = |fits: &dyn Fn(&BTreeSet<CaseId>) -> bool| {
            let all = self.released.iter().all(|cases| fits(cases));
            // A repeated one is answered again, and nobody is asked again.
            all && self.refused.is_empty() && self.released.len() >= step.times && self.once(step)
        };
        match &step.expected {
            Expected::Clock => false,
            Expected::Released => released(&|_| true),
            Expected::ReleasedNothing => released(&BTreeSet::is_empty),
            Expected::ReleasedCase(case) => released(&|cases| cases.contains(case)),
            Expected::Refused(problem) => {
                let code = problem.entry().code;
                let all = self.refused.iter().all(|it| told(it) == code);
                all && self.released.is_empty() && self.refused.len() >= step.times
            }
        }
    }

    fn once(&self, step: &Step) -> bool {
        step.times == 1 || self.asked == 1
    }

    fn seen(&self, step: &Step) -> String {
        if let Some(code) = self.refused.last() {
            return format!("denegación `{}`", told(code));
        }
        match self.released.last() {
            None => "nada: la pasarela de pruebas no recibió la petición, o no con el certificado de la prueba".to_owned(),
            Some(_) if self.released.len() < step.times => "entrega, una sola vez".to_owned(),
            Some(_) if !self.once(step) => format!("entrega, y {} preguntas al sistema", self.asked),
            Some(cases) if cases.is_empty() => "entrega, sin casos".to_owned(),
            Some(_) => "entrega".to_owned(),
        }
    }
}

/// The code of a problem as the evidence has it, which may add the rule.
fn told(problem: &str) -> &str {
    problem.split(':').next().unwrap_or(problem)
}

fn of_request(catalogue: &Catalogue, step: &Step, own: &[&Entry]) -> Finding {
    let fate = Fate::of(&step.request, own);
    let passed = fate.meets(step);
    let unexpected = fate.refused.last().map(|code| told(code));
    let known = unexpected
        .filter(|code| !is_expected(step, code))
        .and_then(|code| catalogue.remedy(code));
    let remedy = || known.unwrap_or(&step.remedy).to_owned();
    Finding {
        name: step.name.clone(),
        title: step.title.clone(),
        request: Some(step.request.clone()),
        passed,
        expected: expected(step),
        seen: fate.seen(step),
        remedy: (!passed).then(remedy),
    }
}

fn is_expected(step: &Step, code: &str) -> bool {
    matches!(&step.expected, Expected::Refused(problem) if problem.entry().code == code)
}

fn expected(step: &Step) -> String {
    let told = match &step.expected {
        Expected::Clock | Expected::Released => "entrega".to_owned(),
        Expected::ReleasedNothing => "entrega, sin casos".to_owned(),
        Expected::ReleasedCase(_) => "entrega del caso de prueba".to_owned(),
        Expected::Refused(problem) => refusal(*problem),
    };
    if step.times > 1 {
        format!(
            "{told}, {} veces, y una sola pregunta al sistema",
            step.times
        )
    } else {
        told
    }
}

fn refusal(problem: Problem) -> String {
    format!("denegación `{}`", problem.entry().code)
}

#[cfg(test)]
mod tests;
