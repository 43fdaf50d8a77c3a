//! Imports beside files of adhesion: what they may not open, and what takes two people.

use domain::AgreementState;
use domain::adhesion::User;
use store::Error;
use store::registry::import::{Enrolment, Imported, ImportedFile};

use super::adhesion::{Desk, HERENCIA, ID, staff, user};
use super::fixtures::{agreement, key, organism, parsed};

#[allow(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn an_import_opens_nothing_beside_a_file(url: &str) {
    let desk = Desk::sit(url).await;
    desk.propose().await;
    let plain = || Enrolment {
        organism: organism(HERENCIA),
        keys: vec![],
        certificates: vec![],
        agreements: vec![],
        users: vec![],
    };
    let state = |state| domain::Agreement {
        state,
        ..agreement("CONV-NEW", HERENCIA)
    };
    let open = Enrolment {
        agreements: vec![state(AgreementState::Effective)],
        ..plain()
    };
    let court = domain::Organism {
        kind: domain::OrganismKind::Court,
        ..organism(HERENCIA)
    };
    let back = User {
        until: Some(parsed("2031-01-01")),
        ..user("PRUEBA-1")
    };
    let table = [
        (open, Some("organismo-con-expediente")),
        (
            Enrolment {
                organism: court,
                ..plain()
            },
            Some("organismo-de-otro-tipo"),
        ),
        (
            Enrolment {
                users: vec![back],
                ..plain()
            },
            Some("organismo-con-expediente"),
        ),
        (
            Enrolment {
                agreements: vec![agreement(ID, HERENCIA)],
                ..plain()
            },
            Some("convenio-con-expediente"),
        ),
        // What ends access, what is so already, and keys.
        (
            Enrolment {
                agreements: vec![state(AgreementState::Resolved)],
                users: vec![user("PRUEBA-1")],
                keys: vec![key(7)],
                ..plain()
            },
            None,
        ),
    ];
    for (enrolment, expected) in table {
        // Beside one that could be registered: all of a file, or nothing.
        let other = Enrolment {
            organism: organism("L01280796"),
            ..plain()
        };
        let before = desk.store.load_registry().await.unwrap();
        let file = journal::Digest::of(b"PRUEBA");
        let both = [other, enrolment];
        let says = journal::Digest::of(format!("{expected:?}").as_bytes());
        let file = ImportedFile {
            enrolments: &both,
            text: file,
            says,
        };
        let imported = imported_by_two(&desk, &file).await;
        let after = desk.store.load_registry().await.unwrap();
        assert_eq!(imported.as_ref().err().and_then(Error::code), expected);
        assert_eq!(after == before, expected.is_some(), "{expected:?}");
        let last = desk.evidence().await.pop().unwrap();
        assert_eq!(
            last,
            (
                "registro.importacion".to_owned(),
                expected.map(str::to_owned)
            )
        );
    }
}

/// What a file of adhesion forbids is refused to whoever proposes it, and to whoever carries out what was proposed before
/// there was a file: in the same words.
pub(crate) async fn what_a_file_forbids_is_not_proposed(url: &str) {
    let desk = Desk::sit(url).await;
    desk.store.put_organism(&organism(HERENCIA)).await.unwrap();
    let open = [Enrolment {
        organism: organism(HERENCIA),
        keys: vec![key(8)],
        certificates: vec![],
        agreements: vec![agreement("CONV-NEW", HERENCIA)],
        users: vec![],
    }];
    let file = |says: &[u8]| ImportedFile {
        enrolments: &open,
        text: journal::Digest::of(b"PRUEBA"),
        says: journal::Digest::of(says),
    };
    let imports = async |who: &'static str, says: &[u8]| {
        let (by, occasion, file) = (staff(who), Desk::occasion(), file(says));
        let store = &desk.store;
        let imported = store.import_file(&desk.journal, &by, &file, &occasion);
        imported.await.map_err(|error| error.to_string())
    };
    let before = imports("gestora", b"antes").await;
    assert!(matches!(before, Ok(Imported::Proposed(_))), "{before:?}");
    desk.propose().await;
    let registered = desk.store.load_registry().await.unwrap();
    let words = Error::OrganismOfDossier(parsed(HERENCIA)).to_string();
    let table: [(&'static str, &[u8]); 3] = [
        ("gestora", b"nuevo"),
        // Nothing was proposed, so that she would be who proposes.
        ("supervisora", b"nuevo"),
        ("supervisora", b"antes"),
    ];
    for (who, says) in table {
        assert_eq!(imports(who, says).await, Err(words.clone()), "{who}");
        let last = desk.evidence().await.pop().unwrap();
        let denied = Some("organismo-con-expediente".to_owned());
        assert_eq!(last, ("registro.importacion".to_owned(), denied), "{who}");
        let after = desk.store.load_registry().await.unwrap();
        assert_eq!(after, registered, "{who}: trying leaves nothing");
    }
}

