//! Section C: the victim.

use crate::record::details::{Details, Stream, telephone};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn victim(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let Some(person) = &self.stored.victim else {
            return Ok(());
        };
        let mut rng = self.rng(Stream::Victim);
        let protected = self.is_serious() && rng.once_in(10);
        draft.within("victima", |draft| {
            draft.within("identidad", |draft| self.identity(draft, person))?;
            draft.within("contacto", |draft| {
                draft.marked_leaf("telefono", ("seguro", "true"), telephone(&mut rng))?;
                draft.leaf(
                    "correo",
                    format_args!("victima.{}@prueba.example", person.number),
                )?;
                draft.leaf("canalSeguro", "Llamar de 9 a 13 h")?;
                draft.leaf("idioma", "es")
            })?;
            draft.within("domicilio", |draft| {
                self.address(draft, "direccion", "Calle de PRUEBA", &mut rng)?;
                self.address(draft, "lugarTrabajo", "Avenida de PRUEBA", &mut rng)?;
                draft.leaf("enAlojamientoProtegido", protected)
            })?;
            if protected {
                draft.within("alojamientoProtegido", |draft| {
                    draft.leaf(
                        "centro",
                        format_args!("CENTRO-PRUEBA-{}", rng.below(90) + 10),
                    )?;
                    draft.leaf("telefono", telephone(&mut rng))
                })?;
            }
            if rng.once_in(5) {
                draft.within("salud", |draft| {
                    draft.leaf("atencionEspecial", true)?;
                    draft.leaf("discapacidad", rng.once_in(3))?;
                    draft.leaf("embarazo", rng.once_in(4))
                })?;
            }
            draft.within("apoyo", |draft| {
                let answers = ["si", "no", "noSeSabe"];
                draft.leaf("apoyoSocial", rng.pick(&answers).unwrap_or(&"si"))?;
                draft.leaf("dependenciaEconomica", rng.pick(&answers).unwrap_or(&"no"))
            })
        })
    }
}
