//! How a lot is sent: as the options say, or as the folder of the partner that sends it does.

use std::path::Path;
use std::sync::Arc;

use adapters::partner::{Partner, Style};
use adapters::soap::SoapVersion;
use domain::{OperationKind, Signing};

use super::Args;
use super::delivery::Way;
use super::signed::Signed;
use super::spoken::{self, Spoken};
use crate::exit::Failure;
use crate::home::Home;

/// What is sent, and in which protocol.
#[derive(Debug)]
pub(super) struct Profile {
    /// What the lines are requests of.
    pub spoken: Spoken,
    /// The edition of SOAP of signed messages.
    version: SoapVersion,
}

/// What the options say of signatures.
#[derive(Clone, Copy)]
struct Keys {
    own: bool,
    gateway: bool,
}

impl Profile {
    /// Reads the partner's folder, if one is named.
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        let Some(slug) = &args.partner else {
            return Ok(Self {
                spoken: Spoken::Canonical(args.contract.clone()),
                version: SoapVersion::V12,
            });
        };
        let home = Home::find(None);
        let shipped = home.as_ref().map(Home::partners);
        let none = || Failure::Broken("no folder of partners: give `--partners`".to_owned());
        let dir = args.partners.clone().or(shipped).ok_or_else(none)?;
        let folder = dir.join(slug);
        if !folder.join("partner.toml").is_file() {
            let dir = dir.display();
            return Err(Failure::Unfit(format!(
                "there is no partner `{slug}` in `{dir}`"
            )));
        }
        let canonical = Spoken::Canonical(None).contract()?;
        let partner = Partner::load(&folder, &canonical);
        let partner = partner.map_err(|e| Failure::broken("partner", e))?;
        let keys = Keys {
            own: args.sign_cert.is_some(),
            gateway: args.gateway_cert.is_some(),
        };
        let version = fits(&partner, keys).map_err(Failure::Unfit)?;
        let spoken = match &partner.dialect {
            Some(dialect) => Spoken::Dialect(Arc::clone(&dialect.contract)),
            None => Spoken::Canonical(None),
        };
        Ok(Self { spoken, version })
    }

    /// How pieces travel.
    pub(super) fn way(&self, args: &Args) -> Result<Way, Failure> {
        let (Some(certificate), Some(key)) = (&args.sign_cert, &args.sign_key) else {
            return Ok(Way::Lines);
        };
        let contract = self.spoken.contract()?;
        let gateway: Option<&Path> = args.gateway_cert.as_deref();
        let signed = Signed::load((contract, self.version), (certificate, key), gateway)?;
        Ok(Way::Signed(Box::new(signed)))
    }
}

/// The edition of SOAP that the partner's lots travel in, where they do; or why none can be sent as its folder says.
fn fits(partner: &Partner, keys: Keys) -> Result<SoapVersion, String> {
    let (slug, settings) = (&partner.slug, &partner.settings);
    let own = partner.dialect.as_ref().map(|it| &it.contract);
    if own.is_some_and(|it| spoken::lots(it).is_none()) {
        let contract = &settings.contract;
        return Err(format!(
            "`{slug}` speaks `{contract}`, which has no lot: its cases go one by one, or in the canonical contract, without \
             `--partner`, where its agreement names that one"
        ));
    }
    if !settings.capabilities.asks.contains(&OperationKind::Submit) {
        return Err(format!("`{slug}` is not one that submits cases"));
    }
    let style = settings.protocol.style;
    match (style, keys.own) {
        (Style::Rest, false) if own.is_some() => Err(format!(
            "`{slug}` speaks REST in words of its own: lots go line by line only in the canonical contract"
        )),
        (Style::Rest, true) => Err(format!(
            "`{slug}` speaks REST, line by line: there is nothing to sign with `--sign-cert`"
        )),
        (Style::Rest, false) if settings.security.requests == Signing::Required => Err(format!(
            "`{slug}` signs what it asks by REST, and `send` signs no lots by REST"
        )),
        (Style::Soap11 | Style::Soap12, false) => Err(format!(
            "`{slug}` speaks {}: its lots go in signed messages, give `--sign-cert` and `--sign-key`",
            style.as_str()
        )),
        (Style::Soap11 | Style::Soap12, true)
            if settings.security.answers == Signing::Required && !keys.gateway =>
        {
            Err(format!(
                "`{slug}` takes signed answers only: give `--gateway-cert`"
            ))
        }
        (Style::Soap11, true) => Ok(SoapVersion::V11),
        (Style::Soap12, true) | (Style::Rest, false) => Ok(SoapVersion::V12),
    }
}

#[cfg(test)]
mod tests {
    use super::{Keys, SoapVersion, Spoken, fits};
    use crate::home::Home;
    use adapters::partner::Partner;

    const NONE: Keys = Keys {
        own: false,
        gateway: false,
    };
    const OWN: Keys = Keys {
        own: true,
        gateway: false,
    };

    #[test]
    fn a_partner_sends_as_its_folder_says_or_is_told_why_not() {
        let partners = Home::find(None).unwrap().partners();
        let canonical = Spoken::Canonical(None).contract().unwrap();
        let table: [(&str, Keys, Result<SoapVersion, &str>); 10] = [
            ("guardia-civil", OWN, Ok(SoapVersion::V12)),
            ("policia-nacional", OWN, Ok(SoapVersion::V12)),
            ("local", NONE, Ok(SoapVersion::V12)),
            ("guardia-civil", NONE, Err("give `--sign-cert`")),
            ("local", OWN, Err("speaks REST")),
            ("mossos", OWN, Ok(SoapVersion::V12)),
            ("mossos", NONE, Err("give `--sign-cert`")),
            ("ertzaintza", OWN, Err("`ertzaintza/1`, which has no lot")),
            ("foral-navarra", NONE, Err("which has no lot")),
            ("ua-galicia", NONE, Err("which has no lot")),
        ];
        for (slug, keys, expected) in table {
            let partner = Partner::load(&partners.join(slug), &canonical).unwrap();
            match (fits(&partner, keys), expected) {
                (Ok(version), Ok(expected)) => assert_eq!(version, expected, "{slug}"),
                (Err(told), Err(part)) => assert!(told.contains(part), "{told}"),
                (told, _) => panic!("{slug}: {told:?}"),
            }
        }
    }
}
