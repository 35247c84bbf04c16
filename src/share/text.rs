//! What comes next in a text: the model behind the links' words. Enter: the bytes so far, one field after another;
//! leaves: the probability that the next bit is 1. Contexts of one to five bytes, the word, the kind of field, and
//! the longest match with anything seen before are mixed by weights that learn as they go. It starts from
//! `dictionary.txt`, read once, so that a sentence whydrop often writes costs a few bytes.
//!
//! Integers only: native and browser agree bit by bit. Reading the dictionary takes some milliseconds and 8 MB.
//!
//! # Decisions
//! The dictionary and every constant here are part of the link's version: a change needs a new
//! [`VERSION`](super::link::VERSION), or old links turn into nonsense. A test holds the dictionary to its checksum.

/// Sentences as the reports of this version write them, a line each.
pub const DICTIONARY: &str = include_str!("dictionary.txt");

/// Slots of the table of contexts, a power of two: 4 bytes each.
const SLOTS_LOG2: u32 = 21;
/// Contexts by hash.
const CONTEXTS: usize = 8;
/// Inputs of the mixer: contexts, match, a constant.
const INPUTS: usize = CONTEXTS + 2;
/// Bytes that must agree before a match is believed.
const LEAST_MATCH: usize = 4;
/// Longest match that is told apart.
const LONGEST_MATCH: usize = 40;
/// Sets of mixer weights: by length of the match.
const SETS: usize = 5;
/// How fast the mixer learns; larger forgets faster.
const RATE: i32 = 10;
/// After this many visits a slot moves by 1 part in so many.
const SLOWEST: u32 = 60;

/// 4,096 ÷ (1 + exp(−d ÷ 256)) for d from −2,048 to 2,048 in steps of 128.
const SQUASH: [i32; 33] = [
    1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048, 2550,
    2994, 3349, 3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094,
    4095,
];

fn squash(x: i32) -> i32 {
    if x >= 2_047 {
        return 4_095;
    }
    if x <= -2_047 {
        return 1;
    }
    let at = ((x + 2_048) >> 7) as usize;
    let part = (x + 2_048) & 127;
    let pair = (SQUASH.get(at), SQUASH.get(at + 1));
    let (Some(low), Some(high)) = pair else { return 2_048 };
    (low * (128 - part) + high * part + 64) >> 7
}

/// The inverse of [`squash`], by table.
fn stretch_table() -> Vec<i16> {
    let mut table = vec![0_i16; 4_096];
    let mut next = 0;
    for x in -2_047..=2_047 {
        let top = squash(x) as usize;
        for slot in table.iter_mut().take(top + 1).skip(next) {
            *slot = x as i16;
        }
        next = next.max(top + 1);
    }
    for slot in table.iter_mut().skip(next) {
        *slot = 2_047;
    }
    table
}

/// The model. Cloning one that read the dictionary is cheaper than reading it again.
#[derive(Clone)]
pub struct TextModel {
    /// Probability (22 bits) and visits (10 bits) a slot.
    slots: Vec<u32>,
    stretch: Vec<i16>,
    weights: [[i32; INPUTS]; SETS],
    /// Chance that the match goes on, by its length; 16 bits.
    follows: [u32; LONGEST_MATCH + 1],
    history: Vec<u8>,
    /// Where bytes with this hash were last seen, by hash; one more than the place.
    seen: Vec<u32>,
    match_at: usize,
    match_len: usize,
    hashes: [u32; CONTEXTS],
    word: u32,
    field: u32,
    /// Bits of the present byte after a leading 1.
    node: u32,
    inputs: [i32; INPUTS],
    places: [usize; CONTEXTS],
    set: usize,
    mixed: i32,
    expected: Option<bool>,
}

impl TextModel {
    /// One that has read the dictionary.
    #[must_use]
    pub fn new() -> Self {
        let mut own = Self {
            slots: vec![1 << 31; 1 << SLOTS_LOG2],
            stretch: stretch_table(),
            weights: [[18_000; INPUTS]; SETS],
            follows: [50_000; LONGEST_MATCH + 1],
            history: Vec::with_capacity(DICTIONARY.len() + 8_192),
            seen: vec![0; 1 << 16],
            match_at: 0,
            match_len: 0,
            hashes: [0; CONTEXTS],
            word: 0,
            field: 0,
            node: 1,
            inputs: [0; INPUTS],
            places: [0; CONTEXTS],
            set: 0,
            mixed: 2_048,
            expected: None,
        };
        own.contexts();
        for byte in DICTIONARY.bytes() {
            let byte = if byte == b'\n' { 0 } else { byte };
            for at in (0..8).rev() {
                let _probability = own.predict();
                own.update(byte >> at & 1 == 1);
            }
        }
        own
    }

    /// Tells the model what kind of field comes.
    pub fn enter(&mut self, field: u32) {
        self.field = field;
        self.contexts();
    }

