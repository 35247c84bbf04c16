//! Between decompression and decoding: every page is looked at once more before the library's decoders
//! get it. Enter: decompressed pages. Leave: the same pages, or an error in place of a panic. The
//! decoders take for granted that levels, runs, streams and dictionary indices hold what the page's
//! header says; the damaged-file tests found a panic for each check here. Cost: one walk over levels
//! (population counts) and over the lengths of texts; numbers are not touched.

use super::page_header::encoding;
use super::pages::PAGE_BYTES_MAX;
use super::streams::{Differences, Runs, runs};
use parquet::basic::{Encoding, Type as PhysicalType};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};

/// A page reader whose pages were checked.
pub struct Guarded<R> {
    inner: R,
    shape: Shape,
}

/// What pages are checked against.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// How values are stored.
    pub physical: PhysicalType,
    /// Bytes of a fixed-length value.
    pub fixed_bytes: usize,
    /// Whether definition levels are stored.
    pub optional: bool,
    /// Entries of the dictionary; 0 without one.
    pub dictionary: u64,
}

impl<R> Guarded<R> {
    /// Guards `inner`.
    pub const fn new(inner: R, shape: Shape) -> Self {
        Self { inner, shape }
    }
}

impl<R: PageReader> Iterator for Guarded<R> {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R: PageReader> PageReader for Guarded<R> {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        let page = self.inner.get_next_page()?;
        if let Some(page) = &page {
            self.shape
                .check(page)
                .map_err(|because| ParquetError::General(because.to_owned()))?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.inner.skip_next_page()
    }
}

impl Shape {
    fn check(&self, page: &Page) -> Result<(), &'static str> {
        match page {
            Page::DictionaryPage { buf, num_values, .. } => {
                let count = u64::from(*num_values);
                if count == 0 && !buf.is_empty() {
                    return Err("a dictionary without entries that is not empty");
                }
                self.fixed(buf, count)
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                let count = u64::from(*num_values);
                let (present, values) = if self.optional {
                    levels_before(buf, count, *def_level_encoding)?
                } else {
                    (count, buf.as_ref())
                };
                self.values(*encoding, values, present)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                num_nulls,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let count = u64::from(*num_values);
                let repetition = *rep_levels_byte_len as usize;
                let start = repetition
                    .checked_add(*def_levels_byte_len as usize)
                    .filter(|start| *start <= buf.len())
                    .ok_or("a page's levels end after it")?;
                let levels = buf.get(repetition..start).unwrap_or_default();
                let present = if self.optional {
                    let found =
                        runs(levels, 1, count).ok_or("a page holds too few levels")?;
                    only_bits(found)?
                } else {
                    count
                };
                if count - present != u64::from(*num_nulls) {
                    return Err("a page holds another number of nulls than it claims");
                }
                self.values(*encoding, buf.get(start..).unwrap_or_default(), present)
            }
        }
    }

