//! Section B: who answers for the victim's safety.

use domain::MunicipalityCode;
use domain::territory::municipalities;

use crate::body::Body;
use crate::record::details::{Details, Stream, officer, telephone};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn responsibility(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let mut rng = self.rng(Stream::Responsibility);
        draft.within("responsabilidad", |draft| {
            self.unit(draft)?;
            draft.within("agente", |draft| {
                draft.leaf("seudonimo", officer(&mut rng))?;
                draft.leaf("telefono", telephone(&mut rng))
            })?;
            draft.maybe("municipioResidencia", self.stored.municipality)
        })
    }

    /// The responsible unit and how to reach it.
    pub(crate) fn unit(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let town = self.stored.municipality;
        let place = town
            .and_then(municipalities::name)
            .unwrap_or("servicios centrales");
        let code = town.as_ref().map_or("00000", MunicipalityCode::as_str);
        let (short, name) = match self.body() {
            Some(Body::Local(_)) => ("PL", format!("Policía Local de {place}")),
            Some(Body::NationalPolice) => ("PN", format!("Policía Nacional, {place}")),
            Some(Body::CivilGuard) => ("GC", format!("Guardia Civil, {place}")),
            Some(body) => ("PA", format!("{body}, {place}")),
            None => ("UN", self.stored.responsible.clone()),
        };
        draft.within("unidad", |draft| {
            draft.leaf("organismo", &self.stored.responsible)?;
            draft.leaf("codigo", format_args!("{short}-{code}"))?;
            draft.leaf("nombre", name)?;
            draft.maybe("municipio", town)?;
            draft.leaf("telefono", "+34900000001")?;
            draft.leaf("correo", format_args!("{short}-{code}@prueba.example"))
        })
    }
}
