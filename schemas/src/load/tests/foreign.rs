//! Files as administrations publish them: each root compiles on its own, unmodified.

use super::{ungoverned, write};
use crate::{Contract, Governance, QName, check};

/// A request or a response: both declare types of the same names.
fn message(root: &str, namespace: &str, specific: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- edited with an editor -->\n\
         <?xml-stylesheet type=\"text/xsl\" href=\"ver.xsl\"?>\n\
         <xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{namespace}\" xmlns:de=\"urn:datos\"\n\
          xmlns:ed=\"urn:editor\" ed:vista=\"1\" targetNamespace=\"{namespace}\" version=\"3.0\" id=\"s\"\n\
          elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\" finalDefault=\"\" xml:lang=\"es\">\n\
         <xs:import namespace=\"urn:datos\" schemaLocation=\"{specific}\"/>\n\
         <xs:import namespace=\"http://www.w3.org/XML/1998/namespace\" schemaLocation=\"http://www.w3.org/2001/xml.xsd\"/>\n\
         <xs:import namespace=\"urn:sin-usar\"/>\n\
         <xs:annotation><xs:appinfo source=\"x\"><ed:a b=\"c\">t<ed:d/></ed:a></xs:appinfo>\
         <xs:documentation xml:lang=\"es\">Texto con <b xmlns=\"\">marcas</b></xs:documentation></xs:annotation>\n\
         <xs:element name=\"{root}\"><xs:complexType><xs:sequence>\
           <xs:element ref=\"Atributos\"/>\
           <xs:element name=\"Solicitudes\"><xs:complexType><xs:sequence>\
             <xs:element ref=\"Transmision\" maxOccurs=\"unbounded\"/>\
           </xs:sequence><xs:attribute name=\"Id\" type=\"xs:string\"/></xs:complexType></xs:element>\
         </xs:sequence></xs:complexType></xs:element>\n\
         <xs:element name=\"Atributos\"><xs:complexType><xs:sequence>\
           <xs:element name=\"IdPeticion\"><xs:simpleType><xs:restriction base=\"xs:string\">\
             <xs:minLength value=\"1\"/><xs:maxLength value=\"26\" fixed=\"false\"/></xs:restriction></xs:simpleType></xs:element>\
           <xs:element name=\"NumElementos\"><xs:simpleType><xs:restriction base=\"xs:int\">\
             <xs:totalDigits value=\"7\"/></xs:restriction></xs:simpleType></xs:element>\
           <xs:element name=\"TimeStamp\" type=\"xs:dateTime\"/>\
         </xs:sequence><xs:attribute ref=\"xml:lang\"/></xs:complexType></xs:element>\n\
         <xs:element name=\"Transmision\"><xs:complexType><xs:sequence>\
           <xs:element ref=\"de:DatosEspecificos\" minOccurs=\"0\"/>\
         </xs:sequence></xs:complexType></xs:element>\n</xs:schema>"
    )
}

fn specific(inside: &str) -> String {
    format!(
        "\u{FEFF}<schema xmlns=\"http://www.w3.org/2001/XMLSchema\" xmlns:d=\"urn:datos\" targetNamespace=\"urn:datos\">\
         <import namespace=\"http://www.w3.org/2000/09/xmldsig#\" schemaLocation=\"http://www.w3.org/TR/xmldsig-core/xmldsig-core-schema.xsd\"/>\
         <element name=\"DatosEspecificos\"><complexType><sequence>{inside}\
         <element ref=\"s:Firma\" xmlns:s=\"http://www.w3.org/2000/09/xmldsig#\" minOccurs=\"0\"/></sequence></complexType></element></schema>"
    )
}

const SIGNATURE: &str = "<?xml version='1.0' encoding='utf-8'?>
<!DOCTYPE schema PUBLIC \"-//W3C//DTD XMLSchema 200102//EN\" \"http://www.w3.org/2001/XMLSchema.dtd\" [
  <!ATTLIST schema xmlns:ds CDATA #FIXED \"http://www.w3.org/2000/09/xmldsig#\">
  <!ENTITY dsig 'http://www.w3.org/2000/09/xmldsig#'>
  <!ENTITY % p ''>
  <!ENTITY % s ''>
]>
<schema xmlns=\"http://www.w3.org/2001/XMLSchema\" targetNamespace=\"&dsig;\" elementFormDefault=\"qualified\">
  <element name=\"Firma\" type=\"ds:TipoFirma\"/>
  <complexType name=\"TipoFirma\" mixed=\"true\">
    <sequence minOccurs=\"0\" maxOccurs=\"unbounded\"><any namespace=\"##other\" processContents=\"lax\"/></sequence>
    <attribute name=\"Algorithm\" type=\"anyURI\" use=\"required\"/>
  </complexType>
</schema>";

