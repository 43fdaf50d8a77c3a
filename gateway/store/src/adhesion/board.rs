//! The board of adhesions: files sifted, counted and put in order by the database.
//!
//! Beside the summary of each file stand the columns by which it is found, written in the transaction of its entries.
//! INVARIANT: they say what the entries amount to; columns of an earlier layout are made anew from the entries.

use std::collections::BTreeSet;

use domain::adhesion::Summary;
use domain::territory::communities;
use domain::{AgreementId, AgreementState, OrganismId, Place, day_in_madrid, fold};
use jiff::Timestamp;

use super::{ENTRIES, FIND, FileRow, LOCK, TABLE, replay, summaries};
use crate::backend::{durable, reading};
use crate::registry::parsed;
use crate::{Error, Store};

/// The layout of the columns. Raise it with every change of what they say, of how text is folded, or of the order of
/// states: whatever is of another layout is made anew.
pub(crate) const LAYOUT: i64 = 1;
/// The most words that a search looks for.
pub const WORDS: usize = 8;

pub(crate) const LIST: &str = "
    update dossiers set summary = $2, layout = $3, listed = $4, stage = $5, since_at = $6, lapses_on = $7,
        warns_from = $8, searched = $9
    where id = $1";

pub(crate) const UNPLACE: &str = "delete from dossier_places where dossier = $1";

pub(crate) const PLACE: &str =
    "insert into dossier_places (dossier, community, province) values ($1, $2, $3)";

/// Whatever is of another layout, or not of its last entry: an earlier program has been here.
const UNLISTED: &str = "
    select id from dossiers
    where layout <> $1
        or listed <> (select coalesce(max(seq), 0) from dossier_entries where dossier = dossiers.id)
    order by id";

const UNFILED: &str = "
    select agreements.organism, organisms.name, agreements.id
    from agreements join organisms on organisms.id = agreements.organism
    where not exists (select 1 from dossiers where dossiers.id = agreements.id)
    order by agreements.id limit $1";

/// The state on the day `$1`: terms end by themselves, and then the state is `$2`.
macro_rules! stage {
    () => {
        "(case when lapses_on < $1 then $2 else stage end)"
    };
}

/// What fits: touches the community `$3` and the province `$4`, is warned of if `$5`, and has all words.
macro_rules! fits {
    () => {
        " from dossiers
        where ($3 = 0 or exists (
                select 1 from dossier_places
                where dossier = dossiers.id
                    and (community = 0 or (community = $3 and ($4 = 0 or province in (0, $4))))))
            and ($5 = 0 or (lapses_on >= $1 and warns_from <= $1))
            and searched like $6 and searched like $7 and searched like $8 and searched like $9
            and searched like $10 and searched like $11 and searched like $12 and searched like $13 "
    };
}

const COUNT: &str = concat!(
    "select ",
    stage!(),
    ", count(*)",
    fits!(),
    "group by 1 order by 1"
);

const PAGE: &str = concat!(
    "select summary",
    fits!(),
    "and ($14 < 0 or ",
    stage!(),
    " = $14) order by ",
    stage!(),
    ", since_at, id limit $15 offset $16"
);

/// Which files are wanted; what is not named may be anything.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Words that all occur, whatever their accents: in the organism, the agreement, the places. More than [`WORDS`]
    /// are not looked for.
    pub text: String,
    /// The state on the day.
    pub state: Option<AgreementState>,
    /// The community or the province that the territory touches.
    pub place: Option<Place>,
    /// Only those whose end is near.
    pub soon: bool,
}

/// What is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// How many there are in each state, whatever state is wanted; in the order of life.
    pub counts: Vec<(AgreementState, u64)>,
    /// How many are wanted.
    pub all: u64,
    /// The stretch of them that was asked for: by state, the oldest first.
    pub page: Vec<Summary>,
}

