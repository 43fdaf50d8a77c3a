//! Whether bytes may be taken as a PDF document. A look at both ends, not a reading: nothing here interprets it.

/// The most bytes of a document.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;

/// The one media type that is taken.
pub const MEDIA_TYPE: &str = "application/pdf";

/// How far from the end the trailer may be; writers leave line ends and comments after it.
const TRAILER_WITHIN: usize = 1024;

/// Why bytes are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PdfFault {
    /// There is nothing.
    #[error("el documento está vacío")]
    Empty,
    /// There is too much.
    #[error("el documento tiene {0} bytes; el máximo es {MOST_BYTES}")]
    TooLarge(usize),
    /// It does not begin like one.
    #[error("el documento no es un PDF: no empieza por `%PDF-`")]
    NotPdf,
    /// It does not end like one.
    #[error("el PDF está incompleto: no termina en `%%EOF`")]
    Truncated,
}

impl PdfFault {
    /// The word by which evidence and pages name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "documento-vacio",
            Self::TooLarge(_) => "documento-demasiado-grande",
            Self::NotPdf => "documento-no-es-pdf",
            Self::Truncated => "documento-incompleto",
        }
    }
}

/// Looks at both ends.
///
/// # Errors
/// It is empty, too large, or does not look like a whole PDF.
pub fn check(bytes: &[u8]) -> Result<(), PdfFault> {
    if bytes.is_empty() {
        return Err(PdfFault::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(PdfFault::TooLarge(bytes.len()));
    }
    if !bytes.starts_with(b"%PDF-") {
        return Err(PdfFault::NotPdf);
    }
    let end = bytes.len().saturating_sub(TRAILER_WITHIN);
    let tail = bytes.get(end..).unwrap_or_default();
    if tail.windows(5).any(|window| window == b"%%EOF") {
        Ok(())
    } else {
        Err(PdfFault::Truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_looked_at() {
        let long = [b"%PDF-1.7".as_slice(), &[b' '; 2000], b"%%EOF\n"].concat();
        let early = [b"%PDF-1.7 %%EOF".as_slice(), &[b' '; 2000]].concat();
        let mut heavy = vec![b' '; MOST_BYTES + 1];
        heavy[..5].copy_from_slice(b"%PDF-");
        let table: [(&[u8], Result<(), PdfFault>); 8] = [
            (b"%PDF-1.4\n%%EOF", Ok(())),
            (&long, Ok(())),
            (b"", Err(PdfFault::Empty)),
            (b"PK\x03\x04 %PDF-1.4 %%EOF", Err(PdfFault::NotPdf)),
            (b"%PDF", Err(PdfFault::NotPdf)),
            (b"%PDF-1.4\nstartxref", Err(PdfFault::Truncated)),
            (&early, Err(PdfFault::Truncated)),
            (&heavy, Err(PdfFault::TooLarge(MOST_BYTES + 1))),
        ];
        for (bytes, expected) in table {
            let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]);
            assert_eq!(check(bytes), expected, "{shown}");
        }
    }
}
