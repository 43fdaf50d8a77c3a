//! How binary content travels in what we ask of others.

use serde::Deserialize;

use super::{RELATED, XOP_TYPE};
use crate::soap::SoapVersion;

/// How binary content travels in a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Binary {
    /// In the envelope, as base64; so does that of the answer.
    #[default]
    Inline,
    /// Beside the envelope, as MTOM; that of the answer may, too.
    Mtom,
}

impl Binary {
    /// What `Accept` says of the answer.
    pub fn accept(self, version: SoapVersion) -> String {
        let plain = version.media_type();
        match self {
            Self::Inline => plain.to_owned(),
            Self::Mtom => format!("{RELATED}; type=\"{XOP_TYPE}\", {plain}"),
        }
    }
}