/// An agreement that has no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfiled {
    /// Whose it is.
    pub organism: OrganismId,
    /// The name of the organism.
    pub name: String,
    /// Which.
    pub agreement: AgreementId,
}

/// A stretch of a list.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// How many come before it.
    pub after: u64,
    /// How many it has at most.
    pub most: u32,
}

/// Binds what the statements sift by.
macro_rules! sifted {
    ($query:expr, $sieve:expr) => {{
        let mut query = $query
            .bind(&$sieve.today)
            .bind($sieve.expired)
            .bind($sieve.community)
            .bind($sieve.province)
            .bind($sieve.soon);
        for pattern in &$sieve.patterns {
            query = query.bind(pattern);
        }
        query
    }};
}

/// Writes summary and columns of a file, in the transaction of its entries.
macro_rules! list {
    ($tx:ident, $summary:expr) => {
        let summary: &domain::adhesion::Summary = $summary;
        let id = summary.id.as_str();
        let text = |day: jiff::civil::Date| day.to_string();
        sqlx::query($crate::adhesion::board::LIST)
            .bind(id)
            .bind($crate::adhesion::text_of(summary)?)
            .bind($crate::adhesion::board::LAYOUT)
            .bind(i64::from(summary.version))
            .bind($crate::adhesion::board::stage(summary.state)?)
            .bind(summary.since.as_microsecond())
            .bind(summary.lapses_on().map(text))
            .bind(summary.warns_from().map(text))
            .bind(summary.searched())
            .execute(&mut *$tx)
            .await?;
        sqlx::query($crate::adhesion::board::UNPLACE)
            .bind(id)
            .execute(&mut *$tx)
            .await?;
        for (community, province) in $crate::adhesion::board::regions(summary) {
            sqlx::query($crate::adhesion::board::PLACE)
                .bind(id)
                .bind(community)
                .bind(province)
                .execute(&mut *$tx)
                .await?;
        }
    };
}
pub(crate) use list;

impl Store {
    /// The files that are wanted: how many in each state, and a stretch of them.
    pub async fn board(
        &self,
        wanted: &Wanted,
        stretch: Stretch,
        now: Timestamp,
    ) -> Result<Board, Error> {
        let sieve = Sieve::of(wanted, now)?;
        let only = wanted.state.map_or(Ok(-1), stage)?;
        let after = i64::try_from(stretch.after).unwrap_or(i64::MAX);
        let (counted, page): (Vec<(i64, i64)>, Vec<String>) = reading!(self, pool => {
            let counted = sifted!(sqlx::query_as(COUNT), sieve).fetch_all(pool).await?;
            let page = sifted!(sqlx::query_scalar(PAGE), sieve);
            let page = page.bind(only).bind(i64::from(stretch.most)).bind(after);
            (counted, page.fetch_all(pool).await?)
        });
        let counts = counted.into_iter().map(counted_state);
        let counts = counts.collect::<Result<Vec<_>, _>>()?;
        let own = |(state, _): &&(AgreementState, u64)| wanted.state.is_none_or(|it| it == *state);
        Ok(Board {
            all: counts.iter().filter(own).map(|(_, count)| count).sum(),
            page: summaries(&page)?,
            counts,
        })
    }

    /// Agreements that were registered without a file, by identifier; so many at most.
    pub async fn unfiled(&self, most: u32) -> Result<Vec<Unfiled>, Error> {
        let rows: Vec<(String, String, String)> = reading!(self, pool => {
            sqlx::query_as(UNFILED).bind(i64::from(most)).fetch_all(pool).await?
        });
        let unfiled = rows.into_iter().map(|(organism, name, id)| {
            Ok(Unfiled {
                organism: parsed("agreements", &organism)?,
                name,
                agreement: parsed("agreements", &id)?,
            })
        });
        unfiled.collect()
    }

