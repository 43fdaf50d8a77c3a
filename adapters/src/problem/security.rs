//! Messages whose security is not good.

use domain::problem::Violation;

use super::Told;
use crate::wsse::SecurityError;

pub(super) fn told(error: SecurityError) -> Told {
    let SecurityError { fault, line } = error;
    let violation = Violation {
        path: "/Envelope/Header/Security".to_owned(),
        line,
        code: fault.code().to_owned(),
        message: fault.text().to_owned(),
    };
    Told {
        problem: fault.problem(),
        detail: fault.text().to_owned(),
        violations: vec![violation],
    }
}
