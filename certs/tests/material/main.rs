//! Certificates, lists, keys and signatures as files.

#[cfg(test)]
mod authority;
#[cfg(test)]
mod connector;
#[cfg(test)]
mod enrolment;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod seal;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod testpki;
