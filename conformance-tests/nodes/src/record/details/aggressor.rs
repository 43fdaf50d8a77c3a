//! Section D: the aggressor; nothing of him once the case is closed.

use crate::record::details::{Details, Stream};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn aggressor(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let Some(person) = &self.stored.aggressor else {
            return Ok(());
        };
        let mut rng = self.rng(Stream::Aggressor);
        let alias = rng
            .once_in(4)
            .then(|| format!("ALIAS PRUEBA {}", person.number));
        draft.within("agresor", |draft| {
            draft.within("identidad", |draft| {
                draft.within("persona", |draft| self.identity(draft, person))?;
                draft.maybe("alias", alias)
            })?;
            draft.within("descripcion", |draft| {
                draft.leaf("altura", 155 + rng.below(40))?;
                draft.leaf("complexion", "Descripción de PRUEBA")?;
                draft.within("vehiculo", |draft| {
                    draft.leaf("matricula", format_args!("PRUEBA {:04}", rng.below(10_000)))?;
                    draft.leaf(
                        "color",
                        rng.pick(&["blanco", "gris", "rojo"]).unwrap_or(&"gris"),
                    )
                })
            })?;
            draft.within("localizacion", |draft| {
                self.address(draft, "direccion", "Plaza de PRUEBA", &mut rng)?;
                draft.leaf("paradero", "conocido")?;
                draft.leaf("situacionPenitenciaria", "libertad")
            })?;
            draft.within("armas", |draft| {
                draft.leaf("licencia", if rng.once_in(20) { "si" } else { "no" })?;
                draft.leaf("acceso", "noSeSabe")
            })?;
            draft.within("antecedentes", |draft| {
                draft.leaf("policiales", rng.once_in(2))?;
                draft.leaf("violenciaGenero", rng.once_in(3))?;
                draft.leaf("quebrantamientos", rng.below(3))
            })
        })
    }
}
