//! Which texts mean "missing". Enter: the text of a field. Leave: yes or no.
//!
//! # Decisions
//! Missing are, unquoted: nothing, blanks alone, and [`NULL_TOKENS`] exactly as written there, blanks around
//! them dropped. They are what pandas, R, Excel, MySQL and PostgreSQL write for missing, and what pandas reads
//! as missing. `none`, `unknown`, `?`, `0` and `-1` stay what they are: they may be categories or defaults,
//! and a default that suddenly appears is itself a finding.

/// Unquoted fields that mean "missing".
pub const NULL_TOKENS: [&str; 19] = [
    "-", "NA", "N/A", "n/a", "<NA>", "#N/A", "#NA", "#N/A N/A", "NaN", "nan", "NAN",
    "-NaN", "-nan", "NaT", "NULL", "Null", "null", "None", "\\N",
];

/// Whether a text means "missing".
#[inline(always)]
pub(crate) fn is_null(text: &[u8]) -> bool {
    match text.first() {
        None => true,
        Some(b' ' | b'\t' | b'#' | b'-' | b'<' | b'N' | b'\\' | b'n') => is_token(text),
        Some(_) => false,
    }
}

/// Whether a text is blank or a token.
fn is_token(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    if text.len() > 8 {
        return false;
    }
    text.is_empty() || NULL_TOKENS.iter().any(|token| token.as_bytes() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_null_and_their_likes_are_not() {
        for token in NULL_TOKENS {
            assert!(is_null(token.as_bytes()), "{token}");
            assert!(is_null(format!(" {token}\t").as_bytes()), "{token}");
        }
        for text in ["", " ", "  \t"] {
            assert!(is_null(text.as_bytes()), "{text:?}");
        }
        for text in [
            "none", "NONE", "unknown", "?", "0", "-1", "NAs", "nano", "--", "N", "#",
            "n.a.",
        ] {
            assert!(!is_null(text.as_bytes()), "{text:?}");
        }
    }
}
