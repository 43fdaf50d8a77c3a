//! Files that are no good: each fault by its name, at start.

use contract::Conversions;

use crate::small::{contract, file};

const OTHER: &str = r#"
    <xs:element name="a" type="xs:string"/>
    <xs:element name="n" type="Nivel" minOccurs="0"/>
    <xs:element name="l" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>"#;

const OWN: &str = r#"
    <xs:element name="a" type="xs:string"/>
    <xs:element name="g" type="Grado" minOccurs="0"/>
    <xs:element name="c" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="d" type="xs:string"/></xs:sequence></xs:complexType></xs:element>"#;

const BACK: &str = "iguales = true\n[[vuelta.grupo]]\nen = [\"Parte\"]\npierde = [{ origen = [\"g\", \"c\"], motivo = \"x\" }]";

/// Rules without fault but the one that a case adds.
fn rules(rules: &str, losses: &str, before: &str) -> String {
    format!(
        "iguales = true\n{before}\n[[ida.grupo]]\nen = [\"Parte\"]\nregla = [{rules}]\npierde = [{losses}]"
    )
}

#[test]
fn every_fault_of_a_file_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let (other, own) = (
        contract(&folder, "otro", OTHER),
        contract(&folder, "propio", OWN),
    );
    let lost = r#"{ origen = ["n", "l"], motivo = "x" }"#;
    let good = Conversions::parse("x.toml", &file(&rules("", lost, ""), BACK), &own, &other);
    assert!(good.is_ok(), "{good:?}");
    let tables = "[ida.tablas.t]\n1 = \"leve\"\n2 = \"grave\"";
    let table: &[(&str, String)] = &[
        (
            "`/Parte/l` is neither mapped nor declared lost",
            rules("", r#"{ origen = "n", motivo = "x" }"#, ""),
        ),
        (
            "`/Parte/a` is without effect",
            rules("", r#"{ origen = ["n", "l", "a"], motivo = "x" }"#, ""),
        ),
        (
            "`z` is not in the contract",
            rules("", r#"{ origen = ["n", "l", "z"], motivo = "x" }"#, ""),
        ),
        (
            "`q` is not in the contract",
            rules(r#"{ destino = "q", origen = "a" }"#, lost, ""),
        ),
        (
            "not every value of `/Parte/n` fits `/Parte/g`: 1, 2",
            rules(
                r#"{ destino = "g", origen = "n" }"#,
                r#"{ origen = "l", motivo = "x" }"#,
                "",
            ),
        ),
        (
            "not every value of `muy` fits `/Parte/g`",
            rules(r#"{ destino = "g", constante = "muy" }"#, lost, ""),
        ),
        (
            "there is no table `u`",
            rules(r#"{ destino = "g", origen = "n", tabla = "u" }"#, lost, ""),
        ),
        ("`tablas.t` is without effect", rules("", lost, tables)),
        (
            "`3 -> /Parte/g` is without effect",
            rules(
                r#"{ destino = "g", origen = "n", tabla = "t" }"#,
                r#"{ origen = "l", motivo = "x" }"#,
                &format!("{tables}\n3 = \"leve\""),
            ),
        ),
        (
            "`/Parte/l` is a list and `toma` does not say",
            rules(
                r#"{ destino = "c/d", origen = "l" }"#,
                r#"{ origen = "n", motivo = "x" }"#,
                "",
            ),
        ),
        (
            "two rules give `/Parte/c/d` its value",
            rules(
                r#"{ destino = "c/d", constante = "x" }, { destino = "c/d", origen = "a" }"#,
                lost,
                "",
            ),
        ),
        (
            "`/Parte/c` is no leaf",
            rules(r#"{ destino = "c", origen = "a" }"#, lost, ""),
        ),
        (
            "takes a constant or origins",
            rules(r#"{ destino = "c/d" }"#, lost, ""),
        ),
        (
            "takes a constant or origins",
            rules(
                r#"{ destino = "c/d", origen = "a", constante = "x" }"#,
                lost,
                "",
            ),
        ),
        (
            "the expression of `/Parte/c/d`: `otro` is no name",
            rules(
                r#"{ destino = "c/d", origen = "a", expresion = "otro" }"#,
                lost,
                "",
            ),
        ),
        (
            "the expression of `/Parte/c/d`: not an expression",
            rules(
                r#"{ destino = "c/d", origen = "a", expresion = "valor +" }"#,
                lost,
                "",
            ),
        ),
        // Expressions are tried: on a type that lists nothing, on the branch that another name leads to, on what is not
        // there, and on what fails.
        (
            "not every value of `/Parte/a` fits `/Parte/g`",
            rules(
                r#"{ destino = "g", origen = "a", expresion = "valor" }"#,
                lost,
                "",
            ),
        ),
        (
            "fits `/Parte/g`:  (l = MUY), ",
            rules(
                r#"{ destino = "g", origen = "a", con = { l = "l" }, expresion = "l == 'MUY' ? l : 'leve'" }"#,
                lost,
                "",
            ),
        ),
        (
            "the expression of `/Parte/c/d`: failed: function `int`",
            rules(
                r#"{ destino = "c/d", origen = "a", con = { n = "n" }, expresion = "string(int(n))" }"#,
                lost,
                "",
            ),
        ),
        (
            "the origin `/Parte/n` of the rule for `/Parte/c/d` is never reached: `/Parte/a` is always there",
            rules(
                r#"{ destino = "c/d", origen = ["a", "n"] }"#,
                r#"{ origen = "l", motivo = "x" }"#,
                "",
            ),
        ),
        (
            "the default of the rule for `/Parte/c/d` is never reached: `/Parte/a` is always there",
            rules(
                r#"{ destino = "c/d", origen = "a", defecto = "x" }"#,
                lost,
                "",
            ),
        ),
        // Tables of levels: whole, and of one mind about the way back.
        (
            "two tables are called `t`",
            rules(
                "",
                lost,
                &format!("{tables}\n[niveles.t.ida]\n1 = \"leve\"\n2 = \"grave\""),
            ),
        ),
        (
            "`t` is without effect",
            rules("", lost, "[niveles.t.ida]\n1 = \"leve\"\n2 = \"grave\""),
        ),
        (
            "`/Parte/g` has a `procedencia`, and its table is none of levels",
            rules(
                r#"{ destino = "g", origen = "n", tabla = "t", procedencia = { escala = "a", nivel = "a" } }"#,
                r#"{ origen = "l", motivo = "x" }"#,
                "[niveles.t.ida]\n1 = \"leve\"\n2 = \"grave\"",
            ),
        ),
        (
            "takes a constant or origins",
            rules(
                r#"{ destino = "g", origen = "n", procedencia = { escala = "a", nivel = "a" } }"#,
                r#"{ origen = "l", motivo = "x" }"#,
                "",
            ),
        ),
        (
            "there is nothing to be said of the message `Nada`",
            rules("", lost, "sin_equivalente = [\"Nada\"]"),
        ),
        (
            "`Otra` is without effect",
            format!("{}\n[[ida.grupo]]\nen = [\"Otra\"]", rules("", lost, "")),
        ),
        (
            "`/Parte/a` is required and may get no value",
            rules("", lost, "").replace("iguales = true", "iguales = false"),
        ),
        (
            "unknown field `destin`",
            rules(r#"{ destin = "c/d" }"#, lost, ""),
        ),
    ];
    for (expected, ida) in table {
        let outcome = Conversions::parse("x.toml", &file(ida, BACK), &own, &other);
        let errors = outcome.expect_err(expected).to_string();
        assert!(errors.contains(expected), "{expected}\n{errors}");
        assert!(
            errors
                .lines()
                .all(|line| line.starts_with("x.toml:") || !line.contains("ida")),
            "{errors}"
        );
    }
    let other_contract = file(&rules("", lost, ""), BACK).replace("otro/1", "otro/9");
    let errors = Conversions::parse("x.toml", &other_contract, &own, &other).unwrap_err();
    assert!(
        errors
            .to_string()
            .contains("speaks of `otro/9`, not of `otro/1`"),
        "{errors}"
    );
    let errors = Conversions::load(folder.path(), &own, &other).unwrap_err();
    assert_eq!(errors.file(), "conversiones/otro-1.toml");
}

#[test]
fn a_type_that_holds_itself_has_no_paths_to_map() {
    let folder = tempfile::tempdir().unwrap();
    let own = contract(
        &folder,
        "propio",
        r#"<xs:element name="a" type="xs:string"/>"#,
    );
    let dir = folder.path().join("otro/1");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(
        dir.join("x.xsd"),
        r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:x:otro" targetNamespace="urn:x:otro" elementFormDefault="qualified">
        <xs:element name="Parte" type="T"/>
        <xs:complexType name="T"><xs:sequence><xs:element name="a" type="xs:string"/><xs:element name="dentro" type="T" minOccurs="0"/></xs:sequence></xs:complexType>
        </xs:schema>"#,
    )
    .unwrap();
    let other = contract::Contract::load(&dir, contract::Governance::Ungoverned).unwrap();
    let errors = Conversions::parse(
        "x.toml",
        &file("iguales = true", "iguales = true"),
        &own,
        &other,
    );
    assert!(errors.unwrap_err().to_string().contains("holds itself"));
}

#[test]
fn what_is_more_than_names_and_values_is_not_mapped() {
    for content in [
        r#"<xs:any processContents="skip" minOccurs="0"/>"#,
        r#"<xs:choice maxOccurs="unbounded"><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/></xs:choice>"#,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (other, own) = (
            contract(&folder, "otro", content),
            contract(&folder, "propio", content),
        );
        let text = file("iguales = true", "iguales = true");
        let errors = Conversions::parse("x.toml", &text, &own, &other).unwrap_err();
        assert!(
            errors
                .to_string()
                .contains("`/Parte` has mixed text, an order"),
            "{errors}"
        );
    }
}

/// A simple type in place.
fn typed(inside: &str) -> String {
    format!(r#"<xs:element name="a"><xs:simpleType>{inside}</xs:simpleType></xs:element>"#)
}

#[test]
fn a_list_or_union_fits_where_each_of_its_values_does() {
    let list = |item: &str| format!(r#"<xs:list itemType="{item}"/>"#);
    let union = |members: &str| format!(r#"<xs:union memberTypes="{members}"/>"#);
    let plain = |base: &str| format!(r#"<xs:restriction base="{base}"/>"#);
    let short = r#"<xs:restriction><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType>
        <xs:maxLength value="2"/></xs:restriction>"#;
    // What is copied, where to, whether it fits.
    let table = [
        (list("xs:int"), list("xs:int"), true),
        (list("xs:int"), list("xs:date"), false),
        (list("xs:int"), plain("xs:string"), true),
        (list("xs:int"), plain("xs:int"), false),
        (plain("xs:int"), list("xs:int"), false),
        (short.to_owned(), list("xs:int"), true),
        (list("xs:int"), short.to_owned(), false),
        (union("xs:int xs:date"), union("xs:date xs:int"), true),
        (union("xs:int xs:date"), union("xs:int xs:boolean"), false),
        (union("xs:int xs:date"), plain("xs:string"), true),
        (union("Nivel Grado"), plain("Grado"), false),
        (plain("Grado"), union("Nivel Grado"), true),
        (plain("xs:int"), union("xs:date xs:int"), true),
        (plain("xs:int"), union("xs:date xs:boolean"), false),
    ];
    for (from, to, fits) in table {
        let folder = tempfile::tempdir().unwrap();
        let (other, own) = (
            contract(&folder, "otro", &typed(&from)),
            contract(&folder, "propio", &typed(&to)),
        );
        let back = "[[vuelta.grupo]]\nen = [\"Parte\"]\nregla = [{ destino = \"a\", origen = \"a\", si_no_cabe = \"x\", defecto = \"1\" }]";
        let text = file("iguales = true", back);
        let errors = match Conversions::parse("x.toml", &text, &own, &other) {
            Ok(_) => String::new(),
            Err(errors) => errors.to_string(),
        };
        let refused = errors.contains("x.toml: ida.Parte: not every value of `/Parte/a`");
        assert_eq!(!refused, fits, "{from} -> {to}: {errors}");
    }
}
