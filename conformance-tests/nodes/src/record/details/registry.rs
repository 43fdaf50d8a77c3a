//! Section I: automatic notifications.

use crate::record::details::{Details, Stream, day, officer};
use crate::record::{Draft, RecordError};

impl Details<'_> {
    pub(super) fn registry(&self, draft: &mut Draft) -> Result<(), RecordError> {
        let mut rng = self.rng(Stream::Registry);
        if !self.is_active() || !rng.once_in(3) {
            return Ok(());
        }
        draft.within("registro", |draft| {
            draft.within("notificacion", |draft| {
                let kinds = ["medidaJudicial", "nuevaDenuncia", "cambioDomicilio"];
                draft.leaf("tipo", rng.pick(&kinds).unwrap_or(&"nuevaDenuncia"))?;
                draft.leaf("gravedad", "aviso")?;
                draft.leaf("generada", day(self.moment(&mut rng)))?;
                draft.leaf("confirmadaPor", officer(&mut rng))?;
                draft.leaf("difundidaA", &self.stored.responsible)
            })
        })
    }
}
