//! Questions over real sockets to a holder that misbehaves on command.

mod addressed;
mod faults;
mod good;
mod packages;
mod pages;
mod rest;
mod server;
mod signed;
mod signed_rest;
mod site;
mod tls;
