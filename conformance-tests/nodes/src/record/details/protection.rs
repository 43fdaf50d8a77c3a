//! Section H: measures. No judicial measure is in force in a case that is not followed up.

use crate::record::details::{DAY, Details, Stream, day};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn protection(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let Some(level) = self.stored.level.filter(|_| self.is_active()) else {
            return Ok(());
        };
        let mut rng = self.rng(Stream::Protection);
        let measures = [
            "TELEFONO_24H",
            "CONTACTOS_ESPORADICOS",
            "VIGILANCIA_OCASIONAL",
        ];
        let count = if self.is_serious() { 3 } else { 2 };
        draft.within("proteccion", |draft| {
            for code in measures.into_iter().take(count) {
                draft.within("medidaPolicial", |draft| {
                    draft.leaf("codigo", code)?;
                    draft.leaf("obligatoria", true)?;
                    draft.leaf("nivel", level.as_str())?;
                    draft.leaf("inicio", day(self.stored.updated))
                })?;
            }
            if self.is_serious() {
                draft.within("medidaJudicial", |draft| self.order(draft))?;
            }
            if self.is_serious() && rng.once_in(4) {
                draft.within("dispositivo", |draft| {
                    draft.leaf("tipo", "pareja")?;
                    draft.leaf("estado", "activo")?;
                    draft.leaf("instalado", day(self.stored.updated))
                })?;
            }
            draft.within("plan", |draft| {
                draft.within("area", |draft| {
                    draft.leaf("ambito", "movilidad")?;
                    draft.leaf("pauta", "Pauta de PRUEBA")
                })
            })
        })
    }

    /// A restraining order.
    fn order(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let town = self
            .stored
            .municipality
            .map_or("00000".to_owned(), |town| town.to_string());
        let adopted = self.stored.updated;
        draft.leaf("tipo", "prohibicionAproximacion")?;
        draft.leaf("contenido", "Domicilio, trabajo y persona")?;
        draft.leaf("distancia", 500)?;
        draft.leaf("organoJudicial", "Juzgado de PRUEBA")?;
        draft.leaf(
            "nig",
            format_args!(
                "{town}432{:04}{:07}",
                day(adopted).year(),
                self.stored.number
            ),
        )?;
        draft.leaf("adoptada", day(adopted))?;
        draft.leaf("notificada", day(adopted))?;
        draft.leaf("vence", day(adopted + 730 * DAY))?;
        draft.leaf("estado", "vigente")?;
        draft.leaf("procedencia", "registro")
    }
}
