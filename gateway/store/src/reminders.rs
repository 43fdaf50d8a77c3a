//! Reminders: what was told of something that ends, so that each mark is told once, by one node.

use jiff::Timestamp;

use crate::backend::durable;
use crate::{Error, Store};

// Another mark of the same thing takes the place of the last; the same one changes no row.
const TELL: &str = "
    insert into reminders (about, mark, told_at) values ($1, $2, $3)
    on conflict (about) do update set mark = excluded.mark, told_at = excluded.told_at
    where reminders.mark <> excluded.mark";

/// Whether a reminder is the first of its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    /// It is: it is to be told.
    First,
    /// It was told before, here or by another node.
    Told,
}

impl Store {
    /// Writes down that something is reminded of at this mark, such as a certificate's thirty days.
    pub async fn remind(&self, about: &str, mark: &str, at: Timestamp) -> Result<Reminder, Error> {
        let changed = durable!(self, "reminders.tell", tx => {
            sqlx::query(TELL)
                .bind(about)
                .bind(mark)
                .bind(at.as_microsecond())
                .execute(&mut *tx)
                .await?
                .rows_affected()
        })?;
        Ok(if changed == 0 {
            Reminder::Told
        } else {
            Reminder::First
        })
    }
}
