//! The form of a link's content. One description of the fields serves for writing and for reading: every function
//! takes a place, writes what stands there or fills it. Enter: numbers, texts, lists; leave: bytes of the coder.
//!
//! Numbers are coded by their length in bits, decimals by their digits; both learn from those before in the same
//! `context`. Reading never fails half-way: a value that cannot be marks the wire as broken and everything after
//! it is empty, so that hostile bytes cost bounded time and no panic.

use std::hash::{Hash as _, Hasher};

use super::coder::{Decoder, Encoder, HALF};
use super::text::TextModel;

/// Longest text of a link, bytes; longer ones are cut when written.
pub const TEXT_BYTES: usize = 480;
/// All texts of a link together, bytes: bounds the time hostile content can take.
const TEXTS_BYTES: usize = 24_000;
/// Slots of the models of numbers, a power of two.
const SLOTS: usize = 1 << 16;
/// After this many visits a slot moves by 1 part in so many.
const SLOWEST: u32 = 40;

enum Side<'a> {
    Write(Encoder),
    Read(Decoder<'a>),
}

/// Writes or reads.
pub struct Wire<'a> {
    side: Side<'a>,
    /// Probability (16 bits) and visits, by context.
    slots: Vec<(u16, u8)>,
    text: TextModel,
    text_left: usize,
    broken: bool,
}

/// FNV-1a: the same on every machine, unlike the standard library's hash.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write(&value.to_le_bytes());
    }
}

fn slot(context: (u32, u32, u32)) -> usize {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    context.hash(&mut hasher);
    let hash = hasher.finish();
    (hash ^ hash >> 32) as usize & (SLOTS - 1)
}

impl<'a> Wire<'a> {
    /// For writing; `text` has read the dictionary.
    #[must_use]
    pub fn writing(text: TextModel) -> Self {
        Self::new(Side::Write(Encoder::new()), text)
    }

    /// For reading.
    #[must_use]
    pub fn reading(bytes: &'a [u8], text: TextModel) -> Self {
        Self::new(Side::Read(Decoder::new(bytes)), text)
    }

    fn new(side: Side<'a>, text: TextModel) -> Self {
        Self {
            side,
            slots: vec![(1 << 15, 0); SLOTS],
            text,
            text_left: TEXTS_BYTES,
            broken: false,
        }
    }

    /// Whether this side reads.
    #[must_use]
    pub const fn reads(&self) -> bool {
        matches!(self.side, Side::Read(_))
    }

