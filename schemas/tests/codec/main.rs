//! The codecs, the builder and the masks, through their public doors, on small contracts.

mod builder;
mod fixture;
mod json;
mod mask;
mod properties;
mod xml;