#[test]
fn each_root_of_a_folder_of_others_compiles() {
    let folder = tempfile::tempdir().unwrap();
    let request = message("Peticion", "urn:peticion", "datos-especificos-ent.xsd");
    let response = message("Respuesta", "urn:respuesta", ".\\datos-especificos-sal.xsd");
    let coming = specific(
        "<choice maxOccurs=\"1000\"><element name=\"Nif\" type=\"string\"/>\
         <sequence><element name=\"Nombre\" type=\"string\"/><element name=\"Apellido\" type=\"string\" minOccurs=\"0\" maxOccurs=\"2\"/></sequence></choice>",
    );
    let going = specific("<element name=\"Nif\" type=\"integer\"/>");
    write(
        folder.path(),
        &[
            ("SV1/peticion.xsd", &request),
            ("SV1/respuesta.xsd", &response),
            ("SV1/datos-especificos-ent.xsd", &coming),
            ("SV1/datos-especificos-sal.xsd", &going),
            ("SV1/firma/xmldsig-core-schema.xsd", SIGNATURE),
            ("SV2/peticion.xsd", &request),
            ("SV2/datos-especificos-ent.xsd", &going),
            ("SV2/xmldsig.xsd", SIGNATURE),
        ],
    );
    let report = check::check(folder.path(), Governance::Ungoverned).unwrap();
    let verdicts: Vec<(&str, bool)> = report
        .files
        .iter()
        .map(|verdict| (verdict.file.as_str(), verdict.ok))
        .collect();
    let expected = [
        ("SV1/firma/xmldsig-core-schema.xsd", true),
        ("SV1/peticion.xsd", true),
        ("SV1/respuesta.xsd", true),
        ("SV2/peticion.xsd", true),
        ("SV2/xmldsig.xsd", true),
    ];
    assert_eq!(verdicts, expected, "{report:#?}");
    assert!(report.ok);
}

#[test]
fn the_files_of_a_folder_need_not_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let declares = |namespace: &str, root: &str, kind: &str| {
        format!(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='{namespace}'>\
             <xs:element name='{root}' type='xs:{kind}'/></xs:schema>"
        )
    };
    write(
        folder.path(),
        &[
            ("entrada.xsd", &declares("urn:datos", "Datos", "int")),
            ("salida.xsd", &declares("urn:datos", "Datos", "date")),
            (
                "peticion.xsd",
                &declares("urn:peticion", "Peticion", "string"),
            ),
            ("rota.xsd", "<nada/>"),
        ],
    );
    assert!(Contract::load(folder.path(), Governance::Ungoverned).is_err());
    for (path, namespace, local, files) in [
        (
            "",
            "urn:datos",
            "Datos",
            Some(vec!["entrada.xsd", "salida.xsd"]),
        ),
        ("", "urn:peticion", "Peticion", Some(vec!["peticion.xsd"])),
        ("salida.xsd", "urn:datos", "Datos", Some(vec!["salida.xsd"])),
        ("salida.xsd", "urn:peticion", "Peticion", Some(vec![])),
        ("", "urn:datos", "Nadie", None),
        ("rota.xsd", "urn:datos", "Datos", None),
    ] {
        let root = QName::new(Some(namespace), local);
        let at = folder.path().join(path);
        let found = Contract::declaring(&at, &root, Governance::Ungoverned).ok();
        let found = found.map(|contracts| {
            let first = |contract: &std::sync::Arc<Contract>| contract.files()[0].path.to_string();
            contracts.iter().map(first).collect::<Vec<_>>()
        });
        let files = files.map(|files| files.into_iter().map(str::to_owned).collect());
        assert_eq!(found, files, "{path} {local}");
    }
}

#[test]
fn xml_signatures_are_known_wherever_they_are_imported_from() {
    for location in [
        "",
        "schemaLocation='http://www.w3.org/TR/xmldsig-core/xmldsig-core-schema.xsd'",
        "schemaLocation='xmldsig-core-schema.xsd'",
    ] {
        let inside = format!(
            "<xs:import namespace='http://www.w3.org/2000/09/xmldsig#' {location}/>\
             <xs:element name='a'><xs:complexType><xs:sequence>\
             <xs:element ref='s:Signature' xmlns:s='http://www.w3.org/2000/09/xmldsig#'/>\
             </xs:sequence></xs:complexType></xs:element>"
        );
        let contract = ungoverned(&inside).unwrap_or_else(|errors| panic!("{location}: {errors}"));
        let signature = QName::new(Some("http://www.w3.org/2000/09/xmldsig#"), "Signature");
        assert!(contract.root(&signature).is_some(), "{location}");
    }
}

#[test]
fn a_copy_counts_once_whatever_else_its_file_declares() {
    let copy = |prefixes: &str, kind: &str| {
        format!(
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' xmlns:t='urn:t' {prefixes} targetNamespace='urn:t'>\
             <xs:element name='a' type='{kind}'/><xs:simpleType name='T'><xs:restriction base='xs:int'/></xs:simpleType>\
             </xs:schema>"
        )
    };
    for (prefixes, kind, same) in [
        ("xmlns:n='urn:n'", "t:T", true),
        ("xmlns='urn:t'", "t:T", false),
        ("xmlns:x='http://www.w3.org/2001/XMLSchema'", "x:int", false),
    ] {
        let (one, other) = (copy("", "t:T"), copy(prefixes, kind));
        let loaded = super::load(
            &[("a.xsd", &one), ("b.xsd", &other)],
            Governance::Ungoverned,
        );
        assert_eq!(loaded.is_ok(), same, "{prefixes} {kind}: {loaded:?}");
    }
}
