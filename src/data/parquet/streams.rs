//! The two compact encodings inside pages, walked without decoding them for use: run lengths mixed with
//! packed bits ([`runs`]), and differences ([`Differences`]). Enter: the bytes of a stream and how many
//! values it should hold. Leave: what the library's decoders take for granted — enough bytes for every
//! run, no number too long, indices inside their dictionary. Cost: linear, without allocation.
//!
//! Source: Apache Parquet format, `Encodings.md`.

/// What a walk over runs found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Values that are not zero.
    pub non_zero: u64,
    /// The largest value.
    pub largest: u64,
}

/// A ULEB128 number of at most `bytes_max` bytes; moves `at` past it.
fn unsigned(bytes: &[u8], at: &mut usize, bytes_max: u32) -> Option<u64> {
    let mut value = 0_u64;
    for number in 0..bytes_max {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f).checked_shl(number * 7)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Walks `count` values of `width` bits (0..=32) in the hybrid of run lengths and packed bits. `None` when
/// the bytes hold fewer. The last packed run may be cut off behind the last value.
#[must_use]
pub fn runs(bytes: &[u8], width: u32, count: u64) -> Option<Runs> {
    let mut found = Runs { non_zero: 0, largest: 0 };
    let (mut at, mut left) = (0, count);
    if width == 0 {
        return Some(found);
    }
    while left > 0 {
        let header = unsigned(bytes, &mut at, 5)?;
        if header & 1 == 1 {
            let values = (header >> 1).checked_mul(8)?.min(left);
            let needed = usize::try_from((values * u64::from(width)).div_ceil(8)).ok()?;
            let packed = bytes.get(at..at.checked_add(needed)?)?;
            take_packed(packed, width, values, &mut found);
            at += usize::try_from((header >> 1).checked_mul(u64::from(width))?).ok()?;
            left -= values;
            if values == 0 {
                return None;
            }
        } else {
            let values = (header >> 1).min(left);
            let value_bytes = usize::try_from(width.div_ceil(8)).ok()?;
            let stored = bytes.get(at..at.checked_add(value_bytes)?)?;
            let value =
                stored.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
            at += value_bytes;
            if values == 0 {
                return None;
            }
            found.largest = found.largest.max(value);
            found.non_zero += if value == 0 { 0 } else { values };
            left -= values;
        }
    }
    Some(found)
}

/// `count` values of `width` bits each, the first in the lowest bits of the first byte.
fn take_packed(packed: &[u8], width: u32, count: u64, found: &mut Runs) {
    if width == 1 {
        let mut left = count;
        for byte in packed {
            let used = left.min(8);
            let mask = if used == 8 { 0xff } else { (1_u8 << used) - 1 };
            let ones = (byte & mask).count_ones();
            found.non_zero += u64::from(ones);
            found.largest = found.largest.max(u64::from(ones.min(1)));
            left -= used;
        }
        return;
    }
    let (mut held, mut held_bits, mut left) = (0_u64, 0, count);
    for byte in packed {
        held |= u64::from(*byte) << held_bits;
        held_bits += 8;
        while held_bits >= width && left > 0 {
            let value = held & ((1 << width) - 1);
            found.largest = found.largest.max(value);
            found.non_zero += u64::from(value != 0);
            held >>= width;
            held_bits -= width;
            left -= 1;
        }
    }
}

/// A stream of differences: `DELTA_BINARY_PACKED`.
#[derive(Clone, Debug)]
pub struct Differences<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Values in a packed group of one width.
    group_values: u64,
    groups: usize,
    /// Values still to come.
    left: u64,
    first: Option<i64>,
    last: i64,
    least: i64,
    widths: &'a [u8],
    /// Of the current group: its bits, its width, and values still in it.
    group: &'a [u8],
    width: u32,
    in_group: u64,
    bit: u64,
}

/// The library takes at most this many groups a block, and no writer makes more than 32.
const GROUPS_MAX: u64 = 1024;
/// Values in a block: writers use 128 to 2048.
const BLOCK_VALUES_MAX: u64 = 1 << 20;

