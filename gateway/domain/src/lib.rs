//! The words of the agreement: identifiers, organisms, agreements, territory, problems.
