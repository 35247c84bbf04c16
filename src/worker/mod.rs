//! The boundary between the page and its workers. [`protocol`] is pure and compiled by both programs;
//! `pool` is the page's side of it, `rehearsal` what a worker does while nothing is asked.

#[cfg(feature = "page")]
pub mod pool;
pub mod protocol;
#[cfg(feature = "engine")]
pub mod rehearsal;

/// The build both programs must share: the handshake compares it, and it busts the cache of the
/// worker's files, whose names do not change. `dev` without a build script around.
pub const BUILD: &str = match option_env!("WHYDROP_BUILD") {
    Some(build) => build,
    None => "dev",
};
