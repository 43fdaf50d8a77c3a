//! Synthetic organisms, agreements and entries.

use std::str::FromStr;

use domain::quota::{Daily, Hours};
use domain::{
    Agreement, AgreementState, Annex, CaseId, CertificateKey, HandOver, IndexEntry, Mode,
    OperationKind, Organism, OrganismId, OrganismKind, Place, Purpose, RiskLevel, Territory,
};
use jiff::{SignedDuration, Timestamp};
use journal::{Entry, EntryKind, NodeName};
use store::JournalWriter;
use store::journal::Signer;

pub(crate) fn parsed<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// `seconds` after an instant all tests agree on.
pub(crate) fn at(seconds: i64) -> Timestamp {
    "2026-03-01T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

pub(crate) fn organism(id: &str) -> Organism {
    Organism {
        id: parsed(id),
        kind: OrganismKind::LocalPolice,
        name: format!("Policía Local de PRUEBA {id}"),
    }
}

pub(crate) fn key(byte: u8) -> CertificateKey {
    CertificateKey::from_digest([byte; 32])
}

pub(crate) fn agreement(id: &str, organism: &str) -> Agreement {
    Agreement {
        id: parsed(id),
        organism: parsed(organism),
        state: AgreementState::Effective,
        effective_from: parsed("2026-01-01"),
        expires_on: parsed("2029-12-31"),
        annex: Annex {
            operations: [OperationKind::Hit, OperationKind::Consult].into(),
            purposes: [Purpose::Protection].into(),
            territory: Territory::from_iter([parsed::<Place>("13047"), parsed("P45")]),
            max_risk: RiskLevel::Medium,
            mode: Mode::FollowUp,
            on_behalf_of: [parsed::<OrganismId>("L01130473")].into(),
            services: std::collections::BTreeSet::new(),
            contract: Some(parsed("viogen/1")),
            hand_over: HandOver { days: 30 },
            quotas: quotas(),
            security: domain::MessageSecurity::NONE,
        },
    }
}

/// Quotas that differ from the usual ones in every part.
fn quotas() -> domain::Quotas {
    let daily = |first| Daily {
        requests: Some(first),
        persons: Some(first + 1),
        out_of_hours: None,
        exceptional: Some(first + 2),
    };
    domain::Quotas {
        alarm_percent: 70,
        hours: Hours {
            from: parsed("07:00"),
            until: parsed("22:30"),
        },
        organism: daily(500),
        officer: daily(50),
    }
}

pub(crate) fn indexed(number: u64, version: u32) -> IndexEntry {
    IndexEntry {
        source: domain::Source::Central,
        case: CaseId::new(number, 0),
        version,
        municipality: Some(parsed("13047")),
        responsible: parsed("L01130473"),
        level: Some(RiskLevel::Low),
        state: "activo".to_owned(),
        stays: None,
    }
}

pub(crate) fn node(name: &str) -> NodeName {
    parsed(name)
}

pub(crate) fn entry(number: i64) -> Entry {
    Entry {
        operation: Some("consultarCaso".to_owned()),
        organism: Some(parsed("L01130473")),
        ..Entry::new(
            EntryKind::Asked,
            at(number),
            format!("intercambio-{number}"),
        )
    }
}

/// Not a signature: the text backwards. Enough to see that it travels unchanged.
pub(crate) fn signer() -> Signer {
    Box::new(|text| Ok(text.iter().rev().copied().collect()))
}

pub(crate) fn is_signed(text: &[u8], signature: &[u8]) -> bool {
    text.iter().rev().eq(signature)
}

/// Records as many entries, one after the other.
pub(crate) async fn record(writer: &JournalWriter, count: i64) {
    for number in 0..count {
        writer.record(entry(number)).await.unwrap();
    }
}

/// Runs a statement behind the store's back.
pub(crate) async fn tamper(url: &str, statement: &'static str) {
    use sqlx::Connection;
    if url.starts_with("sqlite:") {
        let mut connection = sqlx::SqliteConnection::connect(url).await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    }
}
