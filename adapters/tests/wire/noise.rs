//! Damaged messages: whatever arrives is either read or refused with a report that can be written.

use adapters::rest::problem_json;
use adapters::soap::{FaultCode, SoapVersion, read_response, write_fault};
use contract::Limits;
use proptest::prelude::{ProptestConfig, any, proptest};
use proptest::sample::Index;

use crate::support::{good, read, report, viogen};

/// Reads damaged bytes, and writes what the caller would be told of them.
fn survives(version: SoapVersion, bytes: &[u8]) {
    if let Err(rejection) = read(version, bytes) {
        let told = report(&rejection);
        let code = FaultCode::of(&rejection.error);
        let fault = write_fault(rejection.version, &code, &told);
        assert!(!problem_json(&told).is_empty());
        let contract = viogen();
        let expected = contract.operation("consultarCaso").unwrap().response;
        let answer = read_response(&fault, &contract, expected, &Limits::default());
        assert!(
            matches!(answer, Err(adapters::soap::AnswerError::Fault(_))),
            "{}",
            String::from_utf8_lossy(&fault)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_at_all(bytes: Vec<u8>) {
        survives(SoapVersion::V11, &bytes);
    }

    #[test]
    fn a_good_message_with_some_bytes_replaced(
        damage in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..6),
        newer: bool,
    ) {
        let version = if newer { SoapVersion::V12 } else { SoapVersion::V11 };
        let mut bytes = good(version).into_bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes.splice(at..=at, [byte]);
        }
        survives(version, &bytes);
    }

    #[test]
    fn a_good_message_with_a_piece_moved(from: Index, to: Index, length in 0_usize..40) {
        let mut bytes = good(SoapVersion::V12).into_bytes();
        let from = from.index(bytes.len());
        let end = bytes.len().min(from + length);
        let piece: Vec<u8> = bytes.drain(from..end).collect();
        let to = to.index(bytes.len() + 1);
        bytes.splice(to..to, piece);
        survives(SoapVersion::V12, &bytes);
    }
}