    /// `present` values in `encoding`.
    fn values(
        &self,
        encoding: Encoding,
        bytes: &[u8],
        present: u64,
    ) -> Result<(), &'static str> {
        if present == 0 {
            let is_text = self.physical == PhysicalType::BYTE_ARRAY;
            return if is_text && encoding == Encoding::PLAIN && !bytes.is_empty() {
                Err("a page without texts that is not empty")
            } else {
                Ok(())
            };
        }
        match encoding as i32 {
            encoding::PLAIN => self.fixed(bytes, present),
            encoding::BYTE_STREAM_SPLIT => {
                self.fixed(bytes, present)?;
                let whole =
                    self.width().is_some_and(|width| bytes.len().is_multiple_of(width));
                if whole { Ok(()) } else { Err("a page splits its bytes unevenly") }
            }
            encoding::RLE => {
                let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
                    return Err("a page is too short for its values");
                };
                let length = u32::from_le_bytes(*length) as usize;
                let stream = rest.get(..length).ok_or("a page's values end after it")?;
                runs(stream, 1, present).ok_or("a page holds too few values")?;
                Ok(())
            }
            encoding::PLAIN_DICTIONARY | encoding::RLE_DICTIONARY => {
                self.indices(bytes, present)
            }
            encoding::DELTA_BINARY_PACKED => {
                let stream = Differences::new(bytes, present)
                    .ok_or("a stream of differences has a damaged header")?;
                if stream.claimed() < present || !stream.holds_all() {
                    return Err("a stream of differences is too short");
                }
                Ok(())
            }
            encoding::DELTA_LENGTH_BYTE_ARRAY => {
                let (lengths, end) = lengths_total(bytes, present)?;
                let room = bytes.len().saturating_sub(end) as u64;
                if lengths > room { Err("texts end after their page") } else { Ok(()) }
            }
            encoding::DELTA_BYTE_ARRAY => prefixed(bytes, present),
            _ => Ok(()),
        }
    }

    /// Bytes a value takes; `None` when it varies.
    const fn width(&self) -> Option<usize> {
        match self.physical {
            PhysicalType::INT32 | PhysicalType::FLOAT => Some(4),
            PhysicalType::INT64 | PhysicalType::DOUBLE => Some(8),
            PhysicalType::INT96 => Some(12),
            PhysicalType::FIXED_LEN_BYTE_ARRAY => Some(self.fixed_bytes),
            PhysicalType::BOOLEAN | PhysicalType::BYTE_ARRAY => None,
        }
    }

    /// Values that follow each other.
    fn fixed(&self, bytes: &[u8], present: u64) -> Result<(), &'static str> {
        let needed = match (self.physical, self.width()) {
            (PhysicalType::BOOLEAN, _) => Some(present.div_ceil(8)),
            (_, Some(width)) => present.checked_mul(width as u64),
            _ => return texts(bytes, present),
        };
        if needed.is_none_or(|needed| needed > bytes.len() as u64) {
            return Err("a page holds too few values");
        }
        Ok(())
    }

    /// Indices into the dictionary. Only fixed-length values need their bounds checked: the library
    /// checks the rest, and walking every index would cost time on the columns that matter.
    fn indices(&self, bytes: &[u8], present: u64) -> Result<(), &'static str> {
        let (&width, stream) = bytes.split_first().ok_or("a page without its indices")?;
        if width > 32 {
            return Err("dictionary indices of more than 32 bits");
        }
        if self.physical != PhysicalType::FIXED_LEN_BYTE_ARRAY {
            return Ok(());
        }
        let found = runs(stream, u32::from(width), present)
            .ok_or("a page holds too few indices")?;
        if found.largest >= self.dictionary {
            return Err("an index lies outside its dictionary");
        }
        Ok(())
    }
}

/// Texts with their lengths before them. The library adds a length to a position before it looks: where
/// positions have 32 bits, a damaged length wraps.
fn texts(bytes: &[u8], count: u64) -> Result<(), &'static str> {
    let mut rest = bytes;
    for _ in 0..count {
        rest = rest
            .split_first_chunk::<4>()
            .and_then(|(length, rest)| rest.get(u32::from_le_bytes(*length) as usize..))
            .ok_or("a text ends after its page")?;
    }
    Ok(())
}

/// Levels at the start of a version 1 page: how many values are there, and the bytes behind.
fn levels_before(
    page: &[u8],
    count: u64,
    encoding: Encoding,
) -> Result<(u64, &[u8]), &'static str> {
    if encoding == Encoding::RLE {
        let Some((length, rest)) = page.split_first_chunk::<4>() else {
            return Err("a page is too short for its levels");
        };
        let (levels, values) = usize::try_from(u32::from_le_bytes(*length))
            .ok()
            .and_then(|length| rest.split_at_checked(length))
            .ok_or("a page's levels end after it")?;
        let found = runs(levels, 1, count).ok_or("a page holds too few levels")?;
        return Ok((only_bits(found)?, values));
    }
    // The deprecated packing: one bit a value, the first in the highest bit.
    let (levels, values) = usize::try_from(count.div_ceil(8))
        .ok()
        .and_then(|length| page.split_at_checked(length))
        .ok_or("a page holds too few levels")?;
    // The library reads these bits from the lowest; the count only has to be an upper bound.
    let ones: u64 = levels.iter().map(|byte| u64::from(byte.count_ones())).sum();
    Ok((ones.min(count), values))
}

/// Definition levels of a flat column are 0 or 1.
fn only_bits(found: Runs) -> Result<u64, &'static str> {
    if found.largest > 1 {
        return Err("a level deeper than its column");
    }
    Ok(found.non_zero)
}

/// The sum of `count` lengths, and where their stream ends.
fn lengths_total(bytes: &[u8], count: u64) -> Result<(u64, usize), &'static str> {
    let mut total = 0_u64;
    let end = each_length(bytes, count, |length| {
        total = total.checked_add(length).ok_or("texts too long")?;
        Ok(())
    })?;
    Ok((total, end))
}

