//! Seeded random numbers and the one 64-bit hash of the product. Enter: a seed, or bytes and a seed. Leave:
//! the same numbers on every machine. Rows, entities and samples are chosen by [`hash64`] and [`mix64`], so
//! a choice depends on the row alone and not on order, chunk or worker. Not for secrets.
//!
//! Sources: SplitMix64 (Steele, Lea, Flood 2014) as mixer and seeder; xoshiro256++ (Blackman, Vigna 2019).

use super::math;

/// 2⁶⁴ divided by the golden ratio: the step of SplitMix64.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// 2⁻⁵³: the step between neighbouring uniform numbers.
const STEP: f64 = 1.0 / 9_007_199_254_740_992.0;

/// A bijection of 64-bit numbers in which every input bit reaches every output bit. `mix64(0)` is 0.
#[inline]
#[must_use]
pub const fn mix64(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Joins a hash with one more 64-bit value; the order of values matters.
#[inline]
#[must_use]
pub const fn combine64(hash: u64, value: u64) -> u64 {
    mix64(hash.wrapping_add(GOLDEN) ^ value)
}

/// A 64-bit hash of some bytes: equal bytes and seed, equal hash, on every machine. Eight bytes a step.
#[inline]
#[must_use]
pub fn hash64(bytes: &[u8], seed: u64) -> u64 {
    let mut hash = mix64(seed ^ GOLDEN);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        hash = combine64(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0_u8; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    // The length tells "a" from "a\0".
    combine64(combine64(hash, u64::from_le_bytes(last)), bytes.len() as u64)
}

/// A uniform number in 0–1 (1 exclusive) from 64 random bits.
#[inline]
#[must_use]
pub fn unit_interval(bits: u64) -> f64 {
    (bits >> 11) as f64 * STEP
}

/// The xoshiro256++ generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// A generator whose whole sequence is set by `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let word = |i: u64| mix64(seed.wrapping_add(GOLDEN.wrapping_mul(i)));
        Self { state: [word(1), word(2), word(3), word(4)] }
    }

    /// A generator for one named part of a run: independent of the others with the same seed.
    #[must_use]
    pub fn stream(seed: u64, name: &str) -> Self {
        Self::new(hash64(name.as_bytes(), seed))
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// Uniform in 0–1 (1 exclusive).
    pub fn uniform(&mut self) -> f64 {
        unit_interval(self.next_u64())
    }

    /// Uniform whole number below `bound` (exclusive), without bias; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Lemire 2019: the high half of a product, rejecting the few low halves that would bias it.
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            let low = product as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }

    /// True with the given probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Standard normal, by the quantile of a uniform number (one number drawn, no rejection).
    pub fn normal(&mut self) -> f64 {
        // Half a step up keeps 0 out: the value lies in 2^-54 … 1 - 2^-54.
        super::special::normal_quantile(self.uniform() + 0.5 * STEP)
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -math::log1p(-self.uniform())
    }

    /// Puts a slice in random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u64 + 1) as usize;
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_follows_the_published_sequence() {
        // xoshiro256++ from state 1, 2, 3, 4: first outputs of the authors' reference program.
        let mut random = Random { state: [1, 2, 3, 4] };
        let expected =
            [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386];
        assert_eq!(expected.map(|_| random.next_u64()), expected);
        // SplitMix64 from seed 0.
        assert_eq!(mix64(GOLDEN), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn hashes_tell_lengths_and_seeds_apart() {
        let texts: [&[u8]; 6] =
            [b"", b"a", b"a\0", b"12345678", b"12345678\0", b"abcdefgh12"];
        let mut hashes: Vec<u64> =
            texts.iter().flat_map(|t| [hash64(t, 0), hash64(t, 1)]).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), 12);
    }

    #[test]
    fn blocks_by_hash_are_even() {
        let mut counts = [0_u32; 32];
        for row in 0..32_000_u64 {
            counts[(hash64(&row.to_le_bytes(), 7) % 32) as usize] += 1;
        }
        let chi: f64 =
            counts.iter().map(|&c| (f64::from(c) - 1000.0).powi(2) / 1000.0).sum();
        assert!(chi < 62.0, "chi-square {chi} on 31 degrees of freedom");
    }

    #[test]
    fn moments_are_right() {
        let mut random = Random::new(1);
        let (mut sum, mut squares, mut uniform, mut exponential) = (0.0, 0.0, 0.0, 0.0);
        let n = 20_000;
        for _ in 0..n {
            let x = random.normal();
            sum += x;
            squares += x * x;
            uniform += random.uniform();
            exponential += random.exponential();
        }
        let n = f64::from(n);
        assert!((sum / n).abs() < 0.03);
        assert!((squares / n - 1.0).abs() < 0.05);
        assert!((uniform / n - 0.5).abs() < 0.01);
        assert!((exponential / n - 1.0).abs() < 0.03);
    }

    #[test]
    fn below_covers_its_range_and_shuffle_keeps_all() {
        let mut random = Random::new(5);
        let mut seen = [0; 7];
        (0..7000).for_each(|_| seen[random.below(7) as usize] += 1);
        assert!(seen.iter().all(|&count| count > 850 && count < 1150), "{seen:?}");
        assert_eq!(random.below(0), 0);
        let mut items: Vec<u32> = (0..50).collect();
        random.shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
