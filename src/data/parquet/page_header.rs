//! Page headers of either version. Enter: untrusted bytes. Leave: the numbers a header states, still
//! unchecked; [`super::pages`] judges them. Statistics are passed over. Cost: linear, no allocation.
//!
//! Source: Apache Parquet format, `parquet.thrift`.

use super::thrift::{Broken, Cursor, Field, kind};

/// Encodings by their number in the format.
pub mod encoding {
    /// Values one after the other.
    pub const PLAIN: i32 = 0;
    /// Indices, under their old number.
    pub const PLAIN_DICTIONARY: i32 = 2;
    /// Run lengths.
    pub const RLE: i32 = 3;
    /// Levels in the deprecated packing.
    pub const BIT_PACKED: i32 = 4;
    /// Differences.
    pub const DELTA_BINARY_PACKED: i32 = 5;
    /// Differences of lengths, then texts.
    pub const DELTA_LENGTH_BYTE_ARRAY: i32 = 6;
    /// Shared beginnings.
    pub const DELTA_BYTE_ARRAY: i32 = 7;
    /// Indices into the dictionary.
    pub const RLE_DICTIONARY: i32 = 8;
    /// All first bytes, all second bytes, and so on.
    pub const BYTE_STREAM_SPLIT: i32 = 9;
}

/// A page header, as far as it is needed.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Bytes of the page as stored; below zero when it does not say.
    pub compressed: i32,
    /// Bytes after decompression; below zero when it does not say.
    pub uncompressed: i32,
    /// What the page is; `None` when the header says too little.
    pub page: Option<Page>,
}

/// Kinds of pages.
#[derive(Clone, Copy, Debug)]
pub enum Page {
    /// The distinct values.
    Dictionary {
        /// How many.
        values: i32,
        /// By its number, see [`encoding`].
        encoding: i32,
    },
    /// Values.
    Data(Data),
    /// Passed over.
    Index,
}

/// A data page of either version. Numbers are as stored, unchecked.
#[derive(Clone, Copy, Debug)]
pub struct Data {
    /// Values, nulls included.
    pub values: i32,
    /// By its number, see [`encoding`].
    pub encoding: i32,
    /// The encoding of definition levels.
    pub definition_encoding: i32,
    /// Whether the values are compressed, if the column is.
    pub compressed: bool,
    /// Nulls; only in version 2.
    pub nulls: i32,
    /// Rows; only in version 2, otherwise the values.
    pub rows: i32,
    /// Bytes of definition and repetition levels; only in version 2.
    pub levels: Option<(i32, i32)>,
}

impl Header {
    /// Reads a header.
    ///
    /// # Errors
    /// When its structure is broken; missing fields are not errors here.
    pub fn read(cursor: &mut Cursor<'_>) -> Result<Self, Broken> {
        let mut type_number = None;
        let (mut compressed, mut uncompressed) = (None, None);
        let (mut data, mut data_2, mut dictionary) = (None, None, None);
        let mut last = 0;
        while let Some(Field { id, kind }) = cursor.field(&mut last)? {
            match (id, kind) {
                (1, kind::I32) => type_number = Some(cursor.integer_32()?),
                (2, kind::I32) => uncompressed = Some(cursor.integer_32()?),
                (3, kind::I32) => compressed = Some(cursor.integer_32()?),
                (5, kind::STRUCT) => data = Some(Numbers::read(cursor)?),
                (7, kind::STRUCT) => dictionary = Some(Numbers::read(cursor)?),
                (8, kind::STRUCT) => data_2 = Some(Numbers::read(cursor)?),
                _ => cursor.skip(kind)?,
            }
        }
        let page = match type_number {
            Some(0) => data.and_then(|numbers| numbers.data(None)),
            Some(1) => Some(Page::Index),
            Some(2) => dictionary.and_then(|numbers| {
                Some(Page::Dictionary {
                    values: numbers.of[1]?,
                    encoding: numbers.of[2]?,
                })
            }),
            Some(3) => data_2
                .and_then(|numbers| numbers.data(Some((numbers.of[5]?, numbers.of[6]?)))),
            _ => None,
        };
        // A version 2 header beside another type would be taken for that page's.
        let page = page.filter(|_| data_2.is_none() || type_number == Some(3));
        Ok(Self {
            compressed: compressed.unwrap_or(-1),
            uncompressed: uncompressed.unwrap_or(-1),
            page,
        })
    }
}

/// The number fields of a small structure, by field number; field 7 may be a boolean.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    of: [Option<i32>; 8],
    seventh_is_false: bool,
}

impl Numbers {
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Broken> {
        let mut numbers = Self::default();
        let mut last = 0;
        while let Some(Field { id, kind }) = cursor.field(&mut last)? {
            if id == 7 && kind == kind::FALSE {
                numbers.seventh_is_false = true;
            }
            let slot = usize::try_from(id).ok().and_then(|id| numbers.of.get_mut(id));
            match (slot, kind) {
                (Some(slot), kind::I32) => *slot = Some(cursor.integer_32()?),
                _ => cursor.skip(kind)?,
            }
        }
        Ok(numbers)
    }

    /// Version 1 (`levels` is `None`) numbers values, encoding and the encodings of levels; version 2
    /// values, nulls, rows, encoding and the lengths of levels.
    fn data(&self, levels: Option<(i32, i32)>) -> Option<Page> {
        let of = &self.of;
        Some(Page::Data(if levels.is_some() {
            Data {
                values: of[1]?,
                nulls: of[2]?,
                rows: of[3]?,
                encoding: of[4]?,
                definition_encoding: encoding::RLE,
                compressed: !self.seventh_is_false,
                levels,
            }
        } else {
            Data {
                values: of[1]?,
                encoding: of[2]?,
                definition_encoding: of[3]?,
                compressed: true,
                nulls: 0,
                rows: of[1]?,
                levels,
            }
        }))
    }
}
