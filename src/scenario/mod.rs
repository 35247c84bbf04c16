//! Seeded worlds with injected causes and known truth: the gallery shows them and tests score against them.
//! Enter: a case id and a seed. Leave: CSV files as a team would export them, the choices that go with
//! them, and the truth. Nothing that finds causes may import this module.

pub mod catalogue;
