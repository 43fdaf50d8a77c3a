//! The configuration files of a demonstration.

use std::path::Path;

use certs::testpki::TestPki;

use super::federation::{CENTRAL, PADRON};
use super::folder::Folder;
use crate::home::Home;

/// The ports of both systems; 0 takes a free one.
pub(super) struct Ports {
    pub central: u16,
    pub gateway: u16,
    pub padron: u16,
    pub console: u16,
}

/// The gateway's configuration.
pub(super) fn gateway(folder: &Folder, pki: &TestPki, home: &Home, ports: &Ports) -> String {
    let (server, client) = (pki.server(), pki.gateway());
    let url = toml::Value::from(format!("sqlite://{}", folder.database().display()));
    format!(
        r#"[node]
id = "demo"
organism = "{CENTRAL}"

[listen]
address = "127.0.0.1:{gateway_port}"
workers = 2

[tls]
certificate = {server_certificate}
key = {server_key}
client_ca = {authority}
crl = {revocations}

[store]
url = {url}
migrate_at_start = true

[contracts]
fronted = {fronted}
versions = [{version_1}]
context = {context}

[dialects]
dir = {dialects}

[policies]
dir = {policies}

[holder]
organism = "{CENTRAL}"
url = "https://localhost:{central_port}/servicios/viogen/2"
ca = {authority}
certificate = {client_certificate}
key = {client_key}
index_every_ms = 1000

[[services]]
contract = {padron}
organism = "{PADRON}"
url = "https://localhost:{padron_port}/servicios/padron/1"
ca = {authority}
certificate = {client_certificate}
key = {client_key}

{console}
{keys}"#,
        console = console(pki, ports.console),
        keys = keys(pki),
        gateway_port = ports.gateway,
        central_port = ports.central,
        padron_port = ports.padron,
        padron = quoted(&home.contracts().join("padron/1")),
        server_certificate = quoted(&server.certificate),
        server_key = quoted(&server.key),
        authority = quoted(&pki.authority()),
        revocations = quoted(&pki.revocation_list()),
        fronted = quoted(&home.contracts().join("viogen/2")),
        version_1 = quoted(&home.contracts().join("viogen/1")),
        context = quoted(&home.contracts().join("contexto/1")),
        dialects = quoted(&home.partners()),
        policies = quoted(&home.policies()),
        client_certificate = quoted(&client.certificate),
        client_key = quoted(&client.key),
    )
}

/// The console; its staff have certificates of the same authority as everyone else here.
fn console(pki: &TestPki, port: u16) -> String {
    let server = pki.server();
    format!(
        r#"[console]
address = "127.0.0.1:{port}"
certificate = {certificate}
key = {key}
client_ca = {authority}
crl = {revocations}
"#,
        certificate = quoted(&server.certificate),
        key = quoted(&server.key),
        authority = quoted(&pki.authority()),
        revocations = quoted(&pki.revocation_list()),
    )
}

/// What the gateway seals, veils and signs with.
fn keys(pki: &TestPki) -> String {
    let server = pki.server();
    format!(
        r"[journal]
checkpoint_key = {seal}

[supervision]
key = {supervision}

[signing]
certificate = {certificate}
key = {key}
",
        seal = quoted(&pki.seal()),
        supervision = quoted(&pki.supervision()),
        certificate = quoted(&server.certificate),
        key = quoted(&server.key),
    )
}

fn quoted(path: &Path) -> String {
    toml::Value::from(path.display().to_string()).to_string()
}

/// The configuration of the provider of `padron/1`.
pub(super) fn padron(pki: &TestPki, home: &Home, port: u16) -> String {
    let files = pki.central();
    format!(
        r#"contract = {contract}
listen = "127.0.0.1:{port}"
certificate = {certificate}
key = {key}
client_ca = {authority}
crl = {revocations}
client = {client}
"#,
        contract = quoted(&home.contracts().join("padron/1")),
        certificate = quoted(&files.certificate),
        key = quoted(&files.key),
        authority = quoted(&pki.authority()),
        revocations = quoted(&pki.revocation_list()),
        client = quoted(&pki.gateway().certificate),
    )
}

/// The central system's configuration.
pub(super) fn central(
    folder: &Folder,
    pki: &TestPki,
    home: &Home,
    ports: &Ports,
    (seed, provinces): (u64, &[u8]),
) -> String {
    let files = pki.central();
    format!(
        r#"database = {database}
seed = {seed}
provinces = {provinces:?}
contract = {contract}
listen = "127.0.0.1:{port}"
workers = 1
certificate = {certificate}
key = {key}
client_ca = {authority}
crl = {revocations}
client = {client}
"#,
        database = quoted(&folder.central()),
        contract = quoted(&home.contracts().join("viogen/2")),
        port = ports.central,
        certificate = quoted(&files.certificate),
        key = quoted(&files.key),
        authority = quoted(&pki.authority()),
        revocations = quoted(&pki.revocation_list()),
        client = quoted(&pki.gateway().certificate),
    )
}
