//! Files of adhesion: each act once, with its evidence, and the registry says what the file says.

use domain::adhesion::{Act, Dossier, Draft, File, Outcome, Proposal, Refused, User, UserRole};
use domain::{AgreementId, AgreementState, Organism, Staff, StaffRole, StaffRoles, Standing};
use store::adhesion::acts::{Occasion, Request};
use store::{Error, JournalWriter, Store};

use super::fixtures::{agreement, at, node, organism, parsed, signer, tamper};
use super::open;

pub(super) const ID: &str = "PRUEBA-HERENCIA";
pub(super) const HERENCIA: &str = "L01130473";
const PDF: &[u8] = b"%PDF-1.4\nPRUEBA\n%%EOF\n";

pub(super) fn staff(id: &str) -> Staff {
    let roles: &[StaffRole] = match id {
        "auditora" => &[StaffRole::Auditor],
        "gestora" => &[StaffRole::Manager],
        _ => &[StaffRole::Manager, StaffRole::Supervisor],
    };
    Staff {
        id: parsed(id),
        roles: StaffRoles::new(roles.iter().copied()).unwrap(),
    }
}

fn file() -> File {
    File::open(parsed(ID), organism(HERENCIA), &staff("gestora"), at(0)).unwrap()
}

/// What a file is opened with.
fn herencia() -> (AgreementId, Organism) {
    (parsed(ID), organism(HERENCIA))
}

pub(super) fn user(officer: &str) -> User {
    User {
        officer: parsed(officer),
        role: UserRole::Officer,
        trained_on: Some(parsed("2026-01-01")),
        from: parsed("2026-01-01"),
        until: None,
    }
}

/// A store with its journal.
pub(super) struct Desk {
    pub(super) store: Store,
    pub(super) journal: JournalWriter,
}

impl Desk {
    pub(super) async fn sit(url: &str) -> Self {
        let store = open(url).await;
        let started = JournalWriter::start(&store, node("nodo.gestion"), signer()).await;
        let (journal, _) = started.unwrap();
        Self { store, journal }
    }

    pub(super) fn occasion() -> Occasion {
        Occasion {
            now: at(60),
            exchange: "x-1".to_owned(),
        }
    }

    async fn open_file(&self) {
        self.opens("gestora", herencia()).await.unwrap();
    }

    async fn opens(
        &self,
        by: &str,
        (id, organism): (AgreementId, Organism),
    ) -> Result<File, Error> {
        let (by, occasion) = (staff(by), Self::occasion());
        let about = (&id, &organism);
        let opened = self.store.open_file(&self.journal, &by, about, &occasion);
        opened.await
    }

    async fn paper(&self) -> domain::adhesion::DocumentId {
        let by = staff("gestora");
        let occasion = Self::occasion();
        let stored = self.store.file_document(&self.journal, &by, PDF, &occasion);
        stored.await.unwrap()
    }

    pub(super) async fn dossier(&self) -> Dossier {
        self.store.dossier(&parsed(ID)).await.unwrap().unwrap()
    }

    /// Does it with every paper, on the version that it had been shown.
    pub(super) async fn act_on(&self, by: &str, seen: u32, act: Act) -> Result<Dossier, Error> {
        let draft = Draft {
            by: staff(by),
            date: parsed("2026-03-01"),
            act,
            reference: Some(parsed("BOE-A-2026-99999")),
            document: Some(self.paper().await),
            note: Some(parsed("motivo de PRUEBA")),
        };
        let request = Request {
            dossier: parsed(ID),
            seen,
            draft,
        };
        let occasion = Self::occasion();
        self.store.act(&self.journal, &request, &occasion).await
    }

    async fn act(&self, by: &str, act: Act) -> Result<Dossier, Error> {
        let seen = self.dossier().await.version();
        self.act_on(by, seen, act).await
    }

