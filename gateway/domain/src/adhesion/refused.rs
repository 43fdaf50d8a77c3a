//! Why an act is not taken into a dossier: one name each, told to officials in Spanish.

use jiff::civil::Date;

use crate::adhesion::places::PlaceFault;
use crate::adhesion::template::ReferenceNeed;
use crate::{AgreementId, AgreementState, OrganismId, StaffRole};

/// Declares the refusals: variant, code of the evidence and the pages, Spanish text.
macro_rules! refusals {
    ($($(#[doc = $doc:literal])+ $name:ident $(($($part:ident: $type:ty),+))? = $code:literal, $text:literal;)+) => {
        /// Why an act is not taken.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum Refused {
            $($(#[doc = $doc])+ #[error($text)] $name $(($($type),+))?),+
        }

        impl Refused {
            /// Every code, in order.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The word by which evidence and pages name it.
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$name $(($(refusals!(@skip $part)),+))? => $code),+
                }
            }
        }
    };
    (@skip $part:ident) => { _ };
}

refusals! {
    // Who acts, and on what.
    /// An auditor sees everything and changes nothing.
    AuditorActs = "auditor-no-actua", "un auditor no puede realizar actos en un expediente";
    /// The act takes another role.
    RoleMissing(role: StaffRole) = "falta-rol", "el acto exige el rol `{0}`";
    /// The dossier has moved on since the version that the author saw: that version, the present one.
    Stale(seen: u32, now: u32) = "expediente-cambiado",
        "el expediente ha cambiado: el acto parte de la versión {0} y va por la {1}";
    /// What an organism says of its own users is its own act.
    OfTheOrganism = "acto-del-organismo", "ese acto es del organismo: lo hace él mismo, con su certificado";
    /// It has ended.
    Ended(state: AgreementState) = "expediente-terminado", "el convenio está en estado `{0}` y ya no cambia";

    /// The organism has no name that can be shown.
    NameInvalid = "nombre-no-valido", "el nombre del organismo tiene de 3 a 200 caracteres, ninguno de control";

    /// It is a town hall whose check digit is not the one that the others give.
    TownHallMistyped(id: OrganismId) = "digito-de-control-erroneo",
        "el dígito de control del ayuntamiento `{0}` no corresponde a su código";
    /// It is the town hall of no town.
    TownHallOfNoTown(id: OrganismId) = "municipio-inexistente", "no existe el municipio del ayuntamiento `{0}`";

    // Dates and papers.
    /// The date is after today.
    FutureDate(date: Date, today: Date) = "fecha-futura", "la fecha {0} es posterior a hoy, {1}";
    /// The date is before that of what came before.
    DateOutOfOrder(date: Date, before: Date) = "fecha-desordenada",
        "la fecha {0} es anterior a la del paso precedente, {1}";
    /// The act takes a document.
    DocumentMissing = "falta-documento", "el acto exige un documento";
    /// The act takes a reference.
    ReferenceMissing = "falta-referencia", "el acto exige una referencia, como el número de inscripción en REOICO";
    /// The reference must be that of the BOE.
    NotBoe = "referencia-no-boe", "la referencia de la publicación es la del BOE: `BOE-A-AAAA-N`";
    /// The act takes a reason.
    NoteMissing = "falta-motivo", "el acto exige un motivo";

    // The way to effect.
    /// The step is not the next one of its template.
    StepSkipped(to: AgreementState, next: AgreementState) = "paso-omitido",
        "no puede pasarse a `{0}`: el paso siguiente es `{1}`";
    /// The state is not reached by a step.
    NotAStep(to: AgreementState) = "no-es-un-paso", "a `{0}` no se llega con un paso, sino con una propuesta y su aprobación";
    /// The state was not passed.
    NeverPassed(to: AgreementState) = "paso-no-dado", "no puede volverse a `{0}`: el expediente no ha pasado por ahí";
    /// Once it has effect nothing goes back, and annexes change by proposal.
    InEffect = "convenio-en-vigor", "el convenio ya surte efecto: solo cambia con una propuesta y su aprobación";
    /// There is no annex.
    AnnexMissing = "falta-anexo", "el expediente no tiene anexo";
    /// A part of the annex that grants nothing makes all of it void.
    AnnexEmpty(part: &'static str) = "anexo-vacio", "el anexo no concede nada: falta `{0}`";
    /// A place of the annex does not exist.
    Place(fault: PlaceFault) = "territorio-no-valido", "el territorio del anexo no es válido: {0}";
    /// There is no last day.
    TermMissing = "falta-plazo", "el expediente no tiene último día de vigencia";
    /// The term is longer than the law allows: the last day that it does.
    TermTooLong(longest: Date) = "plazo-excesivo", "el plazo supera el legal: el último día posible es {0}";
    /// The term is over before it begins.
    TermOver(last: Date) = "plazo-vencido", "el último día de vigencia, {0}, ya ha pasado";
    /// No run of the conformance profile is on file.
    ConformanceMissing = "falta-conformidad", "falta el resultado de las pruebas de conformidad";
    /// The last run of the conformance profile failed.
    ConformanceFailed = "conformidad-no-superada", "las últimas pruebas de conformidad no se superaron";
    /// Nobody is on the users form.
    NoUsers = "sin-usuarios", "el formulario de usuarios no tiene a nadie de alta";
    /// Nobody on the users form is trained.
    NobodyTrained = "sin-formacion", "nadie del formulario de usuarios consta como formado";

    // Four eyes.
    /// Another act is proposed and waits.
    ProposalPending(seq: u32) = "propuesta-pendiente", "hay una propuesta pendiente, la del asiento {0}";
    /// Nothing is proposed.
    NothingProposed = "sin-propuesta", "no hay ninguna propuesta pendiente";
    /// Whoever proposes does not approve.
    OwnProposal = "propuesta-propia", "quien propone no aprueba: hace falta otra persona";
    /// Only whoever proposed takes it back.
    ForeignProposal = "propuesta-ajena", "solo quien propuso puede retirar la propuesta";

    // Once it has effect.
    /// It has no effect yet, or none now.
    NotInEffect(state: AgreementState) = "convenio-sin-efecto", "el convenio está en estado `{0}`: no está en vigor";
    /// Another agreement of the organism is in effect, or will be: access would stay open whatever became of this one.
    AnotherInEffect(other: AgreementId) = "otro-convenio-en-vigor",
        "el convenio `{0}` del mismo organismo está en vigor o va a estarlo: antes debe terminar o suspenderse";
    /// It is not suspended.
    NotSuspended(state: AgreementState) = "no-suspendido", "el convenio está en estado `{0}`: no está suspendido";
    /// The term is over: its last day.
    AfterExpiry(last: Date) = "prorroga-tardia", "el plazo terminó el {0}: solo se prorroga antes de terminar";
    /// It was extended before.
    SecondExtension = "segunda-prorroga", "el convenio ya se prorrogó una vez";
    /// The extension is longer than the law allows: the last day that it does.
    ExtensionTooLong(longest: Date) = "prorroga-excesiva", "la prórroga supera cuatro años: el último día posible es {0}";
    /// The extension ends no later than the term: its last day.
    ExtensionNotLater(last: Date) = "prorroga-sin-efecto", "la prórroga debe terminar después del {0}";
}

impl Refused {
    /// What a missing or wrong reference is called.
    pub(crate) fn reference(need: ReferenceNeed) -> Self {
        match need {
            ReferenceNeed::Free | ReferenceNeed::Number => Self::ReferenceMissing,
            ReferenceNeed::Boe => Self::NotBoe,
        }
    }
}
