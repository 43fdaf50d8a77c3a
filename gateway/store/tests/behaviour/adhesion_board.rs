//! The board says what the entries amount to, whatever befell the files; and the database finds what memory would.

use domain::adhesion::{Act, Dossier, Draft, File, Outcome, Proposal, Summary, User, UserRole};
use domain::territory::municipalities;
use domain::{
    AgreementState, MunicipalityCode, Organism, OrganismKind, Place, Staff, StaffRole, StaffRoles,
    Territory, fold,
};
use jiff::Timestamp;
use store::adhesion::acts::{Occasion, Request};
use store::adhesion::board::{Stretch, Wanted};
use store::schema::Schema;
use store::{JournalWriter, Store};

use super::fixtures::{agreement, at, node, parsed, signer, tamper};
use super::open;

const DAY: i64 = 24 * 3600;
const WHOLE: Stretch = Stretch {
    after: 0,
    most: 1000,
};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most).unwrap()).unwrap()
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all.get(self.below(all.len())).unwrap().clone()
    }
}

fn staff(id: &str) -> Staff {
    let roles = [StaffRole::Manager, StaffRole::Supervisor];
    Staff {
        id: parsed(id),
        roles: StaffRoles::new(roles).unwrap(),
    }
}

fn occasion(now: Timestamp) -> Occasion {
    Occasion {
        now,
        exchange: "x-1".to_owned(),
    }
}

struct Desk {
    store: Store,
    journal: JournalWriter,
    pdf: domain::adhesion::DocumentId,
}

impl Desk {
    async fn sit(url: &str) -> Self {
        let store = open(url).await;
        let started = JournalWriter::start(&store, node("nodo.gestion"), signer()).await;
        let (journal, _) = started.unwrap();
        let (by, pdf) = (staff("gestora"), b"%PDF-1.4\nPRUEBA\n%%EOF\n");
        let occasion = occasion(at(0));
        let stored = store.file_document(&journal, &by, pdf, &occasion);
        let pdf = stored.await.unwrap();
        Self {
            store,
            journal,
            pdf,
        }
    }

    /// Opens the file of a town hall, with someone trained on its form.
    async fn opens(&self, number: usize, (code, name): (MunicipalityCode, &str)) -> String {
        let organism = Organism {
            id: parsed(&format!("L01{code}{}", code.check_digit())),
            kind: OrganismKind::LocalPolice,
            name: format!("Policía Local de {name} (PRUEBA)"),
        };
        let id = format!("PRUEBA-{number:03}");
        let file = File::open(parsed(&id), organism.clone(), &staff("gestora"), at(0)).unwrap();
        self.store.open_dossier(&file).await.unwrap();
        let users = [User {
            officer: parsed("PRUEBA-1"),
            role: UserRole::Officer,
            trained_on: Some(parsed("2026-01-01")),
            from: parsed("2026-01-01"),
            until: None,
        }];
        let put = self.store.put_users(&organism.id, &users, "gestora", at(0));
        put.await.unwrap();
        id
    }

    async fn dossier(&self, id: &str) -> Dossier {
        self.store.dossier(&parsed(id)).await.unwrap().unwrap()
    }

    /// Tries an act; whether the rules took it.
    async fn tries(&self, id: &str, act: Act, (by, now): (&str, Timestamp)) -> bool {
        let dossier = self.dossier(id).await;
        let request = Request {
            dossier: parsed(id),
            seen: dossier.version(),
            draft: Draft {
                by: staff(by),
                date: domain::day_in_madrid(now),
                act,
                reference: Some(parsed("BOE-A-2026-99999")),
                document: Some(self.pdf.clone()),
                note: Some(parsed("motivo de PRUEBA")),
            },
        };
        match self
            .store
            .act(&self.journal, &request, &occasion(now))
            .await
        {
            Ok(_) => true,
            Err(error) => {
                assert!(error.code().is_some(), "{error}");
                false
            }
        }
    }

    /// Every summary, made of the entries.
    async fn folded(&self) -> Vec<Summary> {
        let mut all = Vec::new();
        for listed in self.store.dossiers().await.unwrap() {
            let made = self.dossier(listed.id.as_str()).await.summary();
            assert_eq!(listed, made);
            all.push(made);
        }
        all
    }