/// As it takes: what opens access is proposed by one and imported by another.
async fn imported_by_two(desk: &Desk, file: &ImportedFile<'_>) -> Result<Imported, Error> {
    let by = |who: &'static str| async move {
        let (by, occasion) = (staff(who), Desk::occasion());
        let store = &desk.store;
        store.import_file(&desk.journal, &by, file, &occasion).await
    };
    match by("gestora").await? {
        Imported::Done => Ok(Imported::Done),
        Imported::Proposed(_) => by("supervisora").await,
    }
}

/// An organism without a file of adhesion.
const NEW: &str = "L01280796";

#[allow(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn what_an_import_opens_takes_two(url: &str) {
    let desk = Desk::sit(url).await;
    let enrolment = |id: &str, keys: Vec<_>, agreements: Vec<_>| Enrolment {
        organism: organism(id),
        keys,
        certificates: vec![],
        agreements,
        users: vec![],
    };
    let court = Enrolment {
        organism: domain::Organism {
            kind: domain::OrganismKind::Court,
            ..organism(NEW)
        },
        ..enrolment(NEW, vec![], vec![])
    };
    let wide = agreement("CONV-NEW", NEW);
    let ended = domain::Agreement {
        state: AgreementState::Resolved,
        ..wide.clone()
    };
    desk.store.put_organism(&organism(HERENCIA)).await.unwrap();
    // In this order: who imports which file, and what comes of it.
    let files = [
        enrolment(NEW, vec![], vec![]),
        enrolment(NEW, vec![key(9)], vec![]),
        enrolment(NEW, vec![key(9)], vec![wide]),
        enrolment(NEW, vec![], vec![ended]),
        court,
    ];
    let table: [(&str, usize, Result<usize, &str>); 12] = [
        ("auditora", 0, Err("papel-insuficiente")),
        ("gestora", 0, Ok(0)),
        ("gestora", 1, Ok(1)),
        ("gestora", 1, Err("propuesta-propia")),
        ("auditora", 1, Err("papel-insuficiente")),
        ("supervisora", 1, Ok(0)),
        ("gestora", 1, Ok(0)),
        ("gestora", 2, Ok(1)),
        ("supervisora", 2, Ok(0)),
        ("gestora", 3, Ok(0)),
        ("gestora", 4, Ok(1)),
        ("supervisora", 4, Ok(0)),
    ];
    for (step, (who, at, expected)) in table.into_iter().enumerate() {
        let before = desk.store.load_registry().await.unwrap();
        let file = ImportedFile {
            enrolments: files.get(at..=at).unwrap(),
            text: journal::Digest::of(b"PRUEBA"),
            says: journal::Digest::of(&[u8::try_from(at).unwrap()]),
        };
        let (by, occasion) = (staff(who), Desk::occasion());
        let imported = desk.store.import_file(&desk.journal, &by, &file, &occasion);
        let imported = imported.await;
        let told = imported.as_ref().map(|it| match it {
            Imported::Done => 0,
            Imported::Proposed(openings) => openings.len(),
        });
        assert_eq!(
            told.map_err(|it| it.code().unwrap()),
            expected,
            "{step}: {who}, file {at}"
        );
        let after = desk.store.load_registry().await.unwrap();
        // An import raises the version, whatever it changes.
        let done = matches!(imported, Ok(Imported::Done));
        assert_eq!(before.version() != after.version(), done, "{step}");
    }
}
