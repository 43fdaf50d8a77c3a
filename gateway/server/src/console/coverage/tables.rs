//! The tables of the page.

use domain::coverage::{Coverage, Tally};
use domain::territory::{communities, municipalities, provinces};
use domain::{MunicipalityCode, Place};

use crate::console::fields::Fields;
use crate::console::refusal::Refusal;

/// How many pending municipalities a page shows; the table to take away has all.
const A_PAGE: usize = 100;

/// A place with its counts.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) with_police: u32,
    pub(super) joined: u32,
    pub(super) pending: u32,
    pub(super) tenths: Option<u32>,
    pub(super) percent: String,
    pub(super) covered: String,
}

impl Line {
    pub(super) fn of(place: Place, tally: &Tally) -> Self {
        let name = match place {
            Place::Nation => Some("España"),
            Place::Community(code) => communities::name(code),
            Place::Province(code) => provinces::name(code),
            Place::Municipality(code) => municipalities::name(code),
        };
        Self {
            name: name.unwrap_or_default().to_owned(),
            with_police: tally.with_police,
            joined: tally.joined,
            pending: tally.pending(),
            tenths: tally.tenths(),
            percent: percent(tally.tenths()),
            covered: percent(tally.covered_tenths()),
        }
    }
}

/// Tenths of a per cent as officials write them; a dash where there is nothing to measure.
pub(super) fn percent(tenths: Option<u32>) -> String {
    tenths.map_or_else(
        || "–".to_owned(),
        |tenths| format!("{},{} %", tenths / 10, tenths % 10),
    )
}

/// A municipality as officials write it.
pub(super) fn town(code: MunicipalityCode) -> String {
    let name = municipalities::name(code).unwrap_or_default();
    format!("{name} ({code}-{})", code.check_digit())
}

/// One page of the municipalities that have not joined.
pub(super) struct Pending {
    pub(super) rows: Vec<Town>,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) all: usize,
    pub(super) before: Option<usize>,
    pub(super) after: Option<usize>,
    pub(super) community: String,
    pub(super) choices: Vec<(String, &'static str)>,
}

/// A municipality that has not joined.
pub(super) struct Town {
    pub(super) code: String,
    pub(super) name: &'static str,
    pub(super) province: &'static str,
    pub(super) residents: String,
}

impl Pending {
    /// Those of the community and of the page that the address names.
    pub(super) fn of(coverage: &Coverage, query: &Fields) -> Result<Self, Refusal> {
        let community: Option<u8> = query.parsed("comunidad")?;
        let page = query.parsed::<usize>("pagina")?.unwrap_or(1).max(1);
        let wanted = coverage.pending.iter().filter(|one| {
            community.is_none_or(|code| communities::of_province(one.code.province()) == Some(code))
        });
        let all: Vec<_> = wanted.collect();
        let first = (page - 1).saturating_mul(A_PAGE).min(all.len());
        let rows: Vec<Town> = all
            .iter()
            .skip(first)
            .take(A_PAGE)
            .map(|one| Town::of(one))
            .collect();
        let last = first + rows.len();
        let choices = communities::all()
            .filter_map(|code| Some((code.to_string(), communities::name(code)?)));
        Ok(Self {
            first: (first + 1).min(last),
            last,
            all: all.len(),
            before: (first > 0).then(|| page - 1),
            after: (last < all.len()).then(|| page + 1),
            community: community.map(|code| code.to_string()).unwrap_or_default(),
            choices: choices.collect(),
            rows,
        })
    }
}

impl Town {
    fn of(one: &domain::coverage::Pending) -> Self {
        Self {
            code: format!("{}-{}", one.code, one.code.check_digit()),
            name: municipalities::name(one.code).unwrap_or_default(),
            province: provinces::name(one.code.province()).unwrap_or_default(),
            residents: one
                .residents
                .map_or_else(|| "–".to_owned(), |it| it.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::coverage::stated;

    use super::*;

    #[test]
    fn the_pending_of_a_community_by_pages() {
        let coverage = stated::read(stated::CASTILLA_Y_LEON.as_bytes()).unwrap();
        let table = [
            ("", (9, 1, 9)),
            ("comunidad=7", (9, 1, 9)),
            ("comunidad=8", (0, 0, 0)),
            ("pagina=2", (9, 9, 9)), // beyond the last: nothing, and no panic
            ("pagina=0", (9, 1, 9)),
            ("pagina=18446744073709551615", (9, 9, 9)),
        ];
        for (query, expected) in table {
            let pending = Pending::of(&coverage, &Fields::read(query).unwrap()).unwrap();
            assert_eq!(
                (pending.all, pending.first, pending.last),
                expected,
                "{query}"
            );
        }
        assert!(Pending::of(&coverage, &Fields::read("comunidad=x").unwrap()).is_err());
    }

    #[test]
    fn percentages_as_officials_write_them() {
        assert_eq!(percent(Some(873)), "87,3 %");
        assert_eq!(percent(Some(5)), "0,5 %");
        assert_eq!(percent(None), "–");
    }
}