    /// The board as the database makes it is that which memory makes of the entries.
    async fn agrees(&self, all: &[Summary], wanted: &Wanted, now: Timestamp) -> usize {
        let fits = all.iter().filter(|it| is_wanted(it, wanted, now));
        let mut fits: Vec<_> = fits.cloned().collect();
        let count = |state: &AgreementState| {
            let own = fits.iter().filter(|it| it.state_at(now) == *state).count();
            (*state, u64::try_from(own).unwrap())
        };
        let counts: Vec<_> = AgreementState::ALL
            .iter()
            .map(count)
            .filter(|it| it.1 > 0)
            .collect();
        fits.retain(|it| wanted.state.is_none_or(|state| state == it.state_at(now)));
        fits.sort_by_key(|it| (it.state_at(now), it.since, it.id.clone()));
        let board = self.store.board(wanted, WHOLE, now).await.unwrap();
        assert_eq!(board.counts, counts, "{wanted:?} {now}");
        assert_eq!(board.page, fits, "{wanted:?} {now}");
        assert_eq!(board.all, u64::try_from(fits.len()).unwrap());
        // Page by page only where there are most of them.
        let paged = if wanted.text.is_empty() {
            fits.len()
        } else {
            0
        };
        for after in 0..paged {
            let stretch = Stretch {
                after: u64::try_from(after).unwrap(),
                most: 2,
            };
            let page = self.store.board(wanted, stretch, now).await.unwrap().page;
            let expected: Vec<_> = fits.iter().skip(after).take(2).cloned().collect();
            assert_eq!(page, expected);
        }
        fits.len()
    }
}

/// What is wanted, said another way: in memory.
fn is_wanted(summary: &Summary, wanted: &Wanted, now: Timestamp) -> bool {
    let names = summary
        .territory
        .places()
        .map(|place| place.name().unwrap());
    let names = names.collect::<Vec<_>>().join(" ");
    let organism = &summary.organism;
    let text = format!("{} {} {} {names}", organism.name, organism.id, summary.id);
    let touches = |place: Place| {
        let mut own = summary.territory.places();
        own.any(|own| own.covers(place) || place.covers(own))
    };
    fold::matches(&wanted.text, &text)
        && wanted.place.is_none_or(touches)
        && (!wanted.soon || summary.warning(now).is_some())
}

fn draw(dice: &mut Dice, dossier: &Dossier) -> Act {
    let places = [
        "ES", "CA08", "CA07", "P13", "P28", "13047", "28079", "08019", "52001",
    ];
    let territory: Territory = (0..=dice.below(2))
        .map(|_| parsed::<Place>(dice.of(&places)))
        .collect();
    let annex = Box::new(domain::Annex {
        territory,
        ..agreement("PRUEBA", "L01130473").annex
    });
    let term = parsed(dice.of(&["2026-09-30", "2027-02-27", "2027-12-31", "2029-12-31"]));
    let next = dossier
        .template()
        .after(dossier.state())
        .map(|step| step.to);
    match dice.below(14) {
        0 => Act::Annex(annex),
        1 => Act::Term(term),
        2 => Act::Conformance(Outcome::Passed),
        3 => Act::Back(dice.of(AgreementState::ALL)),
        4 => Act::Filed,
        5 => Act::Rejected,
        6 => Act::Proposed(Proposal::Suspend),
        7 => Act::Proposed(Proposal::Resume),
        8 => Act::Proposed(Proposal::Extend(term)),
        9 => Act::Proposed(dice.of(&[Proposal::Resolve, Proposal::Annex(annex)])),
        10 => Act::Approved,
        _ => match next {
            Some(AgreementState::Effective) => Act::Proposed(Proposal::Activate),
            Some(next) => Act::Step(next),
            None => Act::Approved,
        },
    }
}

/// Takes a file up to its effect, by the shortest way, with that last day.
async fn activate(desk: &Desk, id: &str, last: &str) {
    let annex = agreement("PRUEBA", "L01130473").annex;
    let mut acts = vec![
        Act::Annex(Box::new(annex)),
        Act::Term(parsed(last)),
        Act::Conformance(Outcome::Passed),
    ];
    let steps = desk.dossier(id).await.template().steps;
    let steps = steps.iter().map(|step| step.to);
    acts.extend(
        steps
            .filter(|to| *to < AgreementState::Effective)
            .map(Act::Step),
    );
    acts.push(Act::Proposed(Proposal::Activate));
    for act in acts {
        assert!(
            desk.tries(id, act.clone(), ("gestora", at(1))).await,
            "{act:?}"
        );
    }
    assert!(desk.tries(id, Act::Approved, ("supervisora", at(2))).await);
}