    /// Files whose columns are not of this layout, or not of their last entry.
    pub(crate) async fn unlisted(&self) -> Result<Vec<String>, Error> {
        Ok(reading!(self, pool => {
            sqlx::query_scalar(UNLISTED).bind(LAYOUT).fetch_all(pool).await?
        }))
    }

    /// Makes the columns of those anew, from their entries.
    pub(crate) async fn relist(&self) -> Result<(), Error> {
        for id in self.unlisted().await? {
            durable!(self, "adhesion.relist", tx => {
                sqlx::query(LOCK).bind(&id).execute(&mut *tx).await?;
                let row: FileRow = sqlx::query_as(FIND).bind(&id).fetch_one(&mut *tx).await?;
                let entries: Vec<String> = sqlx::query_scalar(ENTRIES).bind(&id).fetch_all(&mut *tx).await?;
                list!(tx, &replay(row, &entries)?.summary());
            })?;
        }
        Ok(())
    }
}

/// What the statements sift by.
struct Sieve {
    today: String,
    expired: i64,
    community: i64,
    province: i64,
    soon: i64,
    patterns: [String; WORDS],
}

impl Sieve {
    fn of(wanted: &Wanted, now: Timestamp) -> Result<Self, Error> {
        let (community, province) = wanted.place.map_or((0, 0), region);
        let text = fold::folded(&wanted.text);
        let mut words = text.split(' ');
        Ok(Self {
            today: day_in_madrid(now).to_string(),
            expired: stage(AgreementState::Expired)?,
            community,
            province,
            soon: i64::from(wanted.soon),
            // A folded word has no sign that a pattern would read otherwise.
            patterns: std::array::from_fn(|_| format!("%{}%", words.next().unwrap_or_default())),
        })
    }
}

/// The provinces that a territory touches, with their communities; 0 stands for all.
pub(crate) fn regions(summary: &Summary) -> BTreeSet<(i64, i64)> {
    summary.territory.places().map(region).collect()
}

fn region(place: Place) -> (i64, i64) {
    let within = |province: u8| {
        let community = communities::of_province(province).unwrap_or_default();
        (i64::from(community), i64::from(province))
    };
    match place {
        Place::Nation => (0, 0),
        Place::Community(code) => (i64::from(code), 0),
        Place::Province(code) => within(code),
        Place::Municipality(code) => within(code.province()),
    }
}

/// The place of a state in the order of life.
pub(crate) fn stage(state: AgreementState) -> Result<i64, Error> {
    let at = AgreementState::ALL.iter().position(|it| *it == state);
    let at = at.and_then(|at| i64::try_from(at).ok());
    at.ok_or_else(|| Error::corrupt(TABLE)(&state))
}

fn counted_state((at, count): (i64, i64)) -> Result<(AgreementState, u64), Error> {
    let place = usize::try_from(at).ok();
    let state = place.and_then(|place| AgreementState::ALL.get(place));
    let count = u64::try_from(count).ok();
    let both = state.copied().zip(count);
    both.ok_or_else(|| Error::corrupt(TABLE)(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes one of these raises [`LAYOUT`]: what is stored was written by the old table.
    #[test]
    fn what_the_layout_says() {
        let states = "borrador protocoloRatificado solicitudEnviada usuariosRecibidos formacionRealizada firmado \
            inscrito vigente suspendido prorrogado expirado resuelto";
        for (at, word) in (0..).zip(states.split_whitespace()) {
            assert_eq!(stage(word.parse().unwrap()).unwrap(), at, "{word}");
        }
        assert_eq!(
            fold::folded("Policía Local d'Alacant (PRUEBA)"),
            "policia local d alacant prueba"
        );
        let table = [
            ("ES", (0, 0)),
            ("CA08", (8, 0)),
            ("P13", (8, 13)),
            ("13047", (8, 13)),
        ];
        for (place, expected) in table {
            assert_eq!(region(place.parse().unwrap()), expected, "{place}");
        }
        assert_eq!(LAYOUT, 1);
    }
}
