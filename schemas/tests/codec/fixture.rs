//! A small contract with one of everything, and shorthands to use it.

use std::fs;
use std::sync::{Arc, OnceLock};

use contract::{Contract, DecodeError, Document, ElementId, Governance, Limits, QName};

const MAIN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" xmlns:o="urn:o"
    xmlns:p="urn:pasarela:anotaciones:1" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:import namespace="urn:o" schemaLocation="other.xsd"/>
  <xs:element name="Todo">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="codigo" type="Codigo">
          <xs:annotation><xs:appinfo><p:gobierno grupo="g" sensibilidad="S1"/></xs:appinfo></xs:annotation>
        </xs:element>
        <xs:element name="cuenta" type="xs:int" minOccurs="0"/>
        <xs:element name="largo" type="xs:integer" minOccurs="0"/>
        <xs:element name="importe" type="xs:decimal" minOccurs="0"/>
        <xs:element name="activo" type="xs:boolean" minOccurs="0"/>
        <xs:element name="nota" type="xs:string" minOccurs="0" nillable="true"/>
        <xs:element name="dia" type="xs:date" minOccurs="0" maxOccurs="3"/>
        <xs:choice minOccurs="0">
          <xs:element name="uno" type="xs:string"/>
          <xs:element name="dos" type="xs:string"/>
        </xs:choice>
        <xs:element name="parte" type="Parte" minOccurs="0" maxOccurs="unbounded"/>
        <xs:element name="medida" type="Medida" minOccurs="0" maxOccurs="2"/>
        <xs:element name="vacio" type="Vacio" minOccurs="0"/>
        <xs:element name="fijo" type="xs:int" fixed="7" minOccurs="0"/>
        <xs:element name="defecto" type="xs:string" default="normal" minOccurs="0"/>
        <xs:element name="quizas" type="Parte" nillable="true" minOccurs="0"/>
        <xs:element ref="o:ajeno" minOccurs="0"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
  <xs:element name="Hoja" type="xs:int"/>
  <xs:simpleType name="Codigo">
    <xs:restriction base="xs:token">
      <xs:pattern value="[A-Z]{2}[0-9]{2}"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:complexType name="Parte">
    <xs:sequence>
      <xs:element name="nombre" type="xs:token"/>
      <xs:element name="parte" type="Parte" minOccurs="0" maxOccurs="unbounded"/>
    </xs:sequence>
    <xs:attribute name="id" type="xs:NCName" use="required"/>
    <xs:attribute name="orden" type="xs:int"/>
  </xs:complexType>
  <xs:complexType name="Medida">
    <xs:simpleContent>
      <xs:extension base="xs:int">
        <xs:attribute name="unidad" type="xs:string" use="required"/>
        <xs:attribute name="exacta" type="xs:boolean" fixed="true"/>
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
  <xs:complexType name="Vacio"/>
</xs:schema>"#;

const OTHER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:o" targetNamespace="urn:o">
  <xs:element name="ajeno">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="local" type="xs:string" maxOccurs="unbounded"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>"#;

/// Compiles a contract from texts.
pub(crate) fn compile(files: &[(&str, &str)], governance: Governance) -> Arc<Contract> {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("prueba").join("1");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    Contract::load(&folder, governance).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The contract with one of everything.
pub(crate) fn contract() -> &'static Arc<Contract> {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        compile(
            &[("main.xsd", MAIN), ("other.xsd", OTHER)],
            Governance::Ungoverned,
        )
    })
}

pub(crate) fn root(contract: &Contract, name: &str) -> ElementId {
    contract.root(&name.parse::<QName>().unwrap()).unwrap()
}

/// Decodes the inside of a `Todo`.
pub(crate) fn from_xml(inside: &str) -> Result<Document, DecodeError> {
    whole_xml(&format!(
        "<Todo xmlns=\"urn:t\" xmlns:xsi=\"{INSTANCE}\">{inside}</Todo>"
    ))
}

pub(crate) fn whole_xml(text: &str) -> Result<Document, DecodeError> {
    let root = root(contract(), "{urn:t}Todo");
    contract::xml::decode(contract(), root, text.as_bytes(), &Limits::default())
}

pub(crate) fn from_json(text: &str) -> Result<Document, DecodeError> {
    let root = root(contract(), "{urn:t}Todo");
    contract::json::decode(contract(), root, text.as_bytes(), &Limits::default())
}

pub(crate) const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

pub(crate) fn to_xml(document: &Document) -> String {
    let mut out = Vec::new();
    document.write_xml(&mut out);
    String::from_utf8(out).unwrap()
}

pub(crate) fn to_json(document: &Document) -> String {
    let mut out = Vec::new();
    document.write_json(&mut out);
    String::from_utf8(out).unwrap()
}

/// Code, path and line of each violation, or the code of the fault and its line.
pub(crate) fn told(outcome: &Result<Document, DecodeError>) -> Vec<String> {
    match outcome {
        Ok(_) => vec!["ok".to_owned()],
        Err(DecodeError::Fault(fault)) => vec![format!("{} {}", fault.kind.code(), fault.line)],
        Err(DecodeError::Invalid(violations)) => {
            let told = violations.iter().map(|violation| {
                let line = violation.line.map_or(0, |line| line);
                format!("{} {} {line}", violation.kind.code(), violation.path)
            });
            told.collect()
        }
    }
}
