//! What a signature is over: each part by its place, then by its digest; then whether all that must be signed is.

use certs::signing;
use domain::{MessageSecurity, SignedPart};

use super::canonical;
use super::frame::{BlockKind, Frame, Security, kind};
use super::ids::Ids;
use super::signature::{Reference, Signature};
use super::tree::Node;
use super::{SecurityError, SecurityFault};

/// The parts that the signature is over, each with the bytes that were verified.
pub(super) struct Parts<'t>(Vec<(Node<'t>, Vec<u8>)>);

impl<'t> Parts<'t> {
    /// Verifies every reference.
    pub(super) fn verify(
        signature: &Signature<'t>,
        frame: &Frame<'t>,
        security: &Security<'t>,
        ids: &Ids<'t>,
    ) -> Result<Self, SecurityError> {
        let mut parts = Self(Vec::new());
        for reference in &signature.references {
            let part = ids.resolve(reference.node)?;
            if !is_in_place(part, frame, security) {
                return Err(part.fault(SecurityFault::MisplacedReference));
            }
            if parts.has(part) {
                return Err(reference.node.fault(SecurityFault::RepeatedReference));
            }
            if part.has_comment() {
                return Err(part.fault(SecurityFault::Comment));
            }
            let bytes = digested(reference, part)?;
            parts.0.push((part, bytes));
        }
        Ok(parts)
    }

    /// Refuses a signature that leaves out what must be signed.
    pub(super) fn cover(
        &self,
        frame: &Frame<'t>,
        security: &Security<'t>,
        agreed: &MessageSecurity,
    ) -> Result<(), SecurityError> {
        let needed = |part: Node<'t>, fault| {
            if self.has(part) {
                Ok(())
            } else {
                Err(part.fault(fault))
            }
        };
        needed(frame.body, SecurityFault::UnsignedBody)?;
        needed(security.timestamp, SecurityFault::UnsignedTimestamp)?;
        for block in &frame.blocks {
            let (part, fault) = match kind(*block) {
                BlockKind::Context => (SignedPart::Context, SecurityFault::UnsignedContext),
                BlockKind::Addressing => {
                    (SignedPart::Addressing, SecurityFault::UnsignedAddressing)
                }
                BlockKind::Other => continue,
            };
            if !agreed.unsigned.contains(&part) {
                needed(*block, fault)?;
            }
        }
        Ok(())
    }

    /// The verified bytes of a part; none for what is not signed.
    pub(super) fn bytes(&self, part: Node<'t>) -> Option<&[u8]> {
        let found = self.0.iter().find(|(node, _)| *node == part);
        found.map(|(_, bytes)| bytes.as_slice())
    }

    pub(super) fn has(&self, part: Node<'t>) -> bool {
        self.bytes(part).is_some()
    }
}

fn is_in_place<'t>(part: Node<'t>, frame: &Frame<'t>, security: &Security<'t>) -> bool {
    part == frame.body
        || part == security.timestamp
        || frame.blocks.contains(&part)
        || security.tokens.contains(&part)
        || security.confirmations.contains(&part)
}

fn digested(reference: &Reference<'_>, part: Node<'_>) -> Result<Vec<u8>, SecurityError> {
    let mismatch = || part.fault(SecurityFault::DigestMismatch);
    let bytes = canonical::bytes(part, &reference.prefixes)?;
    let digest = signing::digest(reference.hash, &bytes).map_err(|_| mismatch())?;
    if digest == reference.digest {
        Ok(bytes)
    } else {
        Err(mismatch())
    }
}
