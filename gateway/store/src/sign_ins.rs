//! Attempts to sign in that have come back from the identity provider: each does so once, on whichever node.

use jiff::Timestamp;

use crate::backend::durable;
use crate::{Error, Store};

/// What is over can come back no more, whatever it brings.
const FORGET: &str = "delete from sign_ins where until <= $1";

const TAKE: &str =
    "insert into sign_ins (attempt, until) values ($1, $2) on conflict (attempt) do nothing";

/// Whether an attempt comes back for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It does.
    First,
    /// It has come back before.
    Again,
}

impl Store {
    /// Takes an attempt in that could come back until `until`, and forgets those that cannot any more.
    pub async fn take_sign_in(
        &self,
        attempt: &str,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<Taken, Error> {
        durable!(self, "sign_ins.take", tx => {
            sqlx::query(FORGET).bind(now.as_microsecond()).execute(&mut *tx).await?;
            let taken = sqlx::query(TAKE)
                .bind(attempt)
                .bind(until.as_microsecond())
                .execute(&mut *tx)
                .await?;
            if taken.rows_affected() == 1 { Taken::First } else { Taken::Again }
        })
    }
}
