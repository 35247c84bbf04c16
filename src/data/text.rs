//! Measures of a text value.

/// Characters: bytes that start one.
#[must_use]
pub fn character_count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// Runs of characters between spaces.
#[must_use]
pub fn word_count(bytes: &[u8]) -> usize {
    bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count()
}