    /// The bytes written; empty after reading.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        match self.side {
            Side::Write(writer) => writer.finish(),
            Side::Read(_) => Vec::new(),
        }
    }

    /// Whether something could not be.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        self.broken
    }

    fn fail(&mut self) {
        self.broken = true;
    }

    fn code(&mut self, bit: bool, one: u32) -> bool {
        match &mut self.side {
            Side::Write(writer) => {
                writer.bit(bit, one);
                bit
            }
            Side::Read(reader) => !self.broken && reader.bit(one),
        }
    }

    fn learned(&mut self, context: (u32, u32, u32), bit: bool) -> bool {
        let at = slot(context);
        let (one, visits) = self.slots.get(at).copied().unwrap_or((1 << 15, 0));
        let bit = self.code(bit, u32::from(one));
        let goal = if bit { 65_535_i32 } else { 0 };
        let moved =
            i32::from(one) + (goal - i32::from(one)) * 2 / (2 * i32::from(visits) + 3);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = (
                moved.clamp(64, 65_471) as u16,
                (u32::from(visits) + 1).min(SLOWEST) as u8,
            );
        }
        bit
    }

    /// Yes or no.
    pub fn flag(&mut self, context: u32, value: &mut bool) {
        *value = self.learned((context, 0, 0), *value);
    }

    /// A number below `1 << bits`, bit by bit.
    fn small(&mut self, context: (u32, u32), bits: u32, value: u32) -> u32 {
        let mut node = 1_u32;
        for at in (0..bits).rev() {
            let bit = self.learned(
                (context.0, context.1 | 0x8000_0000, node),
                value >> at & 1 == 1,
            );
            node = (node << 1) | u32::from(bit);
        }
        node ^ (1 << bits)
    }

    /// A whole number.
    pub fn count(&mut self, context: u32, value: &mut u64) {
        self.near(context, 0, value);
    }

    /// A whole number whose size depends on `about`, any number both sides know.
    pub fn near(&mut self, context: u32, about: u32, value: &mut u64) {
        let length = self.small((context, about), 7, 64 - value.leading_zeros());
        if length > 64 {
            self.fail();
        }
        if length == 0 || length > 64 {
            *value = 0;
            return;
        }
        let mut made = 1_u64;
        for at in (0..length - 1).rev() {
            let bit = *value >> at & 1 == 1;
            let bit = if made < 4 {
                self.learned((context, length | 0x4000_0000, made as u32), bit)
            } else {
                self.code(bit, HALF)
            };
            made = (made << 1) | u64::from(bit);
        }
        *value = made;
    }

    /// A whole number that may be negative.
    pub fn whole(&mut self, context: u32, value: &mut i64) {
        let mut folded = ((*value << 1) ^ (*value >> 63)) as u64;
        self.count(context, &mut folded);
        *value = (folded >> 1) as i64 ^ -((folded & 1) as i64);
    }

    /// A decimal number of at most `digits` digits (rounded when written).
    pub fn decimal(&mut self, context: u32, digits: usize, value: &mut f64) {
        let (negative, figures, exponent) = parts(*value, digits);
        let sign = if figures.is_empty() { 0 } else { 1 + u32::from(negative) };
        let sign = self.small((context, 1), 2, sign);
        if sign == 0 {
            *value = 0.0;
            return;
        }
        let mut folded = i64::from(exponent);
        self.whole(context ^ 0x100_0000, &mut folded);
        let count = self.small((context, 3), 4, figures.len() as u32);
        if count > 15 || count == 0 || !(-330..=330).contains(&folded) || sign > 2 {
            self.fail();
            *value = 0.0;
            return;
        }
        let mut words = String::from(if sign == 2 { "-" } else { "" });
        for at in 0..count {
            let figure =
                figures.get(at as usize).map_or(0, |byte| u32::from(byte - b'0'));
            let place = if at == 0 { 4 } else { 5 + u32::from(at + 1 == count) };
            let figure =
                self.small((if at == 0 { context } else { 0 }, place), 4, figure);
            if figure > 9 {
                self.fail();
            }
            words.push(char::from_digit(figure.min(9), 10).unwrap_or('0'));
        }
        let scale = folded - i64::from(count) + 1;
        let made: f64 = format!("{words}e{scale}").parse().unwrap_or(0.0);
        *value = if made.is_finite() { made } else { 0.0 };
    }

    /// A decimal number that may be missing.
    pub fn maybe_decimal(
        &mut self,
        context: u32,
        digits: usize,
        value: &mut Option<f64>,
    ) {
        self.maybe(context ^ 0x200_0000, value, |wire, own| {
            wire.decimal(context, digits, own);
        });
    }

    /// Something that may be missing.
    pub fn maybe<T: Default>(
        &mut self,
        context: u32,
        value: &mut Option<T>,
        each: impl FnOnce(&mut Self, &mut T),
    ) {
        let mut there = value.is_some();
        self.flag(context, &mut there);
        if there && !self.broken {
            each(self, value.get_or_insert_default());
        } else {
            *value = None;
        }
    }

    /// A list of at most `most` items.
    pub fn list<T: Default>(
        &mut self,
        context: u32,
        most: usize,
        items: &mut Vec<T>,
        mut each: impl FnMut(&mut Self, &mut T),
    ) {
        items.truncate(most);
        let mut count = items.len() as u64;
        self.count(context, &mut count);
        if count > most as u64 {
            self.fail();
            count = 0;
        }
        items.resize_with(count as usize, T::default);
        for item in items.iter_mut() {
            if self.broken {
                break;
            }
            each(self, item);
        }
        if self.broken {
            items.clear();
        }
    }

    /// One of a few values known to both sides.
    pub fn choice<T: Clone + PartialEq>(
        &mut self,
        context: u32,
        all: &[T],
        value: &mut T,
    ) {
        let bits = usize::BITS - all.len().saturating_sub(1).leading_zeros();
        let at = all.iter().position(|own| own == value).unwrap_or(0);
        let at = self.small((context, 7), bits, at as u32) as usize;
        match all.get(at) {
            Some(own) => *value = own.clone(),
            None => self.fail(),
        }
    }

    /// A text, cut to [`TEXT_BYTES`].
    pub fn text(&mut self, field: u32, value: &mut String) {
        let bytes = if self.reads() { Vec::new() } else { trimmed(value).into_bytes() };
        self.text.enter(field);
        let mut made = Vec::new();
        for at in 0..=TEXT_BYTES {
            let byte = bytes.get(at).copied().unwrap_or(0);
            let mut got = 0_u8;
            for place in (0..8).rev() {
                let one = self.text.predict();
                let bit = self.code(byte >> place & 1 == 1, one);
                self.text.update(bit);
                got = (got << 1) | u8::from(bit);
            }
            if got == 0 {
                break;
            }
            made.push(got);
        }
        match self.text_left.checked_sub(made.len() + 1) {
            Some(left) if made.len() <= TEXT_BYTES => self.text_left = left,
            _ => self.fail(),
        }
        match String::from_utf8(made) {
            Ok(made) if !self.broken => *value = made,
            _ => {
                self.fail();
                value.clear();
            }
        }
    }

    /// A text that is often one of those in `made`, which both sides can make.
    pub fn known_text(&mut self, field: u32, made: &[String], value: &mut String) {
        let at = made.iter().position(|own| own == value).map_or(0, |at| at as u64 + 1);
        let mut found = at;
        self.count(field ^ 0x400_0000, &mut found);
        if found == 0 {
            return self.text(field, value);
        }
        match made.get(found as usize - 1) {
            Some(own) => value.clone_from(own),
            None => self.fail(),
        }
    }
}

