//! A revocation list brought up to date: what it said, and what was revoked since.

use openssl::error::ErrorStack;

use super::{Authority, AuthorityError, ListOrder, RevokedSerial};
use crate::identity::{issuer_digest, serial_text};
use crate::revocation;
use crate::time;

impl Authority {
    /// The digest of its name, as certificates that it has issued name their issuer.
    pub fn name(&self) -> Result<String, AuthorityError> {
        Ok(issuer_digest(self.certificate.subject_name())?)
    }

    /// A file of lists brought up to date, PEM: what it said of this authority and everything in `revoked` is one new list,
    /// lists of other authorities stay as they are. An absent file is an empty one.
    pub fn relist(
        &self,
        present: &[u8],
        order: ListOrder,
        revoked: &[RevokedSerial],
    ) -> Result<Vec<u8>, AuthorityError> {
        let own = self.name()?;
        let mut all = Vec::new();
        let mut others = Vec::new();
        for list in revocation::split(present)? {
            if issuer_digest(list.issuer_name())? == own {
                all.extend(entries(&list)?);
            } else {
                others.extend(list.to_pem()?);
            }
        }
        let known = |all: &[RevokedSerial], serial: &str| {
            let mut same = all
                .iter()
                .filter(|it| it.serial.eq_ignore_ascii_case(serial));
            same.next().is_some()
        };
        for entry in revoked {
            if !known(&all, &entry.serial) {
                all.push(entry.clone());
            }
        }
        let mut text = self.revocation_list(order, &all)?;
        text.extend(others);
        Ok(text)
    }
}

fn entries(list: &openssl::x509::X509CrlRef) -> Result<Vec<RevokedSerial>, ErrorStack> {
    let revoked = list.get_revoked().into_iter().flatten();
    let entries = revoked.map(|entry| {
        Ok(RevokedSerial {
            serial: serial_text(&entry.serial_number().to_bn()?.to_vec()),
            at: time::to_unix(entry.revocation_date())?,
        })
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authority::{Subject, Validity};
    use crate::revocation::Revocations;

    const NOW: i64 = 1_700_000_000;

    fn authority(name: &str) -> Authority {
        let subject = Subject {
            common_name: name.to_owned(),
            ..Subject::default()
        };
        Authority::create(&subject, Validity::days(NOW, 30)).unwrap()
    }

    fn revoked(serial: &str) -> RevokedSerial {
        RevokedSerial {
            serial: serial.to_owned(),
            at: NOW,
        }
    }

    fn order(number: u32) -> ListOrder {
        ListOrder {
            number,
            this_update: NOW,
            next_update: NOW + 86_400,
        }
    }

    #[test]
    fn what_was_revoked_stays_and_other_lists_are_kept() {
        let (own, other) = (authority("Una"), authority("Otra"));
        let mut present = own.revocation_list(order(1), &[revoked("0A")]).unwrap();
        present.extend(other.revocation_list(order(7), &[revoked("0C")]).unwrap());
        let news = [revoked("0a"), revoked("0B")];
        let text = own.relist(&present, order(2), &news).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (file, trusted) = (dir.path().join("crl.pem"), dir.path().join("ca.pem"));
        std::fs::write(&file, &text).unwrap();
        let both = [
            own.certificate().pem().unwrap(),
            other.certificate().pem().unwrap(),
        ];
        std::fs::write(&trusted, both.concat()).unwrap();
        let read = Revocations::load(std::slice::from_ref(&file), &trusted).unwrap();
        assert_eq!(read.len(), 3);
        // Again: nothing is lost, nothing comes twice.
        let text = own.relist(&text, order(3), &news).unwrap();
        std::fs::write(&file, text).unwrap();
        assert_eq!(Revocations::load(&[file], &trusted).unwrap().len(), 3);
        assert!(
            own.relist(b"PRUEBA", order(4), &[]).is_err(),
            "what is no list is not written over"
        );
        assert!(own.relist(b"", order(1), &[]).is_ok());
    }
}
