//! Protocols and dialects: SOAP envelopes, faults, context, REST conventions.
