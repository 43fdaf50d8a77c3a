//! `pasarela send`: a file of a lot, in pieces, signed or not.

use std::path::Path;

use domain::Problem;
use serde_json::Value;

use super::{bad, cases_of, document, expected, good, lines, outcomes, sometimes};
use crate::members::SOMETIMES;
use crate::partner::operation;
use crate::program::pasarela;
use crate::site::shared;

/// Sends a file with the command.
fn send(file: &Path) -> crate::program::Ended {
    send_with(file, &[])
}

fn send_with(file: &Path, more: &[&str]) -> crate::program::Ended {
    send_by("3", file, more)
}

/// In pieces of so many lines.
fn send_by(piece: &str, file: &Path, more: &[&str]) -> crate::program::Ended {
    let site = shared();
    let files = site.pki.organism(SOMETIMES.slug);
    let text = |path: &Path| path.display().to_string();
    let certificate = text(&files.certificate);
    let usual = [
        "send",
        "--url",
        &site.url,
        "--cert",
        &certificate,
        "--key",
        &text(&files.key),
        "--ca",
        &text(&site.pki.authority()),
        "--organism",
        SOMETIMES.id,
        "--officer",
        "PRUEBA-1",
        "--purpose",
        "proteccion",
        "--piece",
        piece,
        &text(file),
    ];
    pasarela(&[&usual[..], more].concat())
}

#[test]
fn the_command_sends_a_file_and_resumes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lote.ndjson");
    let mut items: Vec<Value> = (791..798).map(|n| good(99_999_000 + n)).collect();
    items.push(bad(99_999_798));
    std::fs::write(&file, lines(&items)).unwrap();
    let ended = send(&file);
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(ended.out.contains("7 aceptadas, 1 rechazadas"), "{ended:?}");
    let results = folder.path().join("lote.ndjson.resultados");
    let whole = std::fs::read_to_string(&results).unwrap();
    assert_eq!(whole.lines().count(), 9, "the lot, and its results");
    // Cut in the middle of the fifth result.
    let end: usize = whole.lines().take(5).map(|line| line.len() + 1).sum();
    std::fs::write(&results, &whole[..end + 10]).unwrap();
    let ended = send(&file);
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(
        ended.err.contains("se reanuda en la posición 5"),
        "{ended:?}"
    );
    let kept = |text: &str| text.lines().take(8).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        kept(&std::fs::read_to_string(&results).unwrap()),
        kept(&whole)
    );
    assert_eq!(cases_of(&sometimes(), 99_999_795), 1);
    // The next day's file of the same name is another lot: nothing of it is taken for sent.
    let kept = std::fs::read_to_string(&results).unwrap();
    std::fs::write(&file, lines(&[good(99_999_799)])).unwrap();
    let ended = send(&file);
    assert_eq!(ended.status, 2, "{ended:?}");
    assert!(ended.err.contains("results of another lot"), "{ended:?}");
    assert_eq!(std::fs::read_to_string(&results).unwrap(), kept);
    assert_eq!(cases_of(&sometimes(), 99_999_799), 0);
}

#[test]
fn the_command_sends_as_the_partners_folder_says_or_is_told_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lote.ndjson");
    std::fs::write(&file, lines(&[good(99_999_881)])).unwrap();
    for (partner, why) in [
        ("mossos", "give `--sign-cert` and `--sign-key`"),
        (
            "ertzaintza",
            "`ertzaintza` speaks `ertzaintza/1`, which has no lot",
        ),
        ("guardia-civil", "give `--sign-cert` and `--sign-key`"),
        ("nadie", "there is no partner `nadie`"),
    ] {
        let ended = send_with(&file, &["--partner", partner]);
        assert_eq!(ended.status, 1, "{ended:?}");
        assert!(ended.err.contains(why), "{ended:?}");
    }
    assert_eq!(cases_of(&sometimes(), 99_999_881), 0);
    let ended = send_with(&file, &["--partner", "local"]);
    assert_eq!(ended.status, 0, "{ended:?}");
    assert_eq!(cases_of(&sometimes(), 99_999_881), 1);
}

