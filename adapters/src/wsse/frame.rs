//! Where the parts of a message stand: envelope, header blocks, body, and what is in the security header.

use super::tree::Node;
use super::{ADDRESSING, DS, SecurityError, SecurityFault, WSSE, WSSE11, WSU, XENC};
use crate::soap::{CONTEXT_NAMESPACE, SoapVersion};

/// A message in its parts.
pub(super) struct Frame<'t> {
    pub(super) version: SoapVersion,
    pub(super) root: Node<'t>,
    pub(super) body: Node<'t>,
    /// Every block of the header but ours of security.
    pub(super) blocks: Vec<Node<'t>>,
    /// The security header that is for us.
    pub(super) security: Option<Node<'t>>,
}

/// What a header block is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    Context,
    Addressing,
    Other,
}

/// The security header in its parts.
pub(super) struct Security<'t> {
    pub(super) timestamp: Node<'t>,
    pub(super) signature: Node<'t>,
    pub(super) tokens: Vec<Node<'t>>,
    pub(super) confirmations: Vec<Node<'t>>,
}

impl<'t> Frame<'t> {
    /// Takes apart a message whose frame was found good before.
    pub(super) fn read(root: Node<'t>, version: SoapVersion) -> Result<Self, SecurityError> {
        let namespace = version.namespace();
        let malformed = || root.fault(SecurityFault::Malformed);
        let body = root.elements().find(|part| part.is(namespace, "Body"));
        let header = root.elements().find(|part| part.is(namespace, "Header"));
        let (mut blocks, mut security) = (Vec::new(), None);
        for block in header.into_iter().flat_map(Node::elements) {
            if !(block.is(WSSE, "Security") && is_for_us(block, version)) {
                blocks.push(block);
            } else if security.replace(block).is_some() {
                return Err(block.fault(SecurityFault::TwoHeaders));
            }
        }
        let stray = root.below().find(|node| {
            node.is(WSSE, "Security") && Some(*node) != security && !node.is_child_of(header)
        });
        if let Some(stray) = stray {
            return Err(stray.fault(SecurityFault::MisplacedHeader));
        }
        Ok(Self {
            version,
            root,
            body: body.ok_or_else(malformed)?,
            blocks,
            security,
        })
    }
}

/// What the block is to us.
pub(super) fn kind(block: Node<'_>) -> BlockKind {
    if block.is(CONTEXT_NAMESPACE, "Contexto") {
        BlockKind::Context
    } else if ADDRESSING.contains(&block.namespace()) {
        BlockKind::Addressing
    } else {
        BlockKind::Other
    }
}

/// Whether the block names no other node.
fn is_for_us(block: Node<'_>, version: SoapVersion) -> bool {
    let namespace = version.namespace();
    match version {
        SoapVersion::V11 => block.attribute(namespace, "actor"),
        SoapVersion::V12 => block.attribute(namespace, "role"),
    }
    .is_none_or(|node| version.is_our_role(node))
}

impl<'t> Security<'t> {
    pub(super) fn read(security: Node<'t>) -> Result<Self, SecurityError> {
        let (mut timestamp, mut signature) = (None, None);
        let (mut tokens, mut confirmations) = (Vec::new(), Vec::new());
        for part in security.elements() {
            let second = match (part.namespace(), part.local()) {
                (WSU, "Timestamp") => timestamp
                    .replace(part)
                    .map(|_| SecurityFault::TwoTimestamps),
                (DS, "Signature") => signature
                    .replace(part)
                    .map(|_| SecurityFault::TwoSignatures),
                (WSSE, "BinarySecurityToken") => {
                    tokens.push(part);
                    None
                }
                (WSSE11, "SignatureConfirmation") => {
                    confirmations.push(part);
                    None
                }
                (XENC, _) | (WSSE11, "EncryptedHeader") => Some(SecurityFault::Encrypted),
                (WSSE, "UsernameToken") | (_, "Assertion") => Some(SecurityFault::ForeignToken),
                _ => Some(SecurityFault::UnknownChild),
            };
            if let Some(fault) = second {
                return Err(part.fault(fault));
            }
        }
        Ok(Self {
            signature: signature.ok_or_else(|| security.fault(SecurityFault::NoSignature))?,
            timestamp: timestamp.ok_or_else(|| security.fault(SecurityFault::NoTimestamp))?,
            tokens,
            confirmations,
        })
    }
}
