//! HTTP edges: SOAP and REST over mutual TLS.
