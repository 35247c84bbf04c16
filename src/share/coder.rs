//! A binary arithmetic coder. Enter: bits with the probability that they are 1; leave: bytes, and the bits again.
//! Integers only, so that every machine writes and reads the same. Costs some nanoseconds a bit. Detects nothing:
//! past its end a reader sees zeros, and the link's length and checksum tell that it was cut.

/// Probabilities are 16-bit fractions: 1 to 65,535 of 65,536.
pub const HALF: u32 = 1 << 15;

fn split(low: u32, high: u32, one: u32) -> u32 {
    let range = high - low;
    let one = one.clamp(1, 65_535);
    low + (range >> 16) * one + (((range & 0xffff) * one) >> 16)
}

/// Writes bits.
pub struct Encoder {
    low: u32,
    high: u32,
    bytes: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Encoder {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { low: 0, high: u32::MAX, bytes: Vec::new() }
    }

    /// Writes a bit that is 1 with probability `one`.
    pub fn bit(&mut self, bit: bool, one: u32) {
        let middle = split(self.low, self.high, one);
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.bytes.push((self.high >> 24) as u8);
            self.low <<= 8;
            self.high = (self.high << 8) | 0xff;
        }
    }

    /// The bytes; as few as tell the last bit, because a reader sees zeros behind them.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        for kept in 0..=4_u32 {
            let mask = if kept == 0 { 0 } else { u32::MAX << (32 - 8 * kept) };
            let value = self.high & mask;
            if value >= self.low {
                self.bytes.extend(value.to_be_bytes().into_iter().take(kept as usize));
                break;
            }
        }
        while self.bytes.last() == Some(&0) {
            self.bytes.pop();
        }
        self.bytes
    }
}

/// Reads bits.
pub struct Decoder<'a> {
    low: u32,
    high: u32,
    code: u32,
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Reads these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut own = Self { low: 0, high: u32::MAX, code: 0, rest: bytes };
        for _ in 0..4 {
            own.code = (own.code << 8) | own.next();
        }
        own
    }

    fn next(&mut self) -> u32 {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                u32::from(*first)
            }
            None => 0,
        }
    }

    /// The next bit, which is 1 with probability `one`.
    pub fn bit(&mut self, one: u32) -> bool {
        let middle = split(self.low, self.high, one);
        let bit = self.code <= middle;
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = (self.high << 8) | 0xff;
            self.code = (self.code << 8) | self.next();
        }
        bit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_back_whatever_was_expected_of_them() {
        let bits: Vec<(bool, u32)> = (0_u32..5_000)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 28 == 0, (at * 37) % 65_600))
            .collect();
        let mut writer = Encoder::new();
        for (bit, one) in &bits {
            writer.bit(*bit, *one);
        }
        let bytes = writer.finish();
        let mut reader = Decoder::new(&bytes);
        for (bit, one) in &bits {
            assert_eq!(reader.bit(*one), *bit);
        }
    }

    #[test]
    fn what_is_expected_costs_little() {
        let mut writer = Encoder::new();
        for _ in 0..8_000 {
            writer.bit(true, 65_500);
        }
        assert!(writer.finish().len() < 3);
    }
}
