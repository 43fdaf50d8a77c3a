//! Contracts as data: XSD files in, validating codecs and descriptions out.
