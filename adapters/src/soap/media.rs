//! `Content-Type` and `SOAPAction` · SOAP 1.1 section 6.1, RFC 3902.

use std::borrow::Cow;

use super::{SoapError, SoapVersion};
use crate::ReadError;

/// What HTTP says about a message of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHeaders {
    /// `Content-Type`; with the action in SOAP 1.2.
    pub content_type: String,
    /// `SOAPAction`, which only SOAP 1.1 has.
    pub soap_action: Option<String>,
}

/// The headers under which a request of that action is sent.
pub fn request_headers(version: SoapVersion, action: &str) -> RequestHeaders {
    let plain = version.content_type();
    match version {
        SoapVersion::V11 => RequestHeaders {
            content_type: plain.to_owned(),
            soap_action: Some(format!("\"{action}\"")),
        },
        SoapVersion::V12 => RequestHeaders {
            content_type: format!("{plain}; action=\"{action}\""),
            soap_action: None,
        },
    }
}

/// What the headers of a message announce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Announced {
    pub(super) version: SoapVersion,
    pub(super) action: Option<String>,
    /// The `charset` of the content type.
    charset: Option<String>,
}

impl Announced {
    /// The message in UTF-8, from the encoding that content type, byte order mark and XML declaration say.
    pub(super) fn utf8<'b>(&self, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, ReadError> {
        match &self.charset {
            None => contract::xml::utf8(bytes, None).map_err(super::envelope::xml),
            Some(charset) => contract::xml::utf8(bytes, Some(charset)).map_err(|_| {
                let found = super::envelope::clip(charset);
                SoapError::Charset { found }.into()
            }),
        }
    }
}

/// Reads the headers; an empty action announces nothing.
pub(super) fn announced(
    content_type: Option<&str>,
    soap_action: Option<&str>,
) -> Result<Announced, SoapError> {
    let content_type = content_type.unwrap_or_default();
    let mut parts = content_type.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let known = |version: &SoapVersion| version.media_type().eq_ignore_ascii_case(media);
    let version = SoapVersion::ALL.iter().copied().find(known);
    let version = version.ok_or_else(|| SoapError::MediaType {
        found: media.to_owned(),
    })?;
    let (mut action, mut charset) = (None, None);
    for (name, value) in parts.filter_map(|part| part.split_once('=')) {
        let value = unquoted(value.trim());
        if name.trim().eq_ignore_ascii_case("charset") {
            charset = Some(value.to_owned());
        } else if name.trim().eq_ignore_ascii_case("action") {
            action = Some(value);
        }
    }
    let action = match version {
        SoapVersion::V11 => soap_action.map(|value| unquoted(value.trim())),
        SoapVersion::V12 => action,
    };
    let action = action
        .filter(|action| !action.is_empty())
        .map(str::to_owned);
    Ok(Announced {
        version,
        action,
        charset,
    })
}

fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::{announced, request_headers};
    use crate::soap::{SoapError, SoapVersion};

    #[test]
    fn headers_announce_version_and_action() {
        use SoapVersion::{V11, V12};
        for (content_type, soap_action, version, action) in [
            ("text/xml", None, V11, None),
            (
                "text/xml; charset=utf-8",
                Some("\"urn:a\""),
                V11,
                Some("urn:a"),
            ),
            (
                "Text/XML;charset=\"UTF-8\"",
                Some("urn:a"),
                V11,
                Some("urn:a"),
            ),
            ("text/xml", Some("\"\""), V11, None),
            (
                "application/soap+xml; charset=utf-8; action=\"urn:a\"",
                None,
                V12,
                Some("urn:a"),
            ),
            (
                "application/soap+xml;action=urn:a",
                Some("\"urn:b\""),
                V12,
                Some("urn:a"),
            ),
        ] {
            let read = announced(Some(content_type), soap_action).unwrap();
            let told = (read.version, read.action.as_deref());
            assert_eq!(told, (version, action), "{content_type}");
        }
    }

    #[test]
    fn other_media_types_are_refused() {
        let media = |found: &str| SoapError::MediaType {
            found: found.to_owned(),
        };
        for (content_type, error) in [
            (None, media("")),
            (Some("application/json"), media("application/json")),
            (
                Some("multipart/related; type=\"text/xml\""),
                media("multipart/related"),
            ),
        ] {
            assert_eq!(
                announced(content_type, None),
                Err(error),
                "{content_type:?}"
            );
        }
    }

    #[test]
    fn what_a_client_sends_is_understood_here() {
        for version in SoapVersion::ALL {
            let headers = request_headers(*version, "urn:a");
            let read = announced(Some(&headers.content_type), headers.soap_action.as_deref());
            let read = read.unwrap();
            assert_eq!(
                (read.version, read.action.as_deref()),
                (*version, Some("urn:a"))
            );
        }
    }
}
