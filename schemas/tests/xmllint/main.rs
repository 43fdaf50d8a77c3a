//! Our verdicts against libxml2's, over documents made for it. Needs `xmllint`; run with
//! `cargo test -p contract --features oracle --test xmllint`.

mod oracle;
mod types;
