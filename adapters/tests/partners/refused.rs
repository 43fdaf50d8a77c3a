//! What a partner's folder is refused for, by name.

use std::path::Path;

use adapters::partner::{Partner, PartnerFaultKind};

use crate::{CANONICAL, house};

/// A copy of a partner's folder, one file of it changed.
fn changed(slug: &str, (file, from, to): (&str, &str, &str)) -> PartnerFaultKind {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join(slug);
    copy(&house().join("adapters/partners").join(slug), &dir);
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    *Partner::load(&dir, &CANONICAL).unwrap_err().kind
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &there);
        } else {
            std::fs::copy(&path, &there).unwrap();
        }
    }
}

#[test]
fn a_folder_that_does_not_hold_together_is_refused_by_name() {
    let table = [
        (
            "partner.toml",
            "policiaAutonomica",
            "policiaLunar",
            "policiaLunar",
        ),
        ("partner.toml", "soap-1.2", "soap-1.3", "soap-1.3"),
        (
            "partner.toml",
            "https://{host}",
            "http://{host}",
            "is no https address",
        ),
        ("partner.toml", "mossos/1", "mossos/9", "no"),
        (
            "partner.toml",
            "style = \"soap-1.2\"",
            "style = \"rest\"\nbinary = \"mtom\"",
            "for it speaks REST",
        ),
        (
            "partner.toml",
            "style = \"soap-1.2\"",
            "style = \"rest\"",
            "`addressing` is of no use",
        ),
        (
            "partner.toml",
            "addressing = \"1.0\"",
            "addressing = \"2004\"",
            "unknown variant `2004`",
        ),
        (
            "partner.toml",
            "style = \"soap-1.2\"",
            "style = \"soap-1.2\"\nbinary = \"mime\"",
            "unknown variant `mime`",
        ),
        (
            "partner.toml",
            "mossos/1",
            "altre/1",
            "neither the canonical contract",
        ),
        (
            "partner.toml",
            "mossos/1",
            "viogen/2",
            "nothing for `mapping.toml` to do",
        ),
        (
            "partner.toml",
            "answers = [\"coincidencia\", ",
            "answers = [\"presentacion\", ",
            "said to answer `presentacion`",
        ),
        // A level that no table speaks of, a table entry that nothing meets, a field that nobody decided on.
        (
            "mapping.toml",
            "moltAlt = \"extremo\"\n",
            "",
            "does not say what becomes of `moltAlt`",
        ),
        (
            "mapping.toml",
            "bajo = \"baix\"\n",
            "",
            "several levels of the table `nivell` are `bajo`",
        ),
        (
            "mapping.toml",
            "expresion = \"string(double(valor) / 1000.0)\"",
            "expresion = \"valor + ' m'\"",
            "not every value of `/ConsultarCasoRespuesta/caso/proteccion/medidaJudicial/distancia`",
        ),
        (
            "mapping.toml",
            "baix = \"bajo\"",
            "baixissim = \"bajo\"",
            "without effect",
        ),
        (
            "mapping.toml",
            "autor = \"agresor\"",
            "autor = \"victima\"\nvictima = \"victima\"",
            "pairs two values",
        ),
        (
            "mapping.toml",
            "{ destino = \"papel\", origen = \"rol\", tabla = \"rol\" },",
            "",
            "neither mapped nor declared lost",
        ),
        (
            "mapping.toml",
            "{ destino = \"papel\", origen = \"rol\"",
            "{ destino = \"papel\", origen = \"paper\"",
            "is not in the contract",
        ),
        (
            "mapping.toml",
            "{ destino = \"idCaso\", origen = \"idFederat\" }]",
            "]",
            "is required and may get no value",
        ),
    ];
    for (file, from, to, expected) in table {
        let fault = changed("mossos", (file, from, to)).to_string();
        assert!(fault.contains(expected), "{to}: {fault}");
    }
}

#[test]
fn what_a_dialect_has_no_words_for_it_cannot_ask() {
    let said = "asks = [\"coincidencia\", ";
    let change = ("partner.toml", said, "asks = [\"busqueda\", ");
    let fault = changed("ertzaintza", change).to_string();
    assert!(fault.contains("said to ask `busqueda`"), "{fault}");
}
