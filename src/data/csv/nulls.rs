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
#[inline]
pub(crate) fn is_null(text: &[u8]) -> bool {
    text.first().is_none_or(|first| may_start_null(*first)) && is_token(text.trim_ascii())
}

/// Whether a text that means "missing" may start with this byte.
#[inline(always)]
pub(crate) const fn may_start_null(first: u8) -> bool {
    matches!(first, b' ' | b'\t' | b'#' | b'-' | b'<' | b'N' | b'\\' | b'n')
}

/// Whether a trimmed text is nothing or one of [`NULL_TOKENS`].
const fn is_token(text: &[u8]) -> bool {
    match text {
        b"" | b"-" | b"NA" | b"\\N" => true,
        b"N/A" | b"n/a" | b"#NA" | b"NaN" | b"nan" | b"NAN" | b"NaT" => true,
        b"<NA>" | b"#N/A" | b"-NaN" | b"-nan" | b"NULL" | b"Null" | b"null" | b"None" => {
            true
        }
        b"#N/A N/A" => true,
        _ => false,
    }
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
