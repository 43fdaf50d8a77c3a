//! Section G: the level and how it came about. Nothing here computes a level: it is the row's.

use contract::NodeRef;
use domain::RiskLevel;

use crate::population::Rng;
use crate::record::details::{DAY, Details, Stream, day, instant, officer};
use crate::record::{Draft, RecordError};

/// Some indicators of the initial form, by the codes of this project.
const INDICATORS: [&str; 8] = [
    "PSYCHOLOGICAL_VIOLENCE",
    "PHYSICAL_VIOLENCE",
    "THREATS_OR_PLANS",
    "CONTROL_BEHAVIOUR",
    "HARASSMENT",
    "MEASURE_BREACHES",
    "MINORS_IN_CHARGE",
    "BREAKUP_6M",
];

impl Details<'_> {
    pub(super) fn assessment(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let Some(level) = self.stored.level else {
            return Ok(());
        };
        let mut rng = self.rng(Stream::Assessment);
        draft.within("valoracion", |draft| {
            self.level(draft, None)?;
            self.source(draft)?;
            draft.within("evaluacion", |draft| {
                self.evaluation(draft, level, &mut rng)
            })?;
            if self.is_serious() && rng.once_in(3) {
                draft.within("circunstancias", |draft| {
                    let since = day(self.stored.updated).to_string();
                    draft.marked_leaf("especialRelevancia", ("desde", &since), true)
                })?;
                draft.within("diligencia", |draft| {
                    draft.leaf("tipo", "especialRelevancia")?;
                    draft.leaf("fecha", instant(self.stored.updated))?;
                    draft.leaf("texto", "Diligencia automatizada de PRUEBA.")
                })?;
            }
            Ok(())
        })
    }

    /// The level in force: as submitted if that is still it, else what the row says.
    pub(super) fn level(
        &self,
        draft: &mut Draft,
        submitted: Option<NodeRef<'_>>,
    ) -> Result<(), RecordError> {
        let Some(level) = self.stored.level else {
            return Ok(());
        };
        let said = submitted.and_then(|node| node.child("nivelActual")?.text());
        if let Some(node) = submitted
            && said == Some(level.as_str())
        {
            return draft.append(node);
        }
        let due = instant(self.stored.updated + term(level));
        draft.within("nivel", |draft| {
            draft.leaf("nivelActual", level.as_str())?;
            draft.leaf("desde", day(self.stored.updated))?;
            draft.maybe("proximaValoracion", self.is_active().then_some(due))
        })
    }

    fn source(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let Some(source) = &self.stored.source_level else {
            return Ok(());
        };
        draft.within("origen", |draft| {
            draft.leaf("escalaOrigen", "VIOGEN_2019")?;
            draft.leaf("nivelOrigen", source)
        })
    }

    fn evaluation(
        &self,
        draft: &mut Draft,
        level: RiskLevel,
        rng: &mut Rng,
    ) -> Result<(), RecordError> {
        draft.leaf("formulario", "VPR")?;
        draft.leaf("versionFormulario", "5.0-H")?;
        draft.leaf("fecha", instant(self.stored.updated))?;
        draft.leaf("evaluador", officer(rng))?;
        self.source(draft)?;
        draft.leaf("nivelCalculado", level.as_str())?;
        draft.leaf("nivelAsignado", level.as_str())?;
        draft.leaf("estado", "consolidada")?;
        draft.leaf("consolidada", instant(self.stored.updated + DAY))?;
        draft.leaf("fuente", "victima")?;
        for indicator in INDICATORS {
            draft.within("respuesta", |draft| {
                draft.leaf("indicador", indicator)?;
                draft.leaf(
                    "valor",
                    rng.pick(&["si", "no", "noSeSabe"]).unwrap_or(&"no"),
                )
            })?;
        }
        Ok(())
    }
}

/// How long a valuation holds, in seconds.
fn term(level: RiskLevel) -> i64 {
    DAY * match level {
        RiskLevel::Extreme => 3,
        RiskLevel::High => 7,
        RiskLevel::Medium => 30,
        RiskLevel::Low | RiskLevel::NotAppreciated => 60,
    }
}