/// Hands every length to `take`; returns where the stream ends.
fn each_length(
    bytes: &[u8],
    count: u64,
    mut take: impl FnMut(u64) -> Result<(), &'static str>,
) -> Result<usize, &'static str> {
    let mut stream = Differences::new(bytes, count)
        .ok_or("a stream of lengths has a damaged header")?;
    if stream.claimed() != count {
        return Err("a page claims another number of texts than it holds");
    }
    while let Some(length) = stream.next_value()? {
        // Lengths are 32-bit numbers whose differences may have wrapped.
        let length =
            u32::try_from(length as i32).map_err(|_| "a text of negative length")?;
        take(u64::from(length))?;
    }
    Ok(stream.end())
}

/// Texts that share their beginning with the text before: two streams of lengths, then the rest.
fn prefixed(bytes: &[u8], count: u64) -> Result<(), &'static str> {
    let suffixes_start = each_length(bytes, count, |_| Ok(()))?;
    let rest = bytes.get(suffixes_start..).unwrap_or_default();
    let mut prefixes = Differences::new(bytes, count)
        .ok_or("a stream of lengths has a damaged header")?;
    let (mut before, mut decoded, mut stored) = (0_u64, 0_u64, 0_u64);
    let end = each_length(rest, count, |suffix| {
        let prefix = prefixes.next_value()?.unwrap_or(0);
        let prefix = u64::try_from(prefix as i32).map_err(|_| "a negative length")?;
        if prefix > before {
            return Err("a text shares more than the text before it has");
        }
        before = prefix + suffix;
        decoded += before;
        stored += suffix;
        if decoded > PAGE_BYTES_MAX {
            return Err("the texts of one page are too long");
        }
        Ok(())
    })?;
    if stored > rest.len().saturating_sub(end) as u64 {
        return Err("texts end after their page");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        physical: PhysicalType::BYTE_ARRAY,
        fixed_bytes: 0,
        optional: false,
        dictionary: 0,
    };

    const FIXED: Shape = Shape {
        physical: PhysicalType::FIXED_LEN_BYTE_ARRAY,
        fixed_bytes: 2,
        dictionary: 3,
        ..SHAPE
    };

    fn page(encoding: Encoding, num_values: u32, bytes: &[u8]) -> Page {
        Page::DataPage {
            buf: bytes.to_vec().into(),
            num_values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        }
    }

    /// Differences: a block of 128 in 4 groups, then the count, the first value, and no difference.
    fn lengths(count: u8, first: u8) -> Vec<u8> {
        vec![0x80, 1, 4, count, first * 2, 0, 0, 0, 0, 0]
    }

    /// Each of these ended in a panic of the library.
    #[test]
    fn what_the_library_takes_for_granted_is_checked() {
        let number = Shape { physical: PhysicalType::INT32, ..SHAPE };
        let optional = Shape { optional: true, ..number };
        let cut_levels = [3, 0, 0, 0, 7, 0xff, 0xff, 1, 2, 3, 4];
        let split = page(Encoding::BYTE_STREAM_SPLIT, 2, &[0; 7]);
        let long_text = page(Encoding::PLAIN, 1, &[0xff, 0xff, 0xff, 0xff, b'a']);
        // Two texts of which the second shares two bytes with the first, which has one.
        let mut shared = lengths(2, 2);
        shared.extend(lengths(2, 1));
        shared.extend(b"ab");
        let dictionary = Page::DictionaryPage {
            buf: b"abc".to_vec().into(),
            num_values: 0,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        };
        for (shape, page, word) in [
            (optional, page(Encoding::PLAIN, 24, &cut_levels), "too few levels"),
            (
                FIXED,
                page(Encoding::RLE_DICTIONARY, 1, &[2, 2, 3]),
                "outside its dictionary",
            ),
            (number, split, "too few values"),
            (number, page(Encoding::DELTA_BINARY_PACKED, 2, &[0xff; 20]), "header"),
            (SHAPE, long_text, "ends after its page"),
            (SHAPE, page(Encoding::DELTA_BYTE_ARRAY, 2, &shared), "shares more"),
            (SHAPE, dictionary, "without entries"),
        ] {
            let because = shape.check(&page).unwrap_err();
            assert!(because.contains(word), "{because} / {word}");
        }
    }

    #[test]
    fn good_pages_pass() {
        let mut shared = lengths(2, 0);
        shared.extend(lengths(2, 1));
        shared.extend(b"ab");
        assert_eq!(FIXED.check(&page(Encoding::RLE_DICTIONARY, 1, &[2, 2, 2])), Ok(()));
        assert_eq!(SHAPE.check(&page(Encoding::DELTA_BYTE_ARRAY, 2, &shared)), Ok(()));
        assert_eq!(SHAPE.check(&page(Encoding::PLAIN, 1, &[1, 0, 0, 0, b'a'])), Ok(()));
    }
}
