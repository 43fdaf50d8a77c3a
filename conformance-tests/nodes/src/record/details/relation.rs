//! Section E: relationship and minors.

use crate::record::details::{Details, Stream, day};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn relation(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let mut rng = self.rng(Stream::Relation);
        let kinds = [
            "exconyuge",
            "expareja",
            "matrimonio",
            "noviazgo",
            "parejaDeHecho",
        ];
        let kind = rng.pick(&kinds).copied().unwrap_or("expareja");
        let apart = kind.starts_with("ex");
        let minors = if rng.once_in(2) { rng.below(2) + 1 } else { 0 };
        draft.within("relacion", |draft| {
            draft.within("vinculo", |draft| {
                draft.leaf("tipo", kind)?;
                draft.leaf("convivencia", !apart)?;
                draft.maybe("fechaRuptura", apart.then(|| day(self.stored.created)))
            })?;
            for minor in 1..=minors {
                draft.within("menor", |draft| {
                    let bands = ["0-2", "3-5", "6-11", "12-15", "16-17"];
                    draft.leaf("seudonimo", format_args!("MENOR-{minor}"))?;
                    draft.leaf("tramoEdad", rng.pick(&bands).unwrap_or(&"6-11"))?;
                    draft.within("centroEscolar", |draft| {
                        draft.leaf("nombre", "Colegio de PRUEBA")?;
                        draft.maybe("municipio", self.stored.municipality)
                    })
                })?;
            }
            Ok(())
        })
    }
}
