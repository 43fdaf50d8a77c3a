//! Who may see which field group, by the table of the canonical record and by nothing of the program.

use std::collections::BTreeMap;

use contract::Masking;

use super::callers::Caller;
use super::canary::Canary;

/// Transcribed by hand from the domain report; the policies are held to it too.
const TABLE: &str = include_str!("../../../../policy/tests/canonical.txt");

/// Cells by field group: L, L0, R, N, J, P, U, M.
pub(super) struct Sight(BTreeMap<&'static str, Vec<&'static str>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Hidden,
    Masked,
    Full,
}

impl Sight {
    pub(super) fn new() -> Self {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let rows = lines.map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[1], words[2..10].to_vec())
        });
        Self(rows.collect())
    }

    /// Whether a caller may read that value of a case as it is; `reached`: the case is within its territory.
    pub(super) fn may_read(&self, caller: &Caller, canary: &Canary, reached: bool) -> bool {
        let Some(column) = caller.column.filter(|_| reached) else {
            return false;
        };
        let whole = canary.masking == Some(Masking::Whole);
        let least = if whole { Seen::Masked } else { Seen::Full };
        let cells = self.0.get(canary.group.as_str());
        cells.is_some_and(|cells| seen(caller, cells[column]) >= least)
    }
}

fn seen(caller: &Caller, cell: &str) -> Seen {
    let if_so = |so: bool, then| if so { then } else { Seen::Hidden };
    match cell {
        "●" => Seen::Full,
        // All ask to protect.
        "◐" | "◐prov" | "◐need" => Seen::Masked,
        "◐FOLLOW_UP" => {
            let mode = caller.member().map(|member| member.mode);
            if_so(mode == Some("seguimiento"), Seen::Masked)
        }
        "●resp." | "●own" => if_so(caller.responsible, Seen::Full),
        "○" | "●origin" | "entries" | "◐counts" => Seen::Hidden,
        other => panic!("`{other}`"),
    }
}