impl<'a> Differences<'a> {
    /// Reads the header. `None` when it is cut off, holds a number too long, or claims more than
    /// `values_max` values.
    #[must_use]
    pub fn new(bytes: &'a [u8], values_max: u64) -> Option<Self> {
        let mut at = 0;
        let block_values = unsigned(bytes, &mut at, 5)?;
        let groups = unsigned(bytes, &mut at, 5)?;
        let left = unsigned(bytes, &mut at, 5)?;
        let first = zigzag(unsigned(bytes, &mut at, 10)?);
        let sound = block_values <= BLOCK_VALUES_MAX
            && (1..=GROUPS_MAX).contains(&groups)
            && block_values % 128 == 0
            && block_values % groups == 0
            && (block_values / groups) % 32 == 0
            && block_values > 0
            && left <= values_max;
        sound.then_some(())?;
        Some(Self {
            bytes,
            at,
            group_values: block_values / groups,
            groups: usize::try_from(groups).ok()?,
            left,
            first: Some(first),
            last: first,
            least: 0,
            widths: &[],
            group: &[],
            width: 0,
            in_group: 0,
            bit: 0,
        })
    }

    /// Values the header claims.
    #[must_use]
    pub const fn claimed(&self) -> u64 {
        self.left
    }

    /// Where the stream ends, once all values were taken.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.at
    }

    /// Walks over all values without decoding them: every group has its bytes and no width passes 64.
    #[must_use]
    pub fn is_whole(mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        while self.left > 0 {
            if self.next_group().is_none() {
                return false;
            }
            self.left -= self.left.min(self.group_values);
        }
        true
    }

    /// The next value, wrapping in 64 bits. `Some(None)` after the last; `None` when cut off.
    pub fn next_value(&mut self) -> Option<Option<i64>> {
        if self.left == 0 {
            return Some(None);
        }
        if let Some(first) = self.first.take() {
            self.left -= 1;
            return Some(Some(first));
        }
        if self.in_group == 0 {
            self.next_group()?;
        }
        let mut packed = 0_u64;
        for bit in 0..u64::from(self.width) {
            let from = self.bit + bit;
            let byte = *self.group.get(usize::try_from(from / 8).ok()?)?;
            packed |= u64::from(byte >> (from % 8) & 1) << bit;
        }
        self.bit += u64::from(self.width);
        self.in_group -= 1;
        self.left -= 1;
        self.last = self.last.wrapping_add(self.least).wrapping_add(packed.cast_signed());
        Some(Some(self.last))
    }

    fn next_group(&mut self) -> Option<()> {
        if self.widths.is_empty() {
            self.least = zigzag(unsigned(self.bytes, &mut self.at, 10)?);
            let end = self.at.checked_add(self.groups)?;
            self.widths = self.bytes.get(self.at..end)?;
            self.at = end;
        }
        let (&width, rest) = self.widths.split_first()?;
        if width > 64 {
            return None;
        }
        self.widths = rest;
        self.width = u32::from(width);
        // A group always has all its bytes; the groups behind the last value have none.
        let bytes = usize::try_from(self.group_values * u64::from(width) / 8).ok()?;
        let end = self.at.checked_add(bytes)?;
        self.group = self.bytes.get(self.at..end)?;
        self.at = end;
        self.in_group = self.group_values;
        self.bit = 0;
        Some(())
    }
}

fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_counted_and_bounded() {
        // Six times 1, then eight packed bits of which four count.
        let bytes = [12, 1, 3, 0b1010_0101];
        assert_eq!(runs(&bytes, 1, 10), Some(Runs { non_zero: 8, largest: 1 }));
        assert_eq!(runs(&bytes, 1, 15), None);
        assert_eq!(runs(&bytes[..3], 1, 10), None);
        // Eight values of three bits: 0 to 7, the example of the format's description.
        let packed = [3, 0b1000_1000, 0b1100_0110, 0b1111_1010];
        assert_eq!(runs(&packed, 3, 8), Some(Runs { non_zero: 7, largest: 7 }));
        assert_eq!(runs(&packed, 3, 3), Some(Runs { non_zero: 2, largest: 2 }));
    }

    #[test]
    fn differences_of_the_formats_description() {
        // 7, 5, 3, 1, 2, 3, 4, 5: block 128, 4 groups, 8 values, first 7; least -2, widths 2 0 0 0.
        let mut bytes = vec![0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0];
        bytes.extend([0b1100_0000, 0b0011_1111, 0, 0, 0, 0, 0, 0]);
        let mut stream = Differences::new(&bytes, 8).unwrap();
        let mut values = Vec::new();
        while let Some(value) = stream.next_value().unwrap() {
            values.push(value);
        }
        assert_eq!(values, [7, 5, 3, 1, 2, 3, 4, 5]);
        assert_eq!(stream.end(), bytes.len());
        assert!(Differences::new(&bytes, 8).unwrap().is_whole());
        assert!(!Differences::new(&bytes[..17], 8).unwrap().is_whole());
        assert!(Differences::new(&bytes, 7).is_none());
    }
}