/// Sign, significant digits without trailing zeros, and the exponent of the first. No digits: zero.
fn parts(value: f64, digits: usize) -> (bool, Vec<u8>, i32) {
    if value == 0.0 || !value.is_finite() {
        return (false, Vec::new(), 0);
    }
    let words = format!("{:.*e}", digits.clamp(1, 15) - 1, value.abs());
    let (figures, exponent) = words.split_once('e').unwrap_or((&words, "0"));
    let mut figures: Vec<u8> = figures.bytes().filter(u8::is_ascii_digit).collect();
    while figures.len() > 1 && figures.last() == Some(&b'0') {
        figures.pop();
    }
    (value < 0.0, figures, exponent.parse().unwrap_or(0))
}

/// A text as it is written: no NUL (it ends a text), not too long, cut between characters.
fn trimmed(text: &str) -> String {
    let text = text.replace('\0', " ");
    if text.len() <= TEXT_BYTES {
        return text;
    }
    let mut end = TEXT_BYTES - '…'.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let model = TextModel::new();
        let numbers = [0_u64, 1, 9, 10, 12_480, u64::MAX, 1 << 40];
        let decimals = [0.0, 0.871_234, -12_480.0, 1e-9, -3.5e20, 0.1 + 0.2];
        let texts = ["", "accuracy fell 6.2 points", "Ünïcödé “x” <b>", "a\0b"];
        let mut wire = Wire::writing(model.clone());
        for (at, own) in numbers.iter().enumerate() {
            wire.count(at as u32 % 2, &mut own.clone());
        }
        for own in decimals {
            wire.decimal(9, 6, &mut own.clone());
        }
        for own in texts {
            wire.text(3, &mut own.to_owned());
        }
        let bytes = wire.finish();
        let mut wire = Wire::reading(&bytes, model);
        for (at, own) in numbers.iter().enumerate() {
            let mut got = 7;
            wire.count(at as u32 % 2, &mut got);
            assert_eq!(got, *own);
        }
        for own in decimals {
            let mut got = 7.0;
            wire.decimal(9, 6, &mut got);
            assert!((got - own).abs() <= 1e-5 * own.abs(), "{own} came back as {got}");
        }
        for own in texts {
            let mut got = String::new();
            wire.text(3, &mut got);
            assert_eq!(got, own.replace('\0', " "));
        }
        assert!(!wire.is_broken());
    }
}