    /// All but the approval of the activation.
    pub(super) async fn propose(&self) {
        self.open_file().await;
        let id = parsed(HERENCIA);
        let (by, occasion) = (staff("gestora"), Self::occasion());
        let users = [user("PRUEBA-1")];
        let kept = self
            .store
            .keep_users(&self.journal, &by, (&id, &users), &occasion);
        kept.await.unwrap();
        let annex = agreement(ID, HERENCIA).annex;
        let mut acts = vec![
            Act::Annex(Box::new(annex)),
            Act::Term(parsed("2029-12-31")),
            Act::Conformance(Outcome::Passed),
        ];
        let template = self.dossier().await.template();
        let steps = template.steps.iter().map(|step| step.to);
        let steps = steps.filter(|to| *to != AgreementState::Effective);
        acts.extend(steps.map(Act::Step));
        acts.push(Act::Proposed(Proposal::Activate));
        for act in acts {
            self.act("gestora", act).await.unwrap();
        }
    }

    /// What the evidence says: operation, and the problem if it was refused.
    pub(super) async fn evidence(&self) -> Vec<(String, Option<String>)> {
        let mut export = self.store.export_journal(self.journal.node().clone());
        let page = export.next_page().await.unwrap();
        let entries = page
            .iter()
            .map(|row| journal::sealed::open(&row.bytes).unwrap().entry);
        entries
            .map(|entry| (entry.operation.unwrap(), entry.problem))
            .collect()
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Error>) -> &'static str {
    outcome.unwrap_err().code().unwrap()
}

pub(crate) async fn a_file_is_opened_once(url: &str) {
    let desk = Desk::sit(url).await;
    desk.open_file().await;
    let registry = desk.store.load_registry().await.unwrap();
    assert_eq!(
        registry.organism(&parsed(HERENCIA)),
        Some(&organism(HERENCIA))
    );
    assert_eq!((registry.version(), registry.agreements().count()), (1, 0));
    let again = desk.opens("gestora", herencia()).await;
    assert_eq!(code(again), "expediente-existente");
    let auditor = desk.opens("auditora", herencia()).await;
    assert_eq!(code(auditor), "auditor-no-actua");
    let nowhere = (parsed("PRUEBA-NADA"), organism("L01139992"));
    let nowhere = desk.opens("gestora", nowhere).await;
    assert_eq!(code(nowhere), "municipio-inexistente");
    // One whose agreement came by a registry file, and one whose organism is something else.
    let imported = agreement("CONV-1", HERENCIA);
    desk.store.put_agreement(&imported).await.unwrap();
    let named = |id: &str, kind| File {
        id: parsed(id),
        organism: domain::Organism {
            kind,
            ..organism(HERENCIA)
        },
        ..file()
    };
    for (id, kind, expected) in [
        (
            "CONV-1",
            domain::OrganismKind::LocalPolice,
            "convenio-sin-expediente",
        ),
        (
            "CONV-2",
            domain::OrganismKind::Court,
            "organismo-de-otro-tipo",
        ),
    ] {
        let refused = desk.store.open_dossier(&named(id, kind)).await;
        assert_eq!(code(refused), expected);
        assert_eq!(desk.store.dossier(&parsed(id)).await.unwrap(), None);
    }
    let told = desk.evidence().await;
    let told: Vec<_> = told.iter().map(|(_, problem)| problem.as_deref()).collect();
    let refused = [
        Some("expediente-existente"),
        Some("auditor-no-actua"),
        Some("municipio-inexistente"),
    ];
    let (opened, others) = told.split_at(2);
    assert_eq!(opened, [None, None]);
    assert_eq!(others, refused);
}

