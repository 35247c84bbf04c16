//! Words of the presentation around what the cards say.

/// Button of the report.
pub const PRESENT: &str = "Present";
/// Name of the screen.
pub const PRESENTATION: &str = "Presentation";
/// Label of the lengths.
pub const TALK_LENGTH: &str = "Length of the talk";
/// Buttons.
pub const CLOCK_START: &str = "Start the clock";
/// Button.
pub const CLOCK_PAUSE: &str = "Pause the clock";
/// Button.
pub const NOTES_SHOW: &str = "Show notes";
/// Button.
pub const NOTES_HIDE: &str = "Hide notes";
/// Button.
pub const FULL_SCREEN: &str = "Full screen";
/// Button.
pub const LEAVE: &str = "Leave";
/// Button.
pub const NEXT: &str = "Next";
/// Button.
pub const PREVIOUS: &str = "Back";
/// Heading of the notes.
pub const TO_SAY: &str = "What to say";
/// The last card.
pub const QUESTIONS: &str = "Questions you may get";
/// On the last card.
pub const QUESTIONS_HINT: &str = "Open one to see the answer, made from this report.";
/// Keys.
pub const KEYS: &str = "Keys: arrows, Page Up and Page Down or space to turn, Home and End, N notes, P clock, F full screen, Esc leaves.";

/// "3 of 8".
#[must_use]
pub fn place(at: usize, count: usize) -> String {
    format!("{at} of {count}")
}

/// "7 minutes".
#[must_use]
pub fn minutes(minutes: u32) -> String {
    format!("{minutes} minutes")
}

/// "2:05".
#[must_use]
pub fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What is left of the talk, or how far it is over.
#[must_use]
pub fn left(elapsed: u32, planned: u32) -> String {
    if elapsed <= planned {
        format!("{} left", clock(planned - elapsed))
    } else {
        format!("{} over", clock(elapsed - planned))
    }
}

/// "about 0:40".
#[must_use]
pub fn about(seconds: u32) -> String {
    format!("about {}", clock(seconds))
}
