//! Section F: complaints and incidents.

use crate::record::details::{Details, Stream, day};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn facts(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let mut rng = self.rng(Stream::Facts);
        let origins = ["victima", "victima", "tercero", "oficio", "parteMedico"];
        draft.within("hechos", |draft| {
            draft.within("denuncia", |draft| {
                draft.leaf("origen", rng.pick(&origins).unwrap_or(&"victima"))?;
                draft.leaf("fecha", day(self.stored.created))?;
                draft.leaf("organismo", &self.stored.responsible)?;
                draft.leaf("atestado", format_args!("PRUEBA/{}", self.stored.number))?;
                draft.maybe("municipio", self.stored.municipality)?;
                draft.leaf(
                    "hechos",
                    "Relato de PRUEBA: no describe hechos ni personas reales.",
                )
            })?;
            if self.is_serious() {
                let breach = rng.once_in(2);
                draft.within("incidente", |draft| {
                    draft.leaf("tipo", if breach { "quebrantamiento" } else { "amenaza" })?;
                    draft.leaf("fecha", day(self.moment(&mut rng)))?;
                    draft.leaf("quebrantamiento", breach)?;
                    draft.leaf("descripcion", "Incidente de PRUEBA.")
                })?;
            }
            if self.is_active() && rng.once_in(6) {
                draft.within("ciberviolencia", |draft| {
                    let kinds = ["controlDispositivo", "acosoEnLinea", "geolocalizacion"];
                    draft.leaf("tipo", rng.pick(&kinds).unwrap_or(&"acosoEnLinea"))?;
                    draft.leaf("activa", rng.once_in(2))
                })?;
            }
            Ok(())
        })
    }
}
