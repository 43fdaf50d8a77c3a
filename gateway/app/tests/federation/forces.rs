//! Every force on both sides of the wire: its reference node, with a database of its own, is asked by the gateway in the
//! force's dialect, and asks and sends in it.
//!
//! The forces are the folders that are there ([`folders`]); what each must do is what its `partner.toml` says
//! ([`behaviour`]). What is told of one force alone is in [`named`].

mod behaviour;
pub(crate) mod folders;
mod named;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{MutexGuard, OnceLock, PoisonError};

use adapters::partner::Partner as Folder;
use contract::{Builder, Document, QName};
use domain::OperationKind;
use folders::{Force, found, served};
use nodes::central::{Behaviour, Central};
use nodes::client::Client;
use nodes::database::Planted;
use nodes::desk::{Desk, DeskError, Seal};
use serde_json::Value;
use toml::Table;

use crate::partner::{OFFICER, fresh};
use crate::site::{PROMPTLY, Site, contract, now, prepared, run, start_node};

/// How long a question to all waits here.
const LONGEST_MS: u64 = 3_000;

struct Federation {
    site: Site,
    forces: Vec<Force>,
    /// Their systems, in the same order.
    systems: Vec<Central>,
}

/// A federation with the systems of all; its tests take turns.
fn federation() -> MutexGuard<'static, Federation> {
    static FEDERATION: OnceLock<std::sync::Mutex<Federation>> = OnceLock::new();
    let federation = FEDERATION.get_or_init(|| std::sync::Mutex::new(run(start())));
    let federation = federation.lock().unwrap_or_else(PoisonError::into_inner);
    for system in &federation.systems {
        system.behave(Behaviour::Honest);
    }
    run(federation.site.until(PROMPTLY, "all answer", async || {
        federation.hit("99999801X").await["sinRespuesta"].is_null()
    }));
    federation
}

async fn start() -> Federation {
    let dir = served();
    let forces = found(&dir);
    let mut systems = Vec::new();
    for force in &forces {
        let folder = Folder::load(&force.folder.dir, &contract()).unwrap();
        systems.push(start_node(folder, &force.system).await);
    }
    let site = Site::start(|config| {
        let holder = config["holder"].as_table().unwrap().clone();
        let asked = forces.iter().zip(&systems);
        let asked = asked.filter(|(force, _)| force.answers(OperationKind::Hit));
        let asked = asked.map(|(force, system)| {
            let mut entry = holder.clone();
            entry.insert("organism".into(), force.system.id.into());
            entry.insert("dialect".into(), force.slug().into());
            entry.insert("url".into(), system.url().into());
            entry.insert("index_every_ms".into(), 200.into());
            toml::Value::from(entry)
        });
        config.insert("partners".into(), asked.collect::<Vec<_>>().into());
        let dir = dir.display().to_string();
        let dialects = Table::from_iter([("dir".to_owned(), dir.into())]);
        config.insert("dialects".into(), dialects.into());
        let longest = i64::try_from(LONGEST_MS).unwrap();
        let waits = Table::from_iter([("longest_ms".to_owned(), longest.into())]);
        config.insert("federation".into(), waits.into());
    });
    let site = site.await;
    let pki = prepared().join("pki");
    let members = forces.iter().flat_map(|it| [&it.client, &it.system]);
    let entries: String = members.map(|it| it.entry(&pki, it.state)).collect();
    site.register(&entries);
    Federation {
        site,
        forces,
        systems,
    }
}

/// A case and the document of its victim, which no other test has. Nobody real.
struct Known {
    id: String,
    document: String,
}

fn known() -> Known {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let number = 99_998_300 + next;
    let letter = domain::person::check_letter(number);
    Known {
        id: format!("01JQ5Z7N2R8X4V6T0K3M9B1D{next:02X}"),
        document: format!("{number}{letter}"),
    }
}

/// A question of the canonical contract.
fn question(name: &str, leaves: &[(&str, &str)]) -> Document {
    let root = QName::new(Some(contract().namespace()), name);
    let mut question = Builder::new(&contract(), contract().root(&root).unwrap());
    for (leaf, value) in leaves {
        question.leaf(leaf, value).unwrap();
    }
    question.finish().unwrap()
}

fn hit(document: &str) -> Document {
    let leaves = [("tipoDocumento", "DNI"), ("numeroDocumento", document)];
    question("ConsultarCoincidencia", &leaves)
}

fn text(document: &Document) -> String {
    let mut bytes = Vec::new();
    document.write_json(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

impl Federation {
    /// The force of that folder.
    fn named(&self, slug: &str) -> &Force {
        let force = self.forces.iter().find(|it| it.slug() == slug);
        force.unwrap_or_else(|| panic!("no folder is called {slug}"))
    }

    /// Those that ask that.
    fn asking(&self, kind: OperationKind) -> Vec<&Force> {
        self.forces.iter().filter(|it| it.asks(kind)).collect()
    }

    /// Those that answer that.
    fn answering(&self, kind: OperationKind) -> Vec<&Force> {
        self.forces.iter().filter(|it| it.answers(kind)).collect()
    }

    fn system(&self, force: &Force) -> &Central {
        let mut both = self.forces.iter().zip(&self.systems);
        let own = both.find(|(it, _)| it.slug() == force.slug());
        own.unwrap().1
    }

    /// Puts a case into the database of a force, of someone who lives in its town.
    fn plant(&self, force: &Force, known: &Known) {
        let planted = Planted {
            id: known.id.parse().unwrap(),
            municipality: force.town,
            victim: known.document.clone(),
            responsible: force.system.id.parse().unwrap(),
            at: 1_700_000_000,
        };
        run(self.system(force).database().plant(&planted)).unwrap();
    }

    /// Asks as a state force whether the person with that document is known.
    async fn hit(&self, document: &str) -> Value {
        let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
        let national = self.site.national();
        let answer = national.post("/v2/coincidencias", &fresh(), &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Waits until the gateway knows where the case is.
    fn until_known(&self, id: &str) {
        let (national, path) = (self.site.national(), format!("/v2/casos/{id}"));
        run(self
            .site
            .until(PROMPTLY, "the index holds the case", async || {
                national.get(&path).await.status == 200
            }));
    }

    /// Where that force speaks to the gateway.
    fn desk(&self, force: &Force) -> Desk {
        let (files, ca) = (
            self.site.pki.organism(force.client.slug),
            self.site.pki.authority(),
        );
        let gateway = self.site.pki.server().certificate;
        Desk {
            client: Client::new(&files.certificate, &files.key, &ca, now()).unwrap(),
            address: Desk::address(&self.site.url, &force.folder).unwrap(),
            organism: force.client.id.parse().unwrap(),
            officer: OFFICER.parse().unwrap(),
            seal: Seal::load(&files.certificate, &files.key, &gateway, now()).unwrap(),
            partner: Folder::load(&force.folder.dir, &contract()).unwrap(),
        }
    }

    /// What the gateway answers to a question that the force says in its own words.
    fn try_ask(&self, force: &Force, question: &Document) -> Result<Document, DeskError> {
        let name = fresh().parse().unwrap();
        run(self.desk(force).ask(question, name))
    }

    /// The same, of a question that is answered.
    #[track_caller]
    fn ask(&self, force: &Force, question: &Document) -> Document {
        let answer = self.try_ask(force, question);
        answer.unwrap_or_else(|error| panic!("{}: {error}", force.slug()))
    }
}
