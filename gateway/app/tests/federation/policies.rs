//! A change of policy is in force within five seconds, for whole exchanges; and what is decided can be explained.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::members::HERENCIA;
use crate::program::{pasarela, succeed};
use crate::site::{PROMPTLY, Site, run, shared};

/// The policies that ship.
fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/policies")
}

/// A copy of them that a test may change.
pub(crate) fn copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(shipped()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    copy
}

fn edit(folder: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = change(text.clone());
    assert_ne!(text, changed, "{file}");
    std::fs::write(path, changed).unwrap();
}

#[test]
fn a_change_is_in_force_promptly_and_never_in_the_middle_of_an_exchange() {
    let folder = copy();
    let policies = folder.path().to_owned();
    let site = run(Site::start(|config| {
        let dir = format!("dir = {:?}", policies.display().to_string());
        config.insert(
            "policies".into(),
            dir.parse::<toml::Table>().unwrap().into(),
        );
    }));
    let partner = site.herencia();
    let path = format!("/v2/casos/{}", site.cases.own);
    let shows =
        async || partner.get(&path).await.json()["caso"]["victima"]["identidad"].is_object();
    assert!(run(shows()));
    let file = "lectura-policia-local.cedar";
    let group = "Grupo::\"victima.identidad\", Grupo::\"victima.contacto\"";
    edit(folder.path(), file, |text| {
        text.replacen(group, "Grupo::\"victima.contacto\"", 1)
    });
    run(site.until(PROMPTLY, "a group that is closed", async || !shows().await));
    // What does not hold together changes nothing.
    edit(folder.path(), file, |text| text + "permit (");
    run(async {
        for _ in 0..20 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            assert_eq!(partner.get(&path).await.status, 200);
        }
    });
    assert!(!run(shows()));
    edit(folder.path(), file, |text| {
        text.trim_end_matches("permit (")
            .replacen("Grupo::\"victima.contacto\"", group, 1)
    });
    run(site.until(PROMPTLY, "a group that is opened again", shows));
    let journal = site.journal();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in journal.entries() {
        let version = entry["versionPoliticas"].as_str();
        if let (Some(exchange), Some(version)) = (entry["intercambio"].as_str(), version) {
            let known = versions.entry(exchange.to_owned()).or_default();
            known.insert(version.to_owned());
        }
    }
    assert!(
        versions.values().all(|versions| versions.len() == 1),
        "{versions:?}"
    );
    let all: BTreeSet<&String> = versions.values().flatten().collect();
    assert_eq!(all.len(), 2, "{all:?}");
}

#[test]
fn a_decision_is_explained() {
    let site = shared();
    let config = site.config();
    let of_whom = ["--organism", HERENCIA.1, "--officer", "PRUEBA-1"];
    let of_what = ["--purpose", "proteccion", "--case"];
    let explain = |case: &str| {
        let begin = ["explain", "--config", config.as_str()];
        succeed(&[&begin[..], &of_whom, &of_what, &[case]].concat())
    };
    let table: [(&str, &[&str]); 2] = [
        (
            &site.cases.own,
            &[
                "Decision: SE PERMITE",
                "operaciones.policias: Los cuerpos policiales",
                "relacion enTerritorio",
                "victima.salud: se ve enmascarado",
                "local.salud:",
                "LO 7/2021 art. 13",
                "victima.alojamientoProtegido: se retiene",
                "reserva.alojamiento:",
                "caso/victima/identidad/numeroDocumento",
            ],
        ),
        (
            &site.cases.outside,
            &[
                "Decision: SE RECHAZA, `no-encontrado`",
                "territorio.ambito: Solo casos del ambito",
            ],
        ),
    ];
    for (case, words) in table {
        let told = explain(case);
        for word in words {
            assert!(told.contains(word), "{case}: `{word}` in\n{told}");
        }
    }
    let nobodys = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ";
    assert!(explain(nobodys).contains("NO HAY TAL CASO"));
    // Each explanation is evidence: who would have asked about which case, and what would have come of it.
    let journal = site.journal();
    let explained = journal.explained();
    for (case, decision) in [
        (&*site.cases.own, "permitida"),
        (&site.cases.outside, "denegada"),
        (nobodys, "permitida"),
    ] {
        let found = explained.iter().find(|entry| entry["casos"][0] == case);
        let found = found.unwrap_or_else(|| panic!("no entry of {case}: {explained:?}"));
        assert_eq!(found["organismo"], HERENCIA.1);
        assert_eq!(found["funcionario"], "PRUEBA-1");
        assert_eq!(found["decision"], decision, "{found}");
        assert!(found["versionPoliticas"].is_string(), "{found}");
    }
}

#[test]
fn folders_are_checked_and_compared() {
    let (old, new) = (shipped().display().to_string(), copy());
    let told = succeed(&["policy", "check", &old]);
    assert!(told.contains("hold together"), "{told}");
    edit(new.path(), "lectura-policia-local.cedar", |text| {
        text + "permit ("
    });
    let broken = pasarela(&["policy", "check", &new.path().display().to_string()]);
    assert_eq!(broken.status, 1, "{broken:?}");
    assert!(
        broken.out.contains("lectura-policia-local.cedar:"),
        "{broken:?}"
    );
    let missing = pasarela(&["policy", "prove", &old, "--prover", "/nada/prover"]);
    assert_eq!(missing.status, 2, "{missing:?}");
    assert!(missing.err.contains("/nada/prover"), "{missing:?}");
}

/// Who reads the difference of two folders sees decisions and cells, and the end says that there is one.
#[test]
fn a_difference_is_told_and_ends_with_one() {
    let (old, new) = (shipped().display().to_string(), copy());
    edit(new.path(), "lectura-prisiones.cedar", |text| {
        text.replacen(
            "resource == Grupo::\"cabecera.estado\"",
            "resource in [Grupo::\"cabecera.estado\", Grupo::\"hechos.denuncias\"]",
            1,
        )
    });
    let changed = pasarela(&["policy", "diff", &old, &new.path().display().to_string()]);
    assert_eq!(changed.status, 1, "{changed:?}");
    let cell = "institucionPenitenciaria seguimiento enTerritorio ajena proteccion techo=extremo nivel=medio hechos.denuncias: . -> E";
    assert!(changed.out.contains(cell), "{}", changed.out);
    assert_eq!(
        succeed(&["policy", "diff", &old, &old]),
        "nothing changes\n"
    );
}
