//! Counting on PostgreSQL: one statement, one transaction, one round trip.

use std::ops::ControlFlow;

use sqlx::postgres::PgPool;

use super::{Row, Use, number};
use crate::Error;
use crate::transaction::Attempts;

/// `$1` day, `$2` organism, `$3` officer, `$4` persons, `$5` to `$7` requests, out of hours, exceptional.
///
/// The organism's rows come before the officer's, so that no two statements wait for each other in a ring.
const COUNT: &str = "
    with relaxed as (select set_config('synchronous_commit', 'off', true)),
    seen as (
        insert into quota_persons (day, organism, officer, person)
        select $1, $2, bearer.officer, asked.person
        from unnest(array['', $3]) as bearer (officer) cross join unnest($4::bytea[]) as asked (person)
        order by bearer.officer, asked.person
        on conflict do nothing
        returning officer, person),
    counted as (
        insert into quota_use (day, organism, officer, requests, persons, out_of_hours, exceptional)
        select $1, $2, bearer.officer, $5, (select count(*) from seen where seen.officer = bearer.officer), $6, $7
        from unnest(array['', $3]) as bearer (officer) cross join relaxed
        order by bearer.officer
        on conflict (day, organism, officer) do update set
            requests = quota_use.requests + excluded.requests,
            persons = quota_use.persons + excluded.persons,
            out_of_hours = quota_use.out_of_hours + excluded.out_of_hours,
            exceptional = quota_use.exceptional + excluded.exceptional
        returning officer, requests, persons, out_of_hours, exceptional)
    select counted.*, array(select person from seen where seen.officer = counted.officer) from counted";

type Found = (String, i64, i64, i64, i64, Vec<Vec<u8>>);

pub(super) async fn count(
    pool: &PgPool,
    day: &str,
    used: &Use,
) -> Result<(Vec<Row>, [Vec<Vec<u8>>; 2]), Error> {
    let persons: Vec<&[u8]> = used
        .persons
        .iter()
        .map(|person| person.as_bytes().as_slice())
        .collect();
    let mut attempts = Attempts::of("quota.count");
    loop {
        let outcome = sqlx::query_as::<_, Found>(COUNT)
            .bind(day)
            .bind(used.organism.as_str())
            .bind(used.officer.as_str())
            .bind(&persons)
            .bind(number(used.amount.requests))
            .bind(number(used.amount.out_of_hours))
            .bind(number(used.amount.exceptional))
            .fetch_all(pool)
            .await
            .map_err(Error::from);
        if let ControlFlow::Break(outcome) = attempts.judge(outcome).await {
            return outcome.map(sorted);
        }
    }
}

fn sorted(found: Vec<Found>) -> (Vec<Row>, [Vec<Vec<u8>>; 2]) {
    let mut rows = Vec::new();
    let mut fresh = [Vec::new(), Vec::new()];
    for (officer, requests, persons, out_of_hours, exceptional, seen) in found {
        let [of_officer, of_organism] = &mut fresh;
        if officer == super::WHOLE {
            *of_organism = seen;
        } else {
            *of_officer = seen;
        }
        rows.push((officer, requests, persons, out_of_hours, exceptional));
    }
    (rows, fresh)
}
