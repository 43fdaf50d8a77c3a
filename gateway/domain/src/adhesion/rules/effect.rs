//! Whether what is proposed may come true: asked when it is proposed, and again when it is approved.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::adhesion::act::Proposal;
use crate::adhesion::dossier::Dossier;
use crate::adhesion::refused::Refused;
use crate::{AgreementState, day_in_madrid};

/// Ley 40/2015 art. 49.h.2: an extension adds four years at most.
const EXTENSION_YEARS: u8 = 4;

/// Whether `proposal`, of that date, may come true at `now`.
pub(super) fn possible(
    dossier: &Dossier,
    proposal: &Proposal,
    date: Date,
    now: Timestamp,
) -> Result<(), Refused> {
    let state = dossier.state();
    match proposal {
        Proposal::Activate => activate(dossier, date, now),
        Proposal::Suspend => in_effect(dossier),
        Proposal::Resume if state == AgreementState::Suspended => Ok(()),
        Proposal::Resume => Err(Refused::NotSuspended(state)),
        Proposal::Extend(last) => extend(dossier, *last),
        Proposal::Resolve => begun(dossier),
        Proposal::Annex(annex) => begun(dossier).and_then(|()| super::fit(annex)),
    }
}

fn activate(dossier: &Dossier, date: Date, now: Timestamp) -> Result<(), Refused> {
    super::before_effect(dossier)?;
    super::fit(dossier.annex().ok_or(Refused::AnnexMissing)?)?;
    let last = dossier.expires_on().ok_or(Refused::TermMissing)?;
    super::not_over(last, day_in_madrid(now))?;
    if let Some(years) = dossier.template().longest_years {
        let longest = years_after(date, years);
        if last > longest {
            return Err(Refused::TermTooLong(longest));
        }
    }
    super::conforms(dossier)
}

fn extend(dossier: &Dossier, last: Date) -> Result<(), Refused> {
    begun(dossier)?;
    let term = dossier.expires_on().ok_or(Refused::TermMissing)?;
    if dossier.extended_by().is_some() {
        return Err(Refused::SecondExtension);
    }
    if last <= term {
        return Err(Refused::ExtensionNotLater(term));
    }
    let longest = years_after(term, EXTENSION_YEARS);
    if last > longest {
        return Err(Refused::ExtensionTooLong(longest));
    }
    Ok(())
}

/// It is open, or would be if its day had come.
fn in_effect(dossier: &Dossier) -> Result<(), Refused> {
    let state = dossier.state();
    if matches!(
        state,
        AgreementState::Effective | AgreementState::ExtensionAgreed
    ) {
        Ok(())
    } else {
        Err(Refused::NotInEffect(state))
    }
}

/// It has effect, suspended or not.
fn begun(dossier: &Dossier) -> Result<(), Refused> {
    match dossier.effective_from() {
        Some(_) => Ok(()),
        None => Err(Refused::NotInEffect(dossier.state())),
    }
}

/// The same day so many years later; the last of its month where there is no such day (Ley 39/2015 art. 30.4).
fn years_after(date: Date, years: u8) -> Date {
    date.saturating_add(i64::from(years).years())
}
