//! The report as one HTML file. Enter: the viewer (`viewer.html` of the site, one file with the page program, the charts
//! and the styles inside), the packed report and its title; leaves: the file. The viewer is made by the build
//! (`public/viewer.js`); here only three places of it are filled.
//!
//! Everything put in is escaped for where it stands: the title for HTML, the report as base64, which cannot end a
//! script element.

use thiserror::Error;

/// Stands where the packed report goes.
pub const REPORT_PLACE: &str = "__WHYDROP_REPORT__";
/// Stands where the title goes.
pub const TITLE_PLACE: &str = "__WHYDROP_TITLE__";
/// Stands where the words without JavaScript go.
pub const WORDS_PLACE: &str = "__WHYDROP_WORDS__";
/// Largest file that is handed out, bytes.
pub const MOST_BYTES: usize = 1 << 20;

/// Why the file cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HtmlError {
    /// Not the build's viewer.
    #[error(
        "The viewer has no place for a report. It must be the viewer.html that `make dist` wrote."
    )]
    NotViewer,
    /// Too large.
    #[error(
        "The HTML file would have {kib} KiB, more than 1,024. Share report.json instead."
    )]
    TooLarge {
        /// Its size.
        kib: usize,
    },
}

/// Fills the viewer. `packed` is base64 of the gzipped JSON.
///
/// # Errors
/// See [`HtmlError`].
pub fn html(
    viewer: &str,
    packed: &str,
    title: &str,
    words: &str,
) -> Result<String, HtmlError> {
    let (head, tail) = viewer.split_once(REPORT_PLACE).ok_or(HtmlError::NotViewer)?;
    let plain =
        packed.bytes().all(|own| own.is_ascii_alphanumeric() || b"+/=".contains(&own));
    if !plain || !head.contains(TITLE_PLACE) {
        return Err(HtmlError::NotViewer);
    }
    let head =
        head.replace(TITLE_PLACE, &escaped(title)).replace(WORDS_PLACE, &escaped(words));
    let made = [&head, packed, tail].concat();
    if made.len() > MOST_BYTES {
        return Err(HtmlError::TooLarge { kib: made.len().div_ceil(1_024) });
    }
    Ok(made)
}

/// For text and attributes of HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            '"' => made.push_str("&quot;"),
            '\'' => made.push_str("&#39;"),
            own => made.push(own),
        }
    }
    made
}

/// Base64 (RFC 4648, with padding).
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let word = group
            .iter()
            .chain(std::iter::repeat(&0))
            .take(3)
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        for at in 0..4 {
            let letter = LETTERS.get(word >> (18 - 6 * at) & 63).copied().unwrap_or(b'A');
            text.push(if at <= group.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_nothing_ends_a_script() {
        let viewer = format!(
            "<title>{TITLE_PLACE}</title><p>{WORDS_PLACE}</p><script type=\"text/plain\">{REPORT_PLACE}</script>"
        );
        let hostile = "</script><script>alert(1)</script>";
        let made = html(&viewer, "QUJD", hostile, hostile).expect("a file");
        assert_eq!(made.matches("</script>").count(), 1);
        assert_eq!(html(&viewer, hostile, "t", "w"), Err(HtmlError::NotViewer));
        assert_eq!(html("<p>", "QUJD", "t", "w"), Err(HtmlError::NotViewer));
        assert_eq!(base64(b"f"), "Zg==");
        assert_eq!(base64(b"foo"), "Zm9v");
    }
}
