//! The name of a case: a level and a seed. Printed and read as `hard-482`, so that a link gives two people the
//! same case.

use serde::{Deserialize, Serialize};

/// Seeds are below this (exclusive): short enough to be read out.
pub const SEEDS: u32 = 10_000;

/// How hard.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// One strong cause, with hints.
    #[default]
    Easy,
    /// One cause, no hints.
    Medium,
    /// Look-alikes, two causes at once, or none at all.
    Hard,
}

impl Level {
    /// Every level, easiest first.
    pub const ALL: [Self; 3] = [Self::Easy, Self::Medium, Self::Hard];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        }
    }
}

/// Names a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseKey {
    /// How hard.
    pub level: Level,
    /// Which one: 0 to [`SEEDS`] (exclusive).
    pub seed: u32,
}

impl CaseKey {
    /// As in a link: `hard-482`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}-{}", self.level.name(), self.seed)
    }

    /// Reads [`CaseKey::name`]; `None` for anything else.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (level, seed) = name.split_once('-')?;
        let level = Level::ALL.into_iter().find(|own| own.name() == level)?;
        let digits = !seed.is_empty() && seed.bytes().all(|byte| byte.is_ascii_digit());
        let seed = seed.parse().ok().filter(|seed| digits && *seed < SEEDS)?;
        Some(Self { level, seed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_link() {
        for level in Level::ALL {
            for seed in [0, 7, 482, SEEDS - 1] {
                let key = CaseKey { level, seed };
                assert_eq!(CaseKey::from_name(&key.name()), Some(key));
            }
        }
        for bad in [
            "",
            "hard",
            "hard-",
            "hard--1",
            "hard-+1",
            "hard-10000",
            "worst-1",
            "easy-1-2",
        ] {
            assert_eq!(CaseKey::from_name(bad), None, "{bad}");
        }
    }
}
