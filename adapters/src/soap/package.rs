//! Packages · `multipart/related` (RFC 2387) with an envelope as its root: MTOM (SOAP Message Transmission Optimization
//! Mechanism and XOP 1.0, W3C 2005), both ways; SOAP with Attachments (W3C Note, 2000), taken in.
//!
//! A package is a way to write a message and no other message: taken in, the parts are written into the envelope as
//! base64, canonical and without blanks, and everything behind sees a message like any other. So a signature is over the
//! content of the parts, and masks and rules reach it.
//!
//! INVARIANT: no part is dropped. One that nothing refers to is refused, as is one in a place where the contract has no
//! binary content.
//!
//! In memory: the body as HTTP brought it, of which parts are pieces unless their transfer encoding must be taken off, and
//! beside it the message that is made of it, at most four thirds as long; then the body can go.

mod binary;
mod cut;
mod fault;
mod media;
mod parts;
mod refer;
mod trail;
mod transfer;
mod wish;
mod write;

pub use binary::Binary;
pub use fault::{PackageError, PackageFault, Spot};
pub use wish::{Packing, Wish, wish};
pub use write::{Packed, pack};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::{Contract, Limits};

use self::media::MediaType;
use self::parts::{Part, Parts};
use self::refer::Reference;
use super::{Rejection, SoapError, SoapVersion};
use crate::ReadError;

/// The namespace of `Include`.
const XOP: &str = "http://www.w3.org/2004/08/xop/include";
/// The media type of the root of an MTOM package.
const XOP_TYPE: &str = "application/xop+xml";
/// The media type of a package.
const RELATED: &str = "multipart/related";

/// How a message refers to the parts beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packaging {
    /// By `xop:Include`.
    Xop,
    /// By `href` or `swaRef`.
    Attachments,
}

/// A message out of its package.
#[derive(Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// How it was packed.
    pub packaging: Packaging,
    /// The content type that it would have had without the package.
    pub content_type: String,
    /// The envelope, the content of the parts written into it.
    pub message: Vec<u8>,
}

/// Takes a message out of its package; `None` when it comes in none.
///
/// The limit of bytes is that of the whole body; the message made of it is at most four thirds as long.
///
/// # Errors
/// The first thing that is wrong with the package, or with what refers to its parts.
pub fn unpack(
    content_type: Option<&str>,
    body: &[u8],
    contract: &Contract,
    limits: &Limits,
) -> Result<Option<Unpacked>, Rejection> {
    let content_type = content_type.unwrap_or_default();
    if !is_package(content_type) {
        return Ok(None);
    }
    let mut version = guess(Some(content_type));
    let unpacked = unpacked(content_type, body, (contract, limits), &mut version);
    unpacked
        .map(Some)
        .map_err(|error| Rejection::of(version, error))
}

/// The version to answer in before an envelope has been seen, by `Content-Type` alone.
pub fn guess(content_type: Option<&str>) -> SoapVersion {
    let newer = SoapVersion::V12.media_type();
    let text = content_type.unwrap_or_default().to_ascii_lowercase();
    if text.starts_with(newer) || (is_package(&text) && text.contains(newer)) {
        SoapVersion::V12
    } else {
        SoapVersion::V11
    }
}

fn is_package(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case(RELATED)
}

fn unpacked(
    content_type: &str,
    body: &[u8],
    (contract, limits): (&Contract, &Limits),
    version: &mut SoapVersion,
) -> Result<Unpacked, ReadError> {
    let media = MediaType::read(content_type).ok_or(PackageFault::ContentType)?;
    let packaging = packaging(&media)?;
    let mut parts = Parts::read(&media, body)?;
    let announced = Announced::read(&media, &parts.root, packaging)?;
    let root = parts.root.content()?;
    // It must be in UTF-8, whatever it says of itself.
    let in_utf8 = contract::xml::utf8(&root, Some("utf-8"));
    let root = in_utf8.map_err(|_| PackageFault::Charset)?;
    let found = refer::references(&root, packaging, contract, limits);
    let (own, references) = found.map_err(|(own, error)| {
        *version = own.unwrap_or(*version);
        error
    })?;
    *version = own;
    let message = inlined(&root, &references, &mut parts)?;
    parts.finish()?;
    Ok(Unpacked {
        packaging,
        content_type: announced.content_type(),
        message,
    })
}

