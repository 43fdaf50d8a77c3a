//! Lists of coverage are imported on the command line by whoever may on the console, with the same evidence.

use super::visitor::shared;
use crate::program::pasarela;

const POPULATION: &str = "Cifras de PRUEBA,,,,,,\n\
    CPRO,PROVINCIA,CMUN,NOMBRE,POB99,HOMBRES,MUJERES\n\
    13,Ciudad Real,047,Herencia,30,10,20\n";

#[test]
fn an_import_is_evidence_and_of_a_manager_in_force() {
    let desk = shared();
    let file = desk.site.folder().join("poblacion.csv");
    std::fs::write(&file, POPULATION).unwrap();
    let (file, config) = (file.display().to_string(), desk.site.config());
    let table = [
        ("NADIE-1", 1, "personal-desconocido"),
        ("AUDITORA-1", 1, "papel-insuficiente"),
        ("SUPERVISORA-1", 1, "papel-insuficiente"),
        ("GESTORA-1", 0, ""),
    ];
    for (by, status, problem) in table {
        let line = ["import-population", &file, "--config", &config, "--by", by];
        let ended = pasarela(&[&["coverage"], line.as_slice()].concat());
        assert_eq!(ended.status, status, "{by}: {ended:?}");
        assert!(ended.err.contains(problem), "{by}: {ended:?}");
        let journal = desk.site.journal();
        let mut own = journal
            .managed()
            .into_iter()
            .filter(|it| it["personal"] == by);
        let evidence = own.find(|it| it["operacion"] == "cobertura.habitantes");
        let evidence = evidence.unwrap_or_else(|| panic!("no evidence of {by}"));
        assert_eq!(evidence["problema"].as_str().unwrap_or_default(), problem);
        assert!(evidence["resumenPeticion"].is_string(), "{evidence}");
    }
}