#[test]
fn the_command_signs_messages_and_resumes() {
    let (site, folder) = (shared(), tempfile::tempdir().unwrap());
    let file = folder.path().join("lote.ndjson");
    let mut items: Vec<Value> = (871..878).map(|n| good(99_999_000 + n)).collect();
    items.insert(4, bad(99_999_879));
    std::fs::write(&file, lines(&items)).unwrap();
    let text = |path: &Path| path.display().to_string();
    let own = site.pki.organism(SOMETIMES.slug);
    let (certificate, key) = (text(&own.certificate), text(&own.key));
    let gateway = text(&site.pki.server().certificate);
    let keys = ["--sign-cert", &certificate, "--sign-key", &key];
    // The gateway signs what it answers to one who signs: its certificate must be known.
    let ended = send_with(&file, &keys);
    assert_eq!(ended.status, 2, "{ended:?}");
    let keys = [&keys[..], &["--gateway-cert", &gateway]].concat();
    let ended = send_with(&file, &keys);
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(ended.out.contains("7 aceptadas, 1 rechazadas"), "{ended:?}");
    let path = folder.path().join("lote.ndjson.resultados");
    let whole = std::fs::read_to_string(&path).unwrap();
    let told: Vec<Value> = whole
        .lines()
        .skip(1)
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    let broken = (5, Some(Problem::RulesBroken));
    let codes: Vec<_> = (1..=8)
        .map(|at| if at == 5 { broken } else { (at, None) })
        .collect();
    assert_eq!(outcomes(&told), expected(&codes));
    // Every case is on record with the signature of the message that brought it.
    let journal = site.journal();
    let header: Value = serde_json::from_str(whole.lines().next().unwrap()).unwrap();
    let name = format!("{}.8", header["lote"].as_str().unwrap());
    let of = |entry: &&Value| entry["peticion"] == name.as_str();
    let entries: Vec<&Value> = journal.entries().iter().filter(of).collect();
    assert!(entries.len() >= 2, "{entries:?}");
    assert!(
        entries.iter().all(|it| it["firma"].is_string()),
        "{entries:?}"
    );
    // Resumed in the middle of what was one message.
    let end: usize = whole.lines().take(3).map(|line| line.len() + 1).sum();
    std::fs::write(&path, &whole[..end]).unwrap();
    let ended = send_with(&file, &keys);
    assert!(
        ended.err.contains("se reanuda en la posición 3"),
        "{ended:?}"
    );
    let kept = |text: &str| {
        text.lines()
            .filter(|it| it.contains("aceptada"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(kept(&std::fs::read_to_string(&path).unwrap()), kept(&whole));
    assert_eq!(cases_of(&sometimes(), 99_999_873), 1);
    // What is no request of the contract can be in no message: nothing is sent.
    let file = folder.path().join("otro.ndjson");
    std::fs::write(&file, format!("{}\n{{\"nada\":1}}", good(99_999_889))).unwrap();
    let ended = send_with(&file, &keys);
    assert_eq!(ended.status, 1, "{ended:?}");
    assert!(ended.err.contains("position 2"), "{ended:?}");
    assert_eq!(cases_of(&sometimes(), 99_999_889), 0);
}

/// A message that is refused before its signature is looked at is refused by nobody's signature: what it says counts for
/// no more than to send less at once.
#[test]
fn the_command_sends_less_where_a_message_was_too_large() {
    let (site, folder) = (shared(), tempfile::tempdir().unwrap());
    let file = folder.path().join("lote.ndjson");
    let mut items: Vec<Value> = (0..500).map(|n| good(99_995_000 + n)).collect();
    for item in &mut items {
        for name in ["nombre", "apellido1", "apellido2"] {
            item["caso"]["victima"]["identidad"][name] = "PRUEBA ".repeat(14).trim().into();
        }
    }
    std::fs::write(&file, lines(&items)).unwrap();
    let text = |path: &Path| path.display().to_string();
    let own = site.pki.organism(SOMETIMES.slug);
    let (certificate, key) = (text(&own.certificate), text(&own.key));
    let gateway = text(&site.pki.server().certificate);
    let keys = ["--sign-cert", &certificate, "--sign-key", &key];
    let keys = [&keys[..], &["--gateway-cert", &gateway]].concat();
    let ended = send_by("500", &file, &keys);
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        ended.out.contains("500 aceptadas, 0 rechazadas"),
        "{ended:?}"
    );
    let journal = site.journal();
    let refused = |it: &&Value| it["problema"] == Problem::BodyTooLarge.entry().code;
    assert!(
        journal.entries().iter().any(|it| refused(&it)),
        "one was too large"
    );
}

#[test]
fn the_command_sends_a_lot_in_xml() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lote.xml");
    let item = |number| {
        format!(
            "<presentacion><caso><cabecera><estado>activo</estado></cabecera><responsabilidad><municipioResidencia>13034\
             </municipioResidencia></responsabilidad><victima><identidad><tipoDocumento>DNI</tipoDocumento>\
             <numeroDocumento>{}</numeroDocumento></identidad></victima></caso></presentacion>",
            document(number)
        )
    };
    let content = [item(99_999_801), item(99_999_802)].concat();
    std::fs::write(&file, operation("RemitirLote", &content)).unwrap();
    let ended = send(&file);
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(ended.out.contains("2 aceptadas, 0 rechazadas"), "{ended:?}");
    assert_eq!(cases_of(&sometimes(), 99_999_802), 1);
}
