//! Whole handshakes between the acceptor and OpenSSL's own client.

#[cfg(test)]
mod anyone;
#[cfg(test)]
mod client;
#[cfg(test)]
mod negotiation;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod reload;
#[cfg(test)]
mod server;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod site;
#[cfg(test)]
mod telling;
#[cfg(test)]
mod unusual;