/// Some files, as they come about by chance; some of them in effect.
async fn lives(desk: &Desk, seed: u64) {
    let towns: Vec<_> = municipalities::all().step_by(997).collect();
    let mut dice = Dice(seed);
    for (number, town) in (0..).zip(towns) {
        let id = desk.opens(number, town).await;
        if number % 2 == 0 {
            activate(desk, &id, dice.of(&["2026-09-30", "2029-12-31"])).await;
        }
        for turn in 0..12 {
            let act = draw(&mut dice, &desk.dossier(&id).await);
            let by = dice.of(&["gestora", "supervisora"]);
            desk.tries(&id, act, (by, at(60 + turn * DAY))).await;
        }
    }
}

pub(crate) async fn it_says_what_the_entries_amount_to(url: &str) {
    let desk = Desk::sit(url).await;
    lives(&desk, 0x5EED_0001).await;
    let all = desk.folded().await;
    let texts = [
        "",
        "policia",
        "PRUEBA-00",
        "madrid",
        "castilla mancha",
        "no-hay-tal",
        "% _",
    ];
    let places = [
        None,
        Some("ES"),
        Some("CA08"),
        Some("CA07"),
        Some("P13"),
        Some("P28"),
    ];
    let mut shown = 0;
    for days in [20, 300, 2000] {
        let now = at(days * DAY);
        for (soon, place) in [false, true]
            .into_iter()
            .flat_map(|it| places.map(|place| (it, place)))
        {
            for text in texts {
                let wanted = Wanted {
                    text: text.to_owned(),
                    state: None,
                    place: place.filter(|it| *it != "ES").map(parsed),
                    soon,
                };
                shown += desk.agrees(&all, &wanted, now).await;
            }
        }
        for state in AgreementState::ALL {
            let wanted = Wanted {
                state: Some(*state),
                ..Wanted::default()
            };
            shown += desk.agrees(&all, &wanted, now).await;
        }
    }
    assert!(shown > 100, "{shown}: by chance nothing was looked at");
}

pub(crate) async fn what_was_listed_otherwise_is_made_anew(url: &str) {
    let desk = Desk::sit(url).await;
    let towns: Vec<_> = municipalities::all().take(2).collect();
    for (number, town) in (0..).zip(towns) {
        desk.opens(number, town).await;
    }
    activate(&desk, "PRUEBA-000", "2029-12-31").await;
    let before = desk
        .store
        .board(&Wanted::default(), WHOLE, at(60))
        .await
        .unwrap();
    let wrong = [
        // As a database is before the columns are filled.
        "update dossiers set layout = 0, listed = 0, stage = 0, since_at = 0, lapses_on = null, searched = '', summary = '{}'",
        // As a program leaves it that knows nothing of them.
        "update dossiers set listed = listed - 1, stage = 3 where listed > 0",
    ];
    for statement in wrong {
        tamper(url, statement).await;
        tamper(
            url,
            "delete from dossier_places where dossier = 'PRUEBA-000'",
        )
        .await;
        assert_eq!(
            desk.store.schema().await.unwrap(),
            Schema::Behind,
            "{statement}"
        );
        desk.store.migrate().await.unwrap();
        assert_eq!(desk.store.schema().await.unwrap(), Schema::Current);
        let after = desk
            .store
            .board(&Wanted::default(), WHOLE, at(60))
            .await
            .unwrap();
        assert_eq!(after, before, "{statement}");
        let place = Some(parsed("P13"));
        let within = Wanted {
            place,
            ..Wanted::default()
        };
        assert_eq!(desk.agrees(&desk.folded().await, &within, at(60)).await, 1);
    }
}

pub(crate) async fn agreements_without_a_file_are_told(url: &str) {
    let store = open(url).await;
    store
        .put_organism(&super::fixtures::organism("L01130473"))
        .await
        .unwrap();
    for id in ["CONV-1", "CONV-2"] {
        store
            .put_agreement(&agreement(id, "L01130473"))
            .await
            .unwrap();
    }
    let told = store.unfiled(1).await.unwrap();
    let told = told.first().unwrap();
    assert_eq!(
        (told.agreement.as_str(), told.organism.as_str()),
        ("CONV-1", "L01130473")
    );
    assert_eq!(store.unfiled(9).await.unwrap().len(), 2);
}
