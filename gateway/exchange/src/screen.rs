//! Cases that are for a request as if they did not exist.

use std::fmt;
use std::sync::Arc;

use domain::CaseId;

/// Which cases a request must not learn of, whatever the policies say.
#[derive(Clone)]
pub enum Screen {
    /// None.
    Nothing,
    /// All: the request is about a record that does not exist for anyone.
    Everything,
    /// Those of which this is true.
    Some(Arc<dyn Fn(&CaseId) -> bool + Send + Sync>),
}

impl Screen {
    /// Whether that case does not exist for the request.
    pub(crate) fn hides(&self, case: &CaseId) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Some(hides) => hides(case),
        }
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Which ones is told to nobody.
        f.write_str("Screen(…)")
    }
}
