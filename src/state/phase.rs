//! Where the page is. Everything that branches on it does so through this one enum.

/// Where the page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Waiting for files.
    #[default]
    Start,
    /// The files were looked at; the user checks columns.
    Columns,
    /// The workers analyse.
    Running,
    /// The answer is there.
    Report,
    /// Something went wrong; files and choices are kept.
    Failed,
}

impl Phase {
    /// Every phase, in the order of a visit.
    pub const ALL: [Self; 5] =
        [Self::Start, Self::Columns, Self::Running, Self::Report, Self::Failed];

    /// The phase of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|own| own.name() == name)
    }

    /// The stable name, as in `<main data-phase>`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Columns => "columns",
            Self::Running => "running",
            Self::Report => "report",
            Self::Failed => "failed",
        }
    }
}
