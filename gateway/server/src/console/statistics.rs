//! `GET /estadisticas`, `GET /estadisticas/{fichero}` · the bulletin's tables T1 and T2 as far as the case index can tell:
//! counts of cases, small ones hidden. Victims are not counted: the index does not know them.

mod chart;
mod disclosure;
mod tables;

use std::sync::Arc;
use std::time::{Duration, Instant};

use askama::Template;
use tokio::sync::Mutex;

use super::desk::{Desk, act};
use super::frame::Frame;
use super::pages::{EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visit::Visit;

use self::chart::Bar;
use self::tables::{COLUMNS, Table};

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/estadisticas",
    title: "statistics-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

/// The tables as files.
pub(crate) const FILE: Page = Page {
    path: "/estadisticas/{fichero}",
    title: "statistics-title",
    listed: Listed::Within("/estadisticas"),
    readers: EVERYONE,
    read: |visit| Box::pin(file(visit)),
    acts: &[],
};

/// How long counted tables are shown before they are counted again.
const FRESH: Duration = Duration::from_mins(1);

/// Both tables, counted at one instant.
pub(crate) struct Counted {
    territory: Table,
    bodies: Table,
    at: jiff::Timestamp,
    since: Instant,
}

/// The tables counted last, kept for a while: counting reads the whole index.
#[derive(Default)]
pub(crate) struct Statistics(Mutex<Option<Arc<Counted>>>);

impl Statistics {
    async fn tables(&self, desk: &Desk, now: jiff::Timestamp) -> Result<Arc<Counted>, Refusal> {
        let mut kept = self.0.lock().await;
        if let Some(fresh) = kept.as_ref().filter(|it| it.since.elapsed() < FRESH) {
            return Ok(Arc::clone(fresh));
        }
        let counts = desk.store.count_cases().await?;
        let registry = Arc::clone(&desk.current.get().registry);
        let [territory, bodies] = tables::tables(&counts, &registry);
        let counted = Arc::new(Counted {
            territory,
            bodies,
            at: now,
            since: Instant::now(),
        });
        *kept = Some(Arc::clone(&counted));
        Ok(counted)
    }
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    frame: Frame,
    at: String,
    columns: [&'static str; COLUMNS.len()],
    tables: [Shown; 2],
    bars: Vec<Bar>,
    height: usize,
}

/// A table with its names.
struct Shown {
    id: &'static str,
    caption: &'static str,
    first: &'static str,
    rows: Vec<ShownRow>,
}

struct ShownRow {
    name: String,
    class: &'static str,
    cells: Vec<String>,
}

async fn read(visit: Visit) -> Reply {
    let counted = visit.desk.statistics.tables(&visit.desk, visit.now).await?;
    let frame = visit.frame;
    let bars = chart::bars(&counted.territory);
    response::page(&StatisticsPage {
        at: frame.instant(counted.at),
        columns: COLUMNS,
        tables: [
            shown(&frame, "t1", &counted.territory),
            shown(&frame, "t2", &counted.bodies),
        ],
        height: chart::height(&bars),
        bars,
        frame,
    })
}

fn shown(frame: &Frame, id: &'static str, table: &Table) -> Shown {
    let (caption, first) = match id {
        "t1" => ("statistics-t1", "statistics-place"),
        _ => ("statistics-t2", "statistics-body"),
    };
    let rows = table.rows.iter().map(|row| ShownRow {
        name: row.name(frame),
        class: row.class(),
        cells: row.cells.iter().map(|cell| cell.text()).collect(),
    });
    Shown {
        id,
        caption,
        first,
        rows: rows.collect(),
    }
}

async fn file(visit: Visit) -> Reply {
    let name: String = visit.part("fichero")?;
    let counted = visit.desk.statistics.tables(&visit.desk, visit.now).await?;
    let table = match name.as_str() {
        "t1.csv" => &counted.territory,
        "t2.csv" => &counted.bodies,
        _ => return Err(Refusal::Nothing),
    };
    visit
        .desk
        .record(act("exportarEstadistica"), &visit.staff)
        .await?;
    let frame = &visit.frame;
    let heads = COLUMNS.iter().map(|column| frame.say(column).into_owned());
    let head: Vec<String> = std::iter::once(String::new()).chain(heads).collect();
    let mut text = csv(&head);
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| cell.text());
        let line: Vec<String> = std::iter::once(row.name(frame)).chain(cells).collect();
        text.push_str(&csv(&line));
    }
    Ok(response::download("text/csv; charset=utf-8", &name, text))
}

/// One line of RFC 4180. What a spreadsheet would take for a formula is marked as text.
fn csv(cells: &[String]) -> String {
    let quoted = cells.iter().map(|cell| {
        let formula = cell.starts_with(['=', '+', '-', '@', '\t']);
        let mark = if formula { "'" } else { "" };
        format!("\"{mark}{}\"", cell.replace('"', "\"\""))
    });
    quoted.collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_cell_is_never_a_formula() {
        let line = super::csv(&["=1+1".to_owned(), "a \"b\"".to_owned(), String::new()]);
        assert_eq!(line, "\"'=1+1\",\"a \"\"b\"\"\",\"\"\r\n");
    }
}