fn packaging(media: &MediaType) -> Result<Packaging, PackageFault> {
    let root = media.parameter("type").unwrap_or_default();
    let root = MediaType::read(root).ok_or(PackageFault::Type)?;
    let is_soap = |version: &SoapVersion| root.is(version.media_type());
    if root.is(XOP_TYPE) {
        Ok(Packaging::Xop)
    } else if SoapVersion::ALL.iter().any(is_soap) {
        Ok(Packaging::Attachments)
    } else {
        Err(PackageFault::Type)
    }
}

/// What the headers of package and root say of the envelope.
struct Announced {
    /// The version of its media type.
    soap: SoapVersion,
    action: Option<String>,
}

impl Announced {
    fn read(
        media: &MediaType,
        root: &Part<'_>,
        packaging: Packaging,
    ) -> Result<Self, PackageError> {
        let own = root.media.as_ref().ok_or(PackageFault::RootType)?;
        let wrong = |fault| PackageError::of_part(root.number, fault);
        if own.parameter("charset").is_some_and(is_other_charset) {
            return Err(wrong(PackageFault::Charset));
        }
        let announced = media.parameter("type").and_then(MediaType::read);
        if announced.is_none_or(|it| !own.is(&it.name)) {
            return Err(wrong(PackageFault::RootType));
        }
        let own_type = match packaging {
            Packaging::Xop => own.parameter("type").and_then(MediaType::read),
            Packaging::Attachments => Some(own.clone()),
        };
        let info = media.parameter("start-info").and_then(MediaType::read);
        let soap = [&own_type, &info].map(|it| it.as_ref().map(version));
        let soap = match soap {
            [Some(one), Some(other)] if one != other => None,
            [Some(one), _] | [None, Some(one)] => one,
            [None, None] => None,
        };
        let action = [Some(own), Some(media), own_type.as_ref(), info.as_ref()];
        let mut action = action
            .into_iter()
            .flatten()
            .map(|it| it.parameter("action"));
        let action = action.find_map(|it| it.map(str::to_owned));
        // It is written into a content type again: what would be a parameter there is none.
        if action
            .as_ref()
            .is_some_and(|it| it.contains(['"', '\\', ';']))
        {
            return Err(PackageFault::ContentType.into());
        }
        Ok(Self {
            soap: soap.ok_or(wrong(PackageFault::SoapType))?,
            action,
        })
    }

    /// The content type of the message alone: of the version that was announced, whichever the envelope is of.
    fn content_type(&self) -> String {
        let plain = self.soap.content_type();
        match &self.action {
            Some(action) => format!("{plain}; action=\"{action}\""),
            None => plain.to_owned(),
        }
    }
}

fn version(media: &MediaType) -> Option<SoapVersion> {
    let mut all = SoapVersion::ALL.iter().copied();
    all.find(|version| media.is(version.media_type()))
}

fn is_other_charset(charset: &str) -> bool {
    !["utf-8", "utf8", "us-ascii"].contains(&charset.to_ascii_lowercase().as_str())
}

/// The envelope with the content of the parts in the place of what refers to them.
fn inlined(
    root: &[u8],
    references: &[Reference],
    parts: &mut Parts<'_>,
) -> Result<Vec<u8>, ReadError> {
    let text = std::str::from_utf8(root).map_err(|_| PackageFault::Charset)?;
    let mut contents = Vec::with_capacity(references.len());
    for reference in references {
        let part = parts.take(&reference.id).map_err(|fault| {
            let spot = reference.spot.clone();
            PackageError { fault, spot }
        })?;
        contents.push(part.content()?);
    }
    let longer: usize = contents.iter().map(|it| it.len().div_ceil(3) * 4).sum();
    let mut message = String::with_capacity(text.len() + longer);
    let mut from = 0;
    for (reference, content) in references.iter().zip(&contents) {
        message.push_str(text.get(from..reference.range.start).unwrap_or_default());
        message.push_str(&reference.before);
        STANDARD.encode_string(content, &mut message);
        message.push_str(&reference.after);
        from = reference.range.end;
    }
    message.push_str(text.get(from..).unwrap_or_default());
    Ok(message.into_bytes())
}

impl From<PackageError> for ReadError {
    fn from(error: PackageError) -> Self {
        Self::Soap(SoapError::Package(error))
    }
}

impl From<PackageFault> for ReadError {
    fn from(fault: PackageFault) -> Self {
        PackageError::from(fault).into()
    }
}
