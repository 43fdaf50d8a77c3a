//! Section A: the header.

use crate::record::details::{Details, Stream, day, instant};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn header(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let mut rng = self.rng(Stream::Header);
        draft.within("cabecera", |draft| {
            draft.leaf("idCaso", &self.stored.id)?;
            draft.within("idLocal", |draft| {
                draft.leaf("sistema", "VIOGEN")?;
                draft.leaf(
                    "identificador",
                    format_args!("PRUEBA-{:07}", self.stored.number),
                )
            })?;
            self.edition(draft)?;
            draft.leaf("estado", &self.stored.state)?;
            self.situation(draft)?;
            if self.stored.state == "baja" {
                draft.within("baja", |draft| {
                    let causes = [
                        "sentenciaAbsolutoriaFirme",
                        "sobreseimientoFirme",
                        "archivoFirme",
                    ];
                    draft.leaf("causa", rng.pick(&causes).unwrap_or(&"archivoFirme"))?;
                    draft.leaf("resolucion", "Juzgado de PRUEBA, resolución de PRUEBA")
                })?;
            }
            draft.leaf("protocolo", "VIOGEN_2019")?;
            draft.within("calidad", |draft| {
                draft.leaf("base", "mixta")?;
                draft.leaf(
                    "fiabilidad",
                    rng.pick(&["alta", "media"]).unwrap_or(&"media"),
                )?;
                draft.leaf("verificado", day(self.stored.updated))?;
                draft.leaf("cesion", "conAutorizacion")
            })
        })
    }

    /// The version and its dates.
    pub(super) fn edition(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let version = self.stored.version;
        draft.within("edicion", |draft| {
            draft.leaf("version", version)?;
            draft.leaf("etiqueta", format_args!("v{version}"))?;
            draft.leaf("creado", instant(self.stored.created))?;
            draft.leaf("actualizado", instant(self.stored.updated))
        })
    }

    fn situation(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let reason = match self.stored.state.as_str() {
            "inactivo" => "Inactivación de PRUEBA",
            "inactivoGestionadoPorCcaa" => "Residencia en una comunidad con sistema propio",
            "extranjero" => "Residencia en el extranjero",
            _ => return Ok(()),
        };
        draft.within("situacion", |draft| {
            draft.leaf("motivo", reason)?;
            draft.leaf("desde", day(self.stored.updated))
        })
    }
}
