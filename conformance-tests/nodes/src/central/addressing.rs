//! Answers addressed as their questions are (WS-Addressing 1.0).

use adapters::soap::{Addressing, Reply, with_blocks};

use crate::central::behaviour::Behaviour;
use crate::central::service::incident;

/// The name of a message that nobody sent.
const ANOTHER: &str = "urn:uuid:00000000-0000-7000-8000-000000000000";

/// What an answer says of the question that it is to, when it does not say it well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Related {
    /// It answers another message.
    Another,
    /// It is addressed, and answers none.
    Nothing,
    /// It is not addressed.
    Unsaid,
}

/// An answer with that action, addressed if its question is, or as the behaviour says.
pub(super) fn addressed(
    answer: Vec<u8>,
    action: &str,
    question: Option<&Addressing>,
    behaviour: &Behaviour,
) -> Vec<u8> {
    let Some(question) = question else {
        return answer;
    };
    let relates_to = match behaviour.related() {
        None => question.message_id.as_deref(),
        Some(Related::Another) => Some(ANOTHER),
        Some(Related::Nothing) => None,
        Some(Related::Unsaid) => return answer,
    };
    let name = format!("urn:uuid:{}", incident());
    let addressed = Some((action, name.as_str(), relates_to));
    let reply = Reply {
        addressed,
        request: None,
    };
    with_blocks(answer, &reply)
}
