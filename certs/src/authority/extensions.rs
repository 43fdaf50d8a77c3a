//! Certificate extensions, RFC 5280 §4.2.

use openssl::error::ErrorStack;
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
    SubjectKeyIdentifier,
};
use openssl::x509::{X509Builder, X509Ref};

use super::order::{Order, Purpose};

pub(super) fn of_authority(builder: &mut X509Builder) -> Result<(), ErrorStack> {
    builder.append_extension(BasicConstraints::new().critical().ca().build()?)?;
    builder.append_extension(
        KeyUsage::new()
            .critical()
            .key_cert_sign()
            .crl_sign()
            .build()?,
    )?;
    let key_id = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
    builder.append_extension(key_id)
}

pub(super) fn of_leaf(
    builder: &mut X509Builder,
    issuer: &X509Ref,
    order: &Order,
) -> Result<(), ErrorStack> {
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    builder.append_extension(purposes(&order.purpose)?)?;
    let context = builder.x509v3_context(Some(issuer), None);
    let key_id = SubjectKeyIdentifier::new().build(&context)?;
    let issuer_id = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    let alternatives = alternatives(order)
        .map(|names| names.build(&context))
        .transpose()?;
    builder.append_extension(key_id)?;
    builder.append_extension(issuer_id)?;
    alternatives.map_or(Ok(()), |names| builder.append_extension(names))
}

fn purposes(purpose: &Purpose) -> Result<openssl::x509::X509Extension, ErrorStack> {
    let mut usage = ExtendedKeyUsage::new();
    match purpose {
        Purpose::Client => usage.client_auth(),
        Purpose::Server(_) => usage.server_auth(),
        Purpose::Both(_) => usage.server_auth().client_auth(),
    };
    usage.build()
}

/// None where there is nothing to name: an empty extension is malformed.
fn alternatives(order: &Order) -> Option<SubjectAlternativeName> {
    let hosts = match &order.purpose {
        Purpose::Client => &[][..],
        Purpose::Server(hosts) | Purpose::Both(hosts) => hosts,
    };
    if hosts.is_empty() && order.subject.dir3.is_empty() {
        return None;
    }
    let mut names = SubjectAlternativeName::new();
    for host in hosts {
        if host.parse::<std::net::IpAddr>().is_ok() {
            names.ip(host);
        } else {
            names.dns(host);
        }
    }
    for code in &order.subject.dir3 {
        names.uri(&format!("urn:dir3:{code}"));
    }
    Some(names)
}
