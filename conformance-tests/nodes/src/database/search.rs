//! Search within a territory, page after page in the order of the identifiers.

use domain::territory::communities;
use domain::{MunicipalityCode, Place, RiskLevel};

use crate::database::row::{Stored, read, select_cases};
use crate::database::{Database, DatabaseError, rank};

/// What a search asks for; everything at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Search {
    /// The places searched; none finds nothing.
    pub(crate) scope: Vec<Place>,
    /// Only this municipality.
    pub(crate) municipality: Option<MunicipalityCode>,
    /// Only this level.
    pub(crate) level: Option<RiskLevel>,
    /// No level above this one.
    pub(crate) highest: Option<RiskLevel>,
    /// Only this state.
    pub(crate) state: Option<String>,
    /// Only cases changed then or later, in seconds since 1970.
    pub(crate) changed_since: Option<i64>,
    /// Only identifiers after this one.
    pub(crate) after: String,
    /// How many at most.
    pub(crate) limit: u32,
}

/// A part of the territory that one index holds in the order of the identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Nation,
    Province(u8),
    Municipality(MunicipalityCode),
}

impl Search {
    /// The parts to look through; no case is in two of them.
    fn parts(&self) -> Vec<Part> {
        let within = |place: Place| self.scope.iter().any(|scope| scope.covers(place));
        if let Some(wanted) = self.municipality {
            let inside = within(Place::Municipality(wanted));
            return inside
                .then_some(Part::Municipality(wanted))
                .into_iter()
                .collect();
        }
        if within(Place::Nation) {
            return vec![Part::Nation];
        }
        let mut parts: Vec<Part> = self
            .scope
            .iter()
            .flat_map(|place| parts_of(*place))
            .collect();
        parts.sort_unstable();
        parts.dedup();
        let provinces: Vec<Part> = parts.clone();
        parts.retain(|part| match part {
            Part::Municipality(town) => !provinces.contains(&Part::Province(town.province())),
            Part::Nation | Part::Province(_) => true,
        });
        parts
    }
}

fn parts_of(place: Place) -> Vec<Part> {
    match place {
        Place::Nation => vec![Part::Nation],
        Place::Community(code) => communities::provinces_of(code)
            .iter()
            .copied()
            .map(Part::Province)
            .collect(),
        Place::Province(code) => vec![Part::Province(code)],
        Place::Municipality(code) => vec![Part::Municipality(code)],
    }
}

/// A search in one part; the condition on the part decides which index is walked.
macro_rules! search_in {
    ($part:literal) => {
        select_cases!(
            "WHERE ",
            $part,
            " AND caso.id > ?2 AND (?3 IS NULL OR caso.nivel = ?3) \
             AND (?4 IS NULL OR caso.nivel IS NULL OR caso.nivel <= ?4) \
             AND (?5 IS NULL OR caso.estado = ?5) AND (?6 IS NULL OR caso.actualizado >= ?6) \
             ORDER BY caso.id LIMIT ?7"
        )
    };
}

impl Database {
    /// One page of a search.
    pub(crate) async fn search(&self, search: &Search) -> Result<Vec<Stored>, DatabaseError> {
        let mut found = Vec::new();
        for part in search.parts() {
            let (query, place) = match part {
                Part::Nation => (search_in!("?1 IS NULL"), None),
                Part::Province(code) => (search_in!("caso.provincia = ?1"), Some(u32::from(code))),
                Part::Municipality(code) => (
                    search_in!("caso.municipio = ?1"),
                    code.as_str().parse::<u32>().ok(),
                ),
            };
            let rows = sqlx::query(query)
                .bind(place)
                .bind(&search.after)
                .bind(search.level.map(rank))
                .bind(search.highest.map(rank))
                .bind(&search.state)
                .bind(search.changed_since)
                .bind(search.limit)
                .fetch_all(self.pool())
                .await?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found.truncate(search.limit as usize);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Search};

    fn parts(scope: &[&str], municipality: Option<&str>) -> Vec<Part> {
        let scope = scope.iter().map(|place| place.parse().unwrap()).collect();
        let municipality = municipality.map(|code| code.parse().unwrap());
        Search {
            scope,
            municipality,
            ..Search::default()
        }
        .parts()
    }

    #[test]
    fn no_case_is_looked_for_twice() {
        let town = |code: &str| Part::Municipality(code.parse().unwrap());
        for (scope, expected) in [
            (vec![], vec![]),
            (vec!["13047", "13047"], vec![town("13047")]),
            (
                vec!["P13", "13047", "24014"],
                vec![Part::Province(13), town("24014")],
            ),
            (vec!["CA17", "P26"], vec![Part::Province(26)]),
            (vec!["P13", "ES"], vec![Part::Nation]),
        ] {
            assert_eq!(parts(&scope, None), expected, "{scope:?}");
        }
    }

    #[test]
    fn a_municipality_is_searched_only_inside_the_scope() {
        let town = Part::Municipality("13047".parse().unwrap());
        for (scope, expected) in [
            (vec!["ES"], vec![town]),
            (vec!["P13"], vec![town]),
            (vec!["13047"], vec![town]),
            (vec!["P45"], vec![]),
            (vec![], vec![]),
        ] {
            assert_eq!(parts(&scope, Some("13047")), expected, "{scope:?}");
        }
    }
}
