//! A force joins by itself: code, key, certificate, connection test, renewal, revocation; and everybody who should not.

mod check;
mod existing;
mod follow;
mod isolation;
mod life;
mod office;
mod page;
mod refusals;
mod suspended;
mod telling;
mod terms;