pub(crate) async fn a_file_becomes_an_agreement(url: &str) {
    let desk = Desk::sit(url).await;
    desk.propose().await;
    let before = desk.store.load_registry().await.unwrap();
    assert_eq!(before.agreements().count(), 0);
    let active = desk.act("supervisora", Act::Approved).await.unwrap();
    let after = desk.store.load_registry().await.unwrap();
    assert_eq!(after.version(), before.version() + 1);
    let agreed = after.agreement_of(&parsed(HERENCIA), at(0)).unwrap();
    assert_eq!(Some((**agreed).clone()), active.agreement());
    assert_eq!(agreed.standing(at(0)), Standing::Effective);
    // What was entered reads back, and the list shows it.
    assert_eq!(desk.dossier().await, active);
    assert_eq!(desk.store.dossiers().await.unwrap(), [active.summary()]);
    // A paper that changes nothing of the agreement leaves the registry as it is.
    desk.act("gestora", Act::Filed).await.unwrap();
    assert_eq!(
        desk.store.registry_version().await.unwrap(),
        after.version()
    );
    for (act, open) in [(Proposal::Suspend, false), (Proposal::Resume, true)] {
        desk.act("gestora", Act::Proposed(act)).await.unwrap();
        desk.act("supervisora", Act::Approved).await.unwrap();
        let registry = desk.store.load_registry().await.unwrap();
        let agreed = registry.agreement_of(&parsed(HERENCIA), at(0)).unwrap();
        assert_eq!(agreed.standing(at(0)) == Standing::Effective, open);
    }
}

pub(crate) async fn of_two_who_approve_at_once_one_succeeds(url: &str) {
    let desk = std::sync::Arc::new(Desk::sit(url).await);
    desk.propose().await;
    let seen = desk.dossier().await.version();
    let officials = ["supervisora", "otra-supervisora"];
    let approving = officials.map(|by| {
        let desk = std::sync::Arc::clone(&desk);
        tokio::spawn(async move { desk.act_on(by, seen, Act::Approved).await })
    });
    let mut refused = Vec::new();
    for outcome in approving {
        refused.extend(outcome.await.unwrap().err().map(|error| error.code()));
    }
    assert_eq!(refused, [Some("expediente-cambiado")]);
    assert_eq!(desk.dossier().await.version(), seen + 1);
    let told = desk.evidence().await;
    let stale = told
        .iter()
        .filter(|(_, problem)| problem.as_deref() == Some("expediente-cambiado"));
    assert_eq!(stale.count(), 1);
}

pub(crate) async fn refused_acts_are_evidence_and_nothing_else(url: &str) {
    let desk = Desk::sit(url).await;
    desk.open_file().await;
    let step = || Act::Step(AgreementState::Signed);
    for (by, act, expected) in [
        ("gestora", step(), "paso-omitido"),
        ("auditora", step(), "auditor-no-actua"),
        ("gestora", Act::Approved, "falta-rol"),
    ] {
        assert_eq!(code(desk.act(by, act).await), expected);
    }
    let stale = desk.act_on("gestora", 7, Act::Filed).await;
    assert!(
        matches!(stale, Err(Error::Refused(Refused::Stale(7, 0)))),
        "{stale:?}"
    );
    assert_eq!(desk.dossier().await.entries(), []);
    let told = desk.evidence().await;
    let acts = told
        .into_iter()
        .filter(|(operation, _)| operation != "adhesion.documento");
    let expected = [
        ("adhesion.apertura", None),
        ("adhesion.paso.firmado", Some("paso-omitido")),
        ("adhesion.paso.firmado", Some("auditor-no-actua")),
        ("adhesion.aprobacion", Some("falta-rol")),
        ("adhesion.incorporacion", Some("expediente-cambiado")),
    ];
    let expected =
        expected.map(|(operation, problem)| (operation.to_owned(), problem.map(str::to_owned)));
    assert_eq!(acts.collect::<Vec<_>>(), expected);
}

