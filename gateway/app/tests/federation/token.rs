//! A gateway whose signing key lies in a token (`SoftHSM`, a folder of tokens of its own).

use std::path::Path;
use std::process::Command;

use adapters::soap::SoapVersion;
use certs::testpki::TestPki;
use toml::Table;

use crate::members::{MOSSOS_SYSTEM, SIGNER, SYSTEMS};
use crate::partner::fresh;
use crate::signed::{opened, question, signed_by, signer};
use crate::signed_rest;
use crate::site::{PROMPTLY, Site, prepared, run, start_signing};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "12345678";

fn softhsm(configuration: &Path, arguments: &[&str]) {
    let made = Command::new("softhsm2-util")
        .args(arguments)
        .args(["--pin", PIN])
        .env("SOFTHSM2_CONF", configuration)
        .output()
        .expect("softhsm2-util is missing: `conformance-tests/run tools` installs it");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{arguments:?}: {said}");
}

/// Puts the key of the server's certificate into a token beside the gateway's database, and names it in the
/// configuration in place of the file.
fn in_token(config: &mut Table) {
    let store = config["store"]["url"].as_str().unwrap();
    let database = Path::new(store.strip_prefix("sqlite://").unwrap());
    let folder = database.parent().unwrap();
    let tokens = folder.join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    std::fs::write(&configuration, text).unwrap();
    let init = ["--init-token", "--free", "--label", "pasarela"];
    softhsm(
        &configuration,
        &[&init[..], &["--so-pin", "87654321"]].concat(),
    );
    let server = TestPki::open(&prepared().join("pki")).server();
    let key = server.key.display().to_string();
    let import = ["--import", &key, "--token", "pasarela"];
    softhsm(
        &configuration,
        &[&import[..], &["--label", "firma", "--id", "01"]].concat(),
    );
    let pin = folder.join("pin");
    std::fs::write(&pin, PIN).unwrap();
    std::fs::set_permissions(&pin, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let address = format!(
        "pkcs11:token=pasarela;object=firma?pin-source=file:{}",
        pin.display()
    );
    let signing = config["signing"].as_table_mut().unwrap();
    signing.insert("key".into(), address.into());
    signing.insert("module".into(), MODULE.into());
}

/// A federation whose gateway signs by a token and asks, beside the central system, one of that address that signs and
/// takes no unsigned question.
fn by_token(other: &str) -> Site {
    assert!(
        Path::new(MODULE).exists(),
        "libsofthsm2.so is missing: `conformance-tests/run tools` installs it"
    );
    let site = run(Site::start(|config| {
        in_token(config);
        let mut system = config["holder"].as_table().unwrap().clone();
        let more =
            "security = { requests = 'exigida', answers = 'exigida' }\nanswers = ['coincidencia']";
        system.extend(more.parse::<Table>().unwrap());
        system.insert("organism".into(), MOSSOS_SYSTEM.id.into());
        system.insert("url".into(), other.into());
        config.insert("partners".into(), vec![toml::Value::from(system)].into());
    }));
    let pki = prepared().join("pki");
    site.register(&SYSTEMS.map(|it| it.entry(&pki, it.state)).concat());
    site
}

#[test]
fn a_key_in_a_token_signs_answers_and_questions() {
    let other = run(start_signing(&MOSSOS_SYSTEM));
    let site = by_token(&other.url());
    let partner = site.partner((SIGNER.slug, SIGNER.id));
    let own = signer(&site, SIGNER.slug);
    for version in SoapVersion::ALL {
        let message = question(&site, *version, &partner.context(&fresh()));
        let message = signed_by(&own, *version, &message, jiff::SignedDuration::ZERO);
        let answer = run(partner.soap(*version, &message));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answered = opened(answer.body.as_bytes());
        assert_eq!(answered.confirmed, [opened(message.as_bytes()).signature]);
    }
    let asked = signed_rest::question(&site, &partner, &own, &fresh());
    let answer = asked.send(&partner, &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    signed_rest::verify(&site, &answer, &asked);
    // The other system refuses what is not signed by the gateway, and whoever refuses is named.
    let national = site.national();
    let hit = async || {
        let body = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999831S"}"#;
        national.post("/v2/coincidencias", &fresh(), body).await
    };
    run(site.until(PROMPTLY, "both answer", async || {
        let answer = hit().await;
        answer.status == 200 && answer.json()["sinRespuesta"].is_null()
    }));
    assert!(!site.log().contains(PIN), "the PIN is in the log");
}
