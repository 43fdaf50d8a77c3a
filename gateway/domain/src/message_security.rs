//! What an organism and the gateway agreed about signing their messages (WS-Security).

use std::collections::BTreeSet;

use crate::text::words;

words! {
    /// Whether messages of one direction are signed.
    Signing is "whether messages are signed" {
        /// Never: a security header is refused, so that nobody takes it for looked at.
        Absent = "ausente",
        /// A request may be; an answer is if its request was.
        Optional = "opcional",
        /// Always.
        Required = "exigida",
    }
}

words! {
    /// A part of a message that an agreement may leave out of its signature.
    SignedPart is "a part of a message" {
        /// The context block.
        Context = "contexto",
        /// The blocks of WS-Addressing.
        Addressing = "direccionamiento",
    }
}

words! {
    /// A peculiarity of a partner's software that the strict profile refuses.
    Tolerance is "a tolerance" {
        /// Parts identified by `Id` without namespace instead of `wsu:Id`.
        PlainId = "idSinEspacio",
        /// The enveloped-signature transform on parts that hold no signature.
        EnvelopedTransform = "transformacionEnvuelta",
    }
}

/// The security of messages; nothing is signed unless said.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSecurity {
    /// Of what the organism sends.
    #[serde(default = "absent")]
    pub requests: Signing,
    /// Of what it is answered.
    #[serde(default = "absent")]
    pub answers: Signing,
    /// The parts that may come unsigned; body and timestamp are never among them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unsigned: BTreeSet<SignedPart>,
    /// What its software is forgiven.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tolerates: BTreeSet<Tolerance>,
}

/// How a message came, whether its signature was good or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Came {
    /// Without a signature.
    #[default]
    Plain,
    /// With one: its sender looks for one on what comes back.
    Signed,
}

impl MessageSecurity {
    /// Whether what answers a message that came so is signed.
    pub const fn signs_answer(&self, came: Came) -> bool {
        matches!(
            (self.answers, came),
            (Signing::Required, _) | (Signing::Optional, Came::Signed)
        )
    }

    /// Nothing is signed.
    pub const NONE: Self = Self {
        requests: Signing::Absent,
        answers: Signing::Absent,
        unsigned: BTreeSet::new(),
        tolerates: BTreeSet::new(),
    };

    /// Whether this is [`MessageSecurity::NONE`].
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }
}

impl Default for MessageSecurity {
    fn default() -> Self {
        Self::NONE
    }
}

fn absent() -> Signing {
    Signing::Absent
}

#[cfg(test)]
mod tests {
    use super::{MessageSecurity, SignedPart, Signing, Tolerance};

    #[test]
    fn as_an_annex_says_it() {
        let all = MessageSecurity {
            requests: Signing::Required,
            answers: Signing::Optional,
            unsigned: [SignedPart::Context].into(),
            tolerates: [Tolerance::PlainId].into(),
        };
        let table = [
            ("", Some(MessageSecurity::NONE)),
            (
                "requests = 'exigida'\nanswers = 'opcional'\nunsigned = ['contexto']\n\
                 tolerates = ['idSinEspacio']",
                Some(all),
            ),
            ("requests = 'siempre'", None),
            ("unsigned = ['cuerpo']", None),
            ("firma = 'exigida'", None),
        ];
        for (text, expected) in table {
            assert_eq!(toml::from_str(text).ok(), expected, "{text}");
        }
    }
}
