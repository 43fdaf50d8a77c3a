//! What a foreign document may cost.

/// Bounds on one foreign document, checked while it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest document, in bytes.
    pub max_bytes: usize,
    /// Deepest nesting of elements or JSON values.
    pub max_depth: usize,
    /// Most attributes on one element, namespace declarations included.
    pub max_attributes: usize,
    /// Most elements in one document.
    pub max_elements: usize,
    /// Longest text of one element or attribute, in bytes.
    pub max_text: usize,
    /// How many violations are collected before the reader gives up.
    pub max_violations: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 8 << 20,
            max_depth: 64,
            max_attributes: 64,
            max_elements: 200_000,
            max_text: 1 << 20,
            max_violations: 20,
        }
    }
}
