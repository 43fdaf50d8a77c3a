//! Answers of a holder about its index.

use adapters::soap::{FaultCode, SoapVersion, Transmission, write_fault, write_response};
use contract::{Document, Limits};
use domain::Problem;
use domain::problem::Report;
use jiff::Timestamp;

use super::site::Site;

pub(crate) const CASE: &str = "01HV5Z6V4QK3N7R8T9W0X1Y2Z3";

/// A page with two cases, one of someone abroad.
pub(crate) fn page() -> String {
    format!(
        "<ConsultarIndiceRespuesta xmlns='urn:pasarela:viogen:2'>\
           <entrada><idCaso>{CASE}</idCaso><version>3</version>\
             <municipioResidencia>13047</municipioResidencia><responsable>L01130473</responsable>\
             <nivel>alto</nivel><estado>activo</estado></entrada>\
           <entrada><idCaso>01HV5Z6V4QK3N7R8T9W0X1Y2Z4</idCaso><version>1</version>\
             <responsable>E00003801</responsable><estado>inactivo</estado></entrada>\
           <siguienteCursor>p.2</siguienteCursor>\
         </ConsultarIndiceRespuesta>"
    )
}

impl Site {
    pub(crate) fn envelope(&self, version: SoapVersion, body: &str) -> Vec<u8> {
        let expected = self.contract.operation("consultarIndice").unwrap().response;
        let document: Document = contract::xml::decode(
            &self.contract,
            expected,
            body.as_bytes(),
            &Limits::default(),
        )
        .unwrap();
        let transmission = Transmission {
            request_id: "indice-1".parse().unwrap(),
            id: "t-1".to_owned(),
            at: Timestamp::now(),
        };
        write_response(version, &transmission, &document)
    }
}

pub(crate) fn fault(problem: Problem) -> Vec<u8> {
    let report = Report {
        problem,
        detail: "detalle".to_owned(),
        violations: Vec::new(),
        incident: "i-1".to_owned(),
        request_id: None,
        wait: None,
    };
    write_fault(SoapVersion::V12, &FaultCode::Table, &report)
}
