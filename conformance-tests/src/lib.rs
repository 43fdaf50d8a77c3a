//! The conformance kit: black-box tests that speak to the gateway by the wire only.