#[allow(clippy::too_many_lines, reason = "one story, told in order")]
pub(crate) async fn papers_are_kept_by_their_digest(url: &str) {
    let desk = Desk::sit(url).await;
    desk.open_file().await;
    let id = desk.paper().await;
    assert_eq!(desk.paper().await, id);
    let known = desk.store.document(&id).await.unwrap().unwrap();
    assert_eq!(
        (known.media_type.as_str(), known.size),
        ("application/pdf", PDF.len() as u64)
    );
    assert_eq!(
        desk.store.document_bytes(&id).await.unwrap().as_deref(),
        Some(PDF)
    );
    let (by, occasion) = (staff("gestora"), Desk::occasion());
    let table: [(&[u8], &str); 3] = [
        (b"", "documento-vacio"),
        (b"<html>%PDF-</html>", "documento-no-es-pdf"),
        (b"%PDF-1.4 %%EO", "documento-incompleto"),
    ];
    for (bytes, expected) in table {
        let refused = desk
            .store
            .file_document(&desk.journal, &by, bytes, &occasion)
            .await;
        assert_eq!(code(refused), expected);
    }
    // Who proposes an extension brings its paper.
    let supervisor = Staff {
        roles: StaffRoles::new([StaffRole::Supervisor]).unwrap(),
        ..staff("supervisora")
    };
    let paper = b"%PDF-1.4\nPRUEBA de prorroga\n%%EOF\n";
    let stored = desk
        .store
        .file_document(&desk.journal, &supervisor, paper, &occasion)
        .await;
    let stored = stored.unwrap();
    assert_eq!(
        desk.store.document_bytes(&stored).await.unwrap().as_deref(),
        Some(paper.as_slice())
    );
    let auditor = staff("auditora");
    let refused = desk
        .store
        .file_document(&desk.journal, &auditor, PDF, &occasion)
        .await;
    assert_eq!(code(refused), "auditor-no-actua");
    // An act on a paper that nobody has.
    let request = Request {
        dossier: parsed(ID),
        seen: 0,
        draft: Draft {
            by,
            date: parsed("2026-03-01"),
            act: Act::Filed,
            reference: None,
            document: Some(parsed(&"0".repeat(64))),
            note: None,
        },
    };
    let refused = desk.store.act(&desk.journal, &request, &occasion).await;
    assert_eq!(code(refused), "documento-inexistente");
    tamper(
        url,
        "update documents set digest = 'aaaaaaaa' || substr(digest, 9)",
    )
    .await;
    let renamed = format!("aaaaaaaa{}", &id.as_str()[8..]);
    let found = desk.store.document_bytes(&parsed(&renamed)).await;
    assert!(matches!(found, Err(Error::Corrupt { .. })), "{found:?}");
}

pub(crate) async fn users_are_part_of_the_registry(url: &str) {
    let desk = Desk::sit(url).await;
    let (id, by, occasion) = (parsed(HERENCIA), staff("gestora"), Desk::occasion());
    let nobody = desk
        .store
        .keep_users(&desk.journal, &by, (&id, &[]), &occasion);
    assert_eq!(code(nobody.await), "organismo-inexistente");
    desk.store.put_organism(&organism(HERENCIA)).await.unwrap();
    let gone = User {
        until: Some(parsed("2026-02-28")),
        ..user("PRUEBA-2")
    };
    let users = [user("PRUEBA-1"), user("PRUEBA-2")];
    for kept in [&users[..], &[gone]] {
        let kept = desk
            .store
            .keep_users(&desk.journal, &by, (&id, kept), &occasion);
        kept.await.unwrap();
    }
    let registry = desk.store.load_registry().await.unwrap();
    assert_eq!(registry.version(), 3);
    let form = registry.forms().of(&id).unwrap();
    for (officer, admitted) in [("PRUEBA-1", true), ("PRUEBA-2", false), ("PRUEBA-3", false)] {
        let day = parsed("2026-03-01");
        assert_eq!(form.admits(&parsed(officer), day), admitted, "{officer}");
    }
    assert_eq!(registry.forms().of(&parsed("L01280796")), None);
    let auditor = staff("auditora");
    for users in [&users[..], &[]] {
        let about = (&id, users);
        let refused = desk
            .store
            .keep_users(&desk.journal, &auditor, about, &occasion);
        assert_eq!(code(refused.await), "auditor-no-actua");
        let last = desk.evidence().await.pop().unwrap();
        assert_eq!(last.1.as_deref(), Some("auditor-no-actua"));
    }
    assert_eq!(
        desk.store.registry_version().await.unwrap(),
        registry.version()
    );
    assert_eq!(desk.store.users_form(&id).await.unwrap(), *form);
}

