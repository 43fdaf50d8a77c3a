//! The name a caller gives to a request.

use crate::text::{identifier, is_token};

identifier! {
    /// A request identifier (`IdPeticion`, `Idempotency-Key`): 1 to 64 characters of `A-Z a-z 0-9 . _ : -`.
    ///
    /// Unique within its organism. SCSP v3 allows 26 characters; ours must also hold a UUID.
    RequestId is "a request identifier" if |text| is_token(text, 64, b"._:-")
}
