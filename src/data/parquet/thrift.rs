//! The Thrift compact protocol, just enough to look before the library leaps. Enter: untrusted bytes.
//! Leave: fields, integers and list lengths, or [`Broken`]. The Parquet library reserves memory from
//! lengths it finds in a file and recurses as deep as a file says; the walks in [`super::footer`] and
//! [`super::pages`] go over the same bytes first, here, where nothing is reserved and depth is bounded.
//! Cost: linear in the bytes walked, no allocation.
//!
//! Source: Apache Thrift, `doc/specs/thrift-compact-protocol.md`.

/// Why bytes are not what the protocol allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The bytes end inside a value.
    Ends,
    /// A type code that does not exist.
    TypeCode,
    /// A number that does not fit.
    Number,
    /// Nested deeper than [`DEPTH_MAX`].
    Depth,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(match self {
            Self::Ends => "it ends in the middle of a value",
            Self::TypeCode => "it holds a type that does not exist",
            Self::Number => "it holds a number out of range",
            Self::Depth => "it is nested too deeply",
        })
    }
}

/// How deep structures may nest. Parquet's own need fewer than 10; the library stops at 64.
const DEPTH_MAX: u32 = 32;

/// Type codes of fields (a boolean's value is its type).
pub mod kind {
    /// A boolean field that is true.
    pub const TRUE: u8 = 1;
    /// A boolean field that is false.
    pub const FALSE: u8 = 2;
    /// One byte.
    pub const BYTE: u8 = 3;
    /// A zigzag number of 16 bits.
    pub const I16: u8 = 4;
    /// A zigzag number of 32 bits.
    pub const I32: u8 = 5;
    /// A zigzag number of 64 bits.
    pub const I64: u8 = 6;
    /// Eight bytes.
    pub const DOUBLE: u8 = 7;
    /// A length and bytes.
    pub const BINARY: u8 = 8;
    /// A list.
    pub const LIST: u8 = 9;
    /// A set, written like a list.
    pub const SET: u8 = 10;
    /// A map.
    pub const MAP: u8 = 11;
    /// A structure.
    pub const STRUCT: u8 = 12;
    /// Sixteen bytes.
    pub const UUID: u8 = 13;
}

/// A cursor over bytes.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A field of a structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its number.
    pub id: i16,
    /// Its type code, see [`kind`].
    pub kind: u8,
}

impl<'a> Cursor<'a> {
    /// At the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes consumed so far.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        let byte = *self.bytes.get(self.at).ok_or(Broken::Ends)?;
        self.at += 1;
        Ok(byte)
    }

    fn advance(&mut self, count: u64) -> Result<(), Broken> {
        let left = (self.bytes.len() - self.at) as u64;
        if count > left {
            return Err(Broken::Ends);
        }
        self.at += usize::try_from(count).map_err(|_| Broken::Number)?;
        Ok(())
    }

    fn unsigned(&mut self) -> Result<u64, Broken> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Broken::Number)
    }

    /// A zigzag integer.
    ///
    /// # Errors
    /// [`Broken::Ends`], or [`Broken::Number`] beyond 64 bits.
    pub fn integer(&mut self) -> Result<i64, Broken> {
        let value = self.unsigned()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// A zigzag integer that fits 32 bits.
    ///
    /// # Errors
    /// [`Broken::Ends`], or [`Broken::Number`] beyond 32 bits.
    pub fn integer_32(&mut self) -> Result<i32, Broken> {
        i32::try_from(self.integer()?).map_err(|_| Broken::Number)
    }

    /// The next field of a structure; `None` at its end. `last` is the number of the field before.
    ///
    /// # Errors
    /// Any [`Broken`].
    pub fn field(&mut self, last: &mut i16) -> Result<Option<Field>, Broken> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        if kind == 0 {
            return Ok(None);
        }
        if kind > kind::UUID {
            return Err(Broken::TypeCode);
        }
        let step = i16::from(head >> 4);
        let id = if step == 0 {
            i16::try_from(self.integer()?).map_err(|_| Broken::Number)?
        } else {
            last.checked_add(step).ok_or(Broken::Number)?
        };
        *last = id;
        Ok(Some(Field { id, kind }))
    }

    /// The start of a list: how many entries of which type. Every entry takes at least a byte, so a
    /// length beyond the bytes left is refused here.
    ///
    /// # Errors
    /// Any [`Broken`].
    pub fn list(&mut self) -> Result<(usize, u8), Broken> {
        let head = self.byte()?;
        let kind = head & 0x0f;
        let count = match head >> 4 {
            15 => self.unsigned()?,
            short => u64::from(short),
        };
        if kind > kind::UUID || (kind == 0 && count > 0) {
            return Err(Broken::TypeCode);
        }
        if count > (self.bytes.len() - self.at) as u64 {
            return Err(Broken::Ends);
        }
        Ok((usize::try_from(count).map_err(|_| Broken::Number)?, kind))
    }

    /// Passes over a field's value.
    ///
    /// # Errors
    /// Any [`Broken`].
    pub fn skip(&mut self, kind: u8) -> Result<(), Broken> {
        self.skip_value(kind, false, DEPTH_MAX)
    }

    fn skip_value(&mut self, kind: u8, in_list: bool, depth: u32) -> Result<(), Broken> {
        let depth = depth.checked_sub(1).ok_or(Broken::Depth)?;
        match kind {
            // A boolean in a list is a byte of its own; as a field it is its type code.
            kind::TRUE | kind::FALSE if !in_list => Ok(()),
            kind::TRUE | kind::FALSE | kind::BYTE => self.advance(1),
            kind::I16 | kind::I32 | kind::I64 => self.unsigned().map(|_| ()),
            kind::DOUBLE => self.advance(8),
            kind::BINARY => {
                let count = self.unsigned()?;
                self.advance(count)
            }
            kind::LIST | kind::SET => {
                let (count, kind) = self.list()?;
                for _ in 0..count {
                    self.skip_value(kind, true, depth)?;
                }
                Ok(())
            }
            kind::MAP => {
                let count = self.unsigned()?;
                if count == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                for _ in 0..count {
                    self.skip_value(kinds >> 4, true, depth)?;
                    self.skip_value(kinds & 0x0f, true, depth)?;
                }
                Ok(())
            }
            kind::STRUCT => {
                let mut last = 0;
                while let Some(field) = self.field(&mut last)? {
                    self.skip_value(field.kind, false, depth)?;
                }
                Ok(())
            }
            kind::UUID => self.advance(16),
            _ => Err(Broken::TypeCode),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_zigzag() {
        for (bytes, value) in [(vec![0], 0), (vec![1], -1), (vec![0xac, 0x02], 150)] {
            assert_eq!(Cursor::new(&bytes).integer(), Ok(value));
        }
        assert_eq!(Cursor::new(&[0x80]).integer(), Err(Broken::Ends));
        assert_eq!(Cursor::new(&[0xff; 11]).integer(), Err(Broken::Number));
    }

    #[test]
    fn a_list_longer_than_its_bytes_is_refused() {
        // 15 in the high half: the length follows, here about two thousand million.
        assert_eq!(
            Cursor::new(&[0xf5, 0xff, 0xff, 0xff, 0x7f]).list(),
            Err(Broken::Ends)
        );
    }

    #[test]
    fn depth_is_bounded() {
        let deep = vec![0x1c; 1000];
        assert_eq!(Cursor::new(&deep).skip(kind::STRUCT), Err(Broken::Depth));
    }
}
