//! The node of every force as a program: it serves what its folder says, and asks in the same words.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use adapters::partner::{Partner, folders};
use certs::testpki::{TestOrganism, TestPki};
use domain::OperationKind;
use jiff::Timestamp;

use crate::site::contract;

const PROGRAM: &str = env!("CARGO_BIN_EXE_fuerza");
/// A case of the node, and the document of its victim. Nobody real.
const CASE: &str = "01JQ5Z7N2R8X4V6T0K3M9B1E01";
const VICTIM: &str = "99998291X";

/// A running `fuerza serve`, ended when this is dropped.
struct Node {
    child: Child,
    /// The address that it names.
    url: String,
}

impl Node {
    fn start(config: &Path) -> Node {
        let mut command = Command::new(PROGRAM);
        command.args(["serve", "--config"]).arg(config);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        told.read_line(&mut said).unwrap();
        let url = said.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(url.starts_with("https://"), "{said}");
        Node { child, url }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(config: &Path, message: &str, body: &Path) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["ask", "--config"]).arg(config).arg(message);
    command.arg(body).output().unwrap()
}

/// What a tester writes; here the node is asked by whoever holds the gateway's certificate.
fn config(partner: &Path, place: &Path, address: &str) -> String {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/viogen/2");
    let (partner, contract) = (partner.display(), contract.display());
    let place = place.display();
    format!(
        r#"
partner = "{partner}"
contract = "{contract}"
organism = "E99990999"
certificate = "{place}/gateway.pem"
key = "{place}/gateway.key.pem"
ca = "{place}/ca.pem"
signer = "{place}/server.pem"

[serves]
database = "{place}/fuerza.sqlite"
listen = "127.0.0.1:0"
certificate = "{place}/central.pem"
key = "{place}/central.key.pem"
crl = "{place}/crl.pem"
client = "{place}/gateway.pem"

[[serves.cases]]
id = "{CASE}"
municipality = "13047"
victim = "{VICTIM}"

[asks]
address = "{address}"
officer = "AGENTE-PRUEBA"
"#
    )
}

#[test]
fn every_folder_makes_a_node_that_answers_and_asks() {
    let place = tempfile::tempdir().unwrap();
    let organism = TestOrganism {
        slug: "prueba".into(),
        dir3: "E99990999".into(),
        nif: "S9999999A".into(),
        name: "Organismo de prueba".into(),
    };
    let now = Timestamp::now().as_second();
    TestPki::create(place.path(), now, &[organism]).unwrap();
    let hit = place.path().join("pregunta.json");
    let body = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{VICTIM}"}}"#);
    std::fs::write(&hit, body).unwrap();
    let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../adapters/partners");
    let mut tried = 0;
    for dir in folders(&house).unwrap() {
        let partner = Partner::load(&dir, &contract()).unwrap();
        let settings = &partner.settings;
        if partner.dialect.is_none() || !settings.capabilities.answers.contains(&OperationKind::Hit)
        {
            continue;
        }
        tried += 1;
        let slug = &partner.slug;
        // One database for all: what a node holds it puts in only once.
        let file = place.path().join("fuerza.toml");
        std::fs::write(&file, config(&dir, place.path(), "https://localhost:1")).unwrap();
        let node = Node::start(&file);
        std::fs::write(&file, config(&dir, place.path(), &node.url)).unwrap();
        let ended = ask(&file, "ConsultarCoincidencia", &hit);
        let told = String::from_utf8_lossy(&ended.stdout);
        let wrong = String::from_utf8_lossy(&ended.stderr);
        if settings.security_asked.is_none() {
            assert!(told.contains(CASE), "{slug}: {told}{wrong}");
        } else {
            // It signs even that it takes no unsigned question, and who asks has agreed on no signatures with it.
            let named = wrong.contains("seguridad-no-convenida");
            assert!(named && told.is_empty(), "{slug}: {told}{wrong}");
        }
    }
    assert!(tried > 1, "{tried} folders");
}

/// What is wrong is told by name: the command line, the file, what the file lacks.
#[test]
fn what_a_tester_gets_wrong_is_named() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("fuerza.toml");
    let told = || {
        let ended = ask(&file, "ConsultarCoincidencia", &file);
        assert!(!ended.status.success());
        String::from_utf8(ended.stderr).unwrap()
    };
    assert!(told().contains("fuerza.toml"), "{}", told());
    std::fs::write(&file, "partner = 'x'").unwrap();
    assert!(told().contains("missing field `contract`"), "{}", told());
    let ended = Command::new(PROGRAM).arg("serve").output().unwrap();
    let usage = String::from_utf8(ended.stderr).unwrap();
    assert!(
        usage.contains("usage: fuerza serve --config FILE"),
        "{usage}"
    );
}