    /// The probability that the next bit is 1, as a 16-bit fraction.
    pub fn predict(&mut self) -> u32 {
        for (context, (place, input)) in
            self.hashes.iter().zip(self.places.iter_mut().zip(&mut self.inputs))
        {
            let mixed =
                (context ^ self.node.wrapping_mul(0x9e37_79b1)).wrapping_mul(0x85eb_ca6b);
            *place = (mixed >> (32 - SLOTS_LOG2)) as usize;
            let slot = self.slots.get(*place).copied().unwrap_or(1 << 31);
            let known = slot & 0x3ff > 0;
            let twelve = (slot >> 20) as usize;
            *input = if known {
                self.stretch.get(twelve).map_or(0, |x| i32::from(*x))
            } else {
                0
            };
        }
        self.expected = self.expected_bit();
        let length = self.match_len.min(LONGEST_MATCH);
        let from_match = match self.expected {
            Some(bit) => {
                let chance = self.follows.get(length).copied().unwrap_or(0) >> 4;
                let x = self
                    .stretch
                    .get(chance.min(4_095) as usize)
                    .map_or(0, |x| i32::from(*x));
                if bit { x } else { -x }
            }
            None => 0,
        };
        let [.., slot_of_match, constant] = &mut self.inputs;
        *slot_of_match = from_match;
        *constant = 128;
        self.set = match (self.expected, length) {
            (None, _) => 0,
            (_, 0..=7) => 1,
            (_, 8..=15) => 2,
            (_, 16..=31) => 3,
            _ => 4,
        };
        let weights = self.weights.get(self.set);
        let sum: i64 = weights.map_or(0, |weights| {
            weights
                .iter()
                .zip(&self.inputs)
                .map(|(weight, input)| i64::from(*weight) * i64::from(*input))
                .sum()
        });
        self.mixed = squash((sum >> 16).clamp(-2_047, 2_047) as i32);
        (self.mixed as u32) << 4
    }

    fn expected_bit(&self) -> Option<bool> {
        if self.match_len == 0 {
            return None;
        }
        let byte = u32::from(*self.history.get(self.match_at)?) | 0x100;
        let done = 31 - self.node.leading_zeros();
        (byte >> (8 - done) == self.node).then(|| byte >> (7 - done) & 1 == 1)
    }

    /// Learns the bit that [`TextModel::predict`] was asked about.
    pub fn update(&mut self, bit: bool) {
        let error = ((i32::from(bit) << 12) - self.mixed) * RATE;
        if let Some(weights) = self.weights.get_mut(self.set) {
            for (weight, input) in weights.iter_mut().zip(&self.inputs) {
                *weight += (input * error + 0x2000) >> 14;
            }
        }
        for place in self.places {
            if let Some(slot) = self.slots.get_mut(place) {
                let (chance, visits) = ((*slot >> 10) as i64, *slot & 0x3ff);
                let goal = if bit { (1_i64 << 22) - 1 } else { 0 };
                let moved = chance + (goal - chance) * 2 / (2 * i64::from(visits) + 3);
                *slot = ((moved as u32) << 10) | (visits + 1).min(SLOWEST);
            }
        }
        if let Some(expected) = self.expected {
            let length = self.match_len.min(LONGEST_MATCH);
            if let Some(chance) = self.follows.get_mut(length) {
                if expected == bit {
                    *chance += (65_535 - *chance) >> 6;
                } else {
                    *chance -= *chance >> 6;
                    self.match_len = 0;
                }
            }
        }
        self.node = (self.node << 1) | u32::from(bit);
        if self.node >= 0x100 {
            self.byte((self.node & 0xff) as u8);
            self.node = 1;
        }
    }

    fn byte(&mut self, byte: u8) {
        self.history.push(byte);
        if self.match_len > 0 {
            self.match_at += 1;
            self.match_len += 1;
        }
        let recent = self.recent(LEAST_MATCH);
        let here = (recent.wrapping_mul(0x2c1b_3c6d) >> 16) as usize;
        if let Some(slot) = self.seen.get_mut(here) {
            if self.match_len == 0 && *slot > 0 {
                self.match_at = *slot as usize;
                self.match_len = agreeing(&self.history, self.match_at);
                if self.match_len < LEAST_MATCH {
                    self.match_len = 0;
                }
            }
            *slot = self.history.len() as u32;
        }
        let letter = byte.is_ascii_alphanumeric() || byte >= 0x80;
        self.word = if letter {
            (self.word ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        } else {
            0
        };
        self.contexts();
    }

    /// The last `count` bytes as one number (at most four).
    fn recent(&self, count: usize) -> u32 {
        self.history
            .iter()
            .rev()
            .take(count)
            .fold(0, |sum: u32, byte| (sum << 8) | u32::from(*byte))
    }

    fn contexts(&mut self) {
        let mut hash = 0x811c_9dc5_u32;
        let mut by_order = [0_u32; 7];
        by_order[0] = hash;
        for (order, byte) in (1..=6).zip(self.history.iter().rev()) {
            hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193).rotate_left(5);
            if let Some(own) = by_order.get_mut(order) {
                *own = hash;
            }
        }
        let [none, one, two, three, four, five, six] = by_order;
        let of_field = self.field.wrapping_mul(0x27d4_eb2f);
        let salted = |hash: u32, salt: u32| {
            (hash ^ salt.wrapping_mul(0x9e37_79b9)).wrapping_mul(0xc2b2_ae35)
        };
        self.hashes = [
            salted(none ^ of_field, 1),
            salted(one ^ of_field, 2),
            salted(two, 3),
            salted(three, 4),
            salted(four, 5),
            salted(five, 6),
            salted(six, 7),
            salted(self.word ^ (one & 0xff00).wrapping_mul(u32::from(self.word == 0)), 8),
        ];
    }
}

/// How many bytes before `at` equal the last bytes, at most [`LONGEST_MATCH`].
fn agreeing(history: &[u8], at: usize) -> usize {
    let before = history.get(..at).unwrap_or_default();
    let same = history.iter().rev().zip(before.iter().rev());
    same.take(LONGEST_MATCH).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretch_turns_squash_around() {
        let table = stretch_table();
        for x in [-1_500, -300, 0, 300, 1_500] {
            let back = i32::from(table[squash(x) as usize]);
            assert!((back - x).abs() <= 40, "{x} came back as {back}");
        }
        assert!(table.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