pub(crate) async fn what_a_file_keeps_changes_by_its_acts_only(url: &str) {
    let desk = Desk::sit(url).await;
    desk.propose().await;
    let imported = agreement(ID, HERENCIA);
    let early = desk.store.put_agreement(&imported).await;
    assert_eq!(code(early), "convenio-con-expediente");
    let active = desk.act("supervisora", Act::Approved).await.unwrap();
    let own = active.agreement().unwrap();
    desk.store.put_agreement(&own).await.unwrap();
    let wider = domain::Agreement {
        expires_on: parsed("2030-12-31"),
        ..own
    };
    let refused = desk.store.put_agreement(&wider).await;
    assert_eq!(code(refused), "convenio-con-expediente");
}

pub(crate) async fn what_was_entered_stays(url: &str) {
    let desk = Desk::sit(url).await;
    desk.open_file().await;
    let before = desk.act("gestora", Act::Filed).await.unwrap();
    for statement in [
        "update dossier_entries set entry = '{}'",
        "delete from dossier_entries",
    ] {
        let url = url.to_owned();
        let outcome = tokio::spawn(async move { tamper(&url, statement).await }).await;
        assert!(outcome.is_err(), "{statement}");
    }
    assert_eq!(desk.dossier().await, before);
}

pub(crate) async fn one_agreement_of_an_organism_is_open_at_a_time(url: &str) {
    let desk = Desk::sit(url).await;
    desk.propose().await;
    let old = agreement("CONV-OLD", HERENCIA);
    desk.store.put_agreement(&old).await.unwrap();
    let refused = desk.act("supervisora", Act::Approved).await;
    assert_eq!(code(refused), "otro-convenio-en-vigor");
    let told = desk.evidence().await;
    let denied = (
        "adhesion.aprobacion".to_owned(),
        Some("otro-convenio-en-vigor".to_owned()),
    );
    assert_eq!(told.last(), Some(&denied));
    let resolved = domain::Agreement {
        state: AgreementState::Resolved,
        ..old
    };
    desk.store.put_agreement(&resolved).await.unwrap();
    desk.act("supervisora", Act::Approved).await.unwrap();
    for proposal in [Proposal::Suspend, Proposal::Resolve] {
        desk.act("gestora", Act::Proposed(proposal)).await.unwrap();
        desk.act("supervisora", Act::Approved).await.unwrap();
        let registry = desk.store.load_registry().await.unwrap();
        let counts = registry.agreement_of(&parsed(HERENCIA), at(0)).unwrap();
        assert_ne!(counts.standing(at(0)), Standing::Effective);
    }
}

pub(crate) async fn the_evidence_says_what_was_done(url: &str) {
    let desk = Desk::sit(url).await;
    desk.propose().await;
    desk.act("supervisora", Act::Approved).await.unwrap();
    let digest = |text: String| journal::Digest::of(text.as_bytes());
    let dossier = desk.dossier().await;
    let mut done: Vec<_> = dossier
        .entries()
        .iter()
        .map(|entry| digest(serde_json::to_string(entry).unwrap()))
        .collect();
    done.push(digest(serde_json::to_string(&user("PRUEBA-1")).unwrap()));
    let mut export = desk.store.export_journal(desk.journal.node().clone());
    let page = export.next_page().await.unwrap();
    let told = page
        .iter()
        .map(|row| journal::sealed::open(&row.bytes).unwrap().entry);
    let kept = told.filter(|entry| {
        let operation = entry.operation.as_deref().unwrap();
        operation != "adhesion.documento" && operation != "adhesion.apertura"
    });
    let mut kept: Vec<_> = kept.map(|entry| entry.request_digest.unwrap()).collect();
    done.sort();
    kept.sort();
    assert_eq!(kept, done);
}
