//! `POST /cobertura/policias`, `POST /cobertura/habitantes` · puts a list in force.

use actix_web::http::StatusCode;
use domain::coverage::police::PoliceList;
use domain::coverage::population::Population;
use domain::coverage::{Fault, Refusal as Line};
use domain::table::Table;
use journal::Digest;
use store::coverage::Import;

use super::{Told, filled};
use crate::console::desk::act;
use crate::console::messages::Words;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::tables;
use crate::console::upload::{File, Sent};
use crate::console::visit::Visit;

/// How many wrong lines are told.
const MOST_TOLD: usize = 50;

/// The municipalities that have local police.
pub(super) async fn police(visit: Visit) -> Reply {
    let words = visit.words();
    let file = chosen(&visit)?;
    let Some(file) = &file else {
        return nothing_chosen(visit).await;
    };
    let list = match read(file, PoliceList::of).await {
        Ok(list) => list,
        Err(lines) => return refused(visit, &lines).await,
    };
    let import = evidence(&visit, "cobertura.policias", file).await?;
    visit.desk.store.put_police_list(&import, &list).await?;
    let count = list.codes.len().to_string();
    let done = words.tell("coverage-imported-police", &[("count", &count)]);
    let renamed = list.renamed.iter().take(MOST_TOLD).map(|one| {
        let (line, code) = (one.line.to_string(), one.code.to_string());
        let values = [
            ("line", line.as_str()),
            ("code", &code),
            ("told", &one.told),
            ("official", one.official),
        ];
        words.tell("coverage-renamed", &values)
    });
    let done = std::iter::once(done).chain(renamed).collect();
    accepted(visit, done).await
}

/// The official population.
pub(super) async fn population(visit: Visit) -> Reply {
    let words = visit.words();
    let file = chosen(&visit)?;
    let Some(file) = &file else {
        return nothing_chosen(visit).await;
    };
    let population = match read(file, Population::of).await {
        Ok(population) => population,
        Err(lines) => return refused(visit, &lines).await,
    };
    let import = evidence(&visit, "cobertura.habitantes", file).await?;
    visit
        .desk
        .store
        .put_population(&import, &population)
        .await?;
    let (count, total) = (
        population.residents.len().to_string(),
        population.total().to_string(),
    );
    let year = population.year.to_string();
    let values = [
        ("count", count.as_str()),
        ("total", &total),
        ("year", &year),
    ];
    let done = words.tell("coverage-imported-residents", &values);
    let unknown = population.unknown.iter().take(MOST_TOLD);
    let unknown =
        unknown.map(|code| words.tell("coverage-unregistered", &[("code", code.as_str())]));
    let done = std::iter::once(done).chain(unknown).collect();
    accepted(visit, done).await
}

fn chosen(visit: &Visit) -> Result<Option<File>, Refusal> {
    Ok(Sent::of(visit)?.file("fichero").cloned())
}

/// Reads a list from a file; nothing of one with a wrong line is taken.
async fn read<T>(
    file: &File,
    of: impl FnOnce(&Table) -> Result<T, Vec<Line>>,
) -> Result<T, Vec<Line>> {
    let table = tables::read(file.bytes.clone(), file.name.clone()).await;
    of(&table.map_err(|wrong| vec![wrong.map(Fault::File)])?)
}

/// Writes down who imports which file, before it is in force.
async fn evidence(visit: &Visit, operation: &str, file: &File) -> Result<Import, Refusal> {
    let digest = Digest::of(&file.bytes);
    let mut entry = act(operation);
    entry.request_digest = Some(digest);
    visit.desk.record(entry, &visit.staff).await?;
    Ok(Import {
        at: visit.now,
        by: visit.staff.id.clone(),
        digest,
    })
}

async fn accepted(visit: Visit, done: Vec<String>) -> Reply {
    let told = Told {
        faults: Vec::new(),
        done,
    };
    response::page(&filled(visit, told).await?)
}

async fn nothing_chosen(visit: Visit) -> Reply {
    let fault = visit.words().say("coverage-no-file").into_owned();
    tell(visit, vec![fault]).await
}

async fn refused(visit: Visit, lines: &[Line]) -> Reply {
    let words = visit.words();
    let count = lines.len().to_string();
    let told = lines
        .iter()
        .take(MOST_TOLD)
        .map(|line| tables::told(words, line, &fault(words, &line.fault)));
    let faults = std::iter::once(words.tell("coverage-refused", &[("count", &count)])).chain(told);
    let faults = faults.collect();
    tell(visit, faults).await
}

/// The page again, with what is wrong; nothing was taken.
async fn tell(visit: Visit, faults: Vec<String>) -> Reply {
    let told = Told {
        faults,
        done: Vec::new(),
    };
    response::page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &filled(visit, told).await?,
    )
}

/// What is wrong with a line.
fn fault(words: &Words, fault: &Fault) -> String {
    match fault {
        Fault::File(fault) => tables::file(words, fault),
        Fault::Merged => words.say("table-celda-combinada").into_owned(),
        Fault::LostZero(text) => words.tell("coverage-fault-zero", &[("text", text)]),
        Fault::NoHeader(columns) => words.tell("coverage-fault-header", &[("columns", columns)]),
        Fault::NoColumn(column) => words.tell("coverage-fault-column", &[("column", column)]),
        Fault::NotACode(code) => words.tell("coverage-fault-code", &[("code", code)]),
        Fault::UnknownCode(code) => words.tell("coverage-fault-unknown", &[("code", code)]),
        Fault::CheckDigit { code, told, right } => {
            let (told, right) = (told.to_string(), right.to_string());
            let values = [("code", code.as_str()), ("told", &told), ("right", &right)];
            words.tell("coverage-fault-check", &values)
        }
        Fault::Duplicate { code, line } => {
            let line = line.to_string();
            words.tell("coverage-fault-twice", &[("code", code), ("line", &line)])
        }
        Fault::NotANumber(text) => words.tell("coverage-fault-number", &[("text", text)]),
        Fault::Sum { men, women, total } => {
            let (men, women, total) = (men.to_string(), women.to_string(), total.to_string());
            let values = [("men", men.as_str()), ("women", &women), ("total", &total)];
            words.tell("coverage-fault-sum", &values)
        }
    }
}
