//! Where the structural bytes of 64 bytes are. Enter: a block of 64 bytes and a delimiter. Leave: one bit a
//! byte for quotes, delimiters and line breaks, bit 0 the first byte. No state, no meaning: what is inside
//! quotes is decided in [`super::split`].
//!
//! Three versions of the same function, chosen at compile time and tested equal: SSE2 on x86-64, simd128 on
//! wasm, and plain Rust elsewhere. Vectors are built from integers, which compiles to plain loads, so that the
//! one `unsafe` is the statement that x86-64 has SSE2.

/// Bytes looked at together.
pub(crate) const BLOCK_BYTES: usize = 64;

/// One bit a byte of a block, bit 0 the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Masks {
    /// `"`.
    pub quotes: u64,
    /// The delimiter.
    pub delimiters: u64,
    /// LF and CR.
    pub newlines: u64,
}

/// The masks of a block.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn masks(block: &[u8; BLOCK_BYTES], delimiter: u8) -> Masks {
    // # Safety
    // The function needs SSE2 and nothing else; every x86-64 processor has it.
    #[allow(unsafe_code, reason = "the only way to name SSE2; see Safety")]
    unsafe {
        x86::masks(block, delimiter)
    }
}

/// The masks of a block.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(always)]
pub(crate) fn masks(block: &[u8; BLOCK_BYTES], delimiter: u8) -> Masks {
    wasm::masks(block, delimiter)
}

/// The masks of a block.
#[cfg(not(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
)))]
#[inline(always)]
pub(crate) fn masks(block: &[u8; BLOCK_BYTES], delimiter: u8) -> Masks {
    masks_plain(block, delimiter)
}

/// The same in plain Rust: the fallback, and the oracle of the others.
#[cfg(any(
    test,
    not(any(
        target_arch = "x86_64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))
))]
fn masks_plain(block: &[u8; BLOCK_BYTES], delimiter: u8) -> Masks {
    let mut masks = Masks::default();
    for (bit, &byte) in block.iter().enumerate() {
        masks.quotes |= u64::from(byte == b'"') << bit;
        masks.delimiters |= u64::from(byte == delimiter) << bit;
        masks.newlines |= u64::from(byte == b'\n' || byte == b'\r') << bit;
    }
    masks
}

/// Two little-endian halves of 16 bytes; zero beyond the end.
#[cfg(any(
    target_arch = "x86_64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
#[inline(always)]
fn halves(bytes: &[u8]) -> (i64, i64) {
    let (low, high) = bytes.split_at(bytes.len().min(8));
    let half =
        |part: &[u8]| part.first_chunk().map_or(0, |part| i64::from_le_bytes(*part));
    (half(low), half(high))
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8,
    };

    use super::{BLOCK_BYTES, Masks, halves};

    /// SSE2: 16 bytes at a time.
    #[inline]
    #[target_feature(enable = "sse2")]
    pub(super) fn masks(block: &[u8; BLOCK_BYTES], delimiter: u8) -> Masks {
        let quote = _mm_set1_epi8(b'"'.cast_signed());
        let delimiter = _mm_set1_epi8(delimiter.cast_signed());
        let feed = _mm_set1_epi8(b'\n'.cast_signed());
        let carriage_return = _mm_set1_epi8(b'\r'.cast_signed());
        let bits = |lanes: __m128i| u64::from(_mm_movemask_epi8(lanes).cast_unsigned());
        let mut masks = Masks::default();
        for (part, bytes) in block.chunks_exact(16).enumerate() {
            let (low, high) = halves(bytes);
            let bytes = _mm_set_epi64x(high, low);
            let newline = _mm_or_si128(
                _mm_cmpeq_epi8(bytes, feed),
                _mm_cmpeq_epi8(bytes, carriage_return),
            );
            let shift = part * 16;
            masks.quotes |= bits(_mm_cmpeq_epi8(bytes, quote)) << shift;
            masks.delimiters |= bits(_mm_cmpeq_epi8(bytes, delimiter)) << shift;
            masks.newlines |= bits(newline) << shift;
        }
        masks
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use core::arch::wasm32::{i64x2, u8x16_bitmask, u8x16_eq, u8x16_splat, v128_or};

    use super::{BLOCK_BYTES, Masks, halves};

    /// simd128: 16 bytes at a time.
    #[inline(always)]
    pub(super) fn masks(block: &[u8; BLOCK_BYTES], delimiter: u8) -> Masks {
        let (quote, delimiter) = (u8x16_splat(b'"'), u8x16_splat(delimiter));
        let (feed, carriage_return) = (u8x16_splat(b'\n'), u8x16_splat(b'\r'));
        let mut masks = Masks::default();
        for (part, bytes) in block.chunks_exact(16).enumerate() {
            let (low, high) = halves(bytes);
            let bytes = i64x2(low, high);
            let newline =
                v128_or(u8x16_eq(bytes, feed), u8x16_eq(bytes, carriage_return));
            let shift = part * 16;
            masks.quotes |= u64::from(u8x16_bitmask(u8x16_eq(bytes, quote))) << shift;
            masks.delimiters |=
                u64::from(u8x16_bitmask(u8x16_eq(bytes, delimiter))) << shift;
            masks.newlines |= u64::from(u8x16_bitmask(newline)) << shift;
        }
        masks
    }
}

/// Bit i of the result is the parity of bits 0 to i.
#[inline(always)]
pub(crate) const fn prefix_parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ (bits << 32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_vector_version_equals_the_plain_one(
            block in prop::array::uniform32(prop::array::uniform2(prop::sample::select(
                b"\",;\t|\n\r a1\x00\x80\xff\xa2".to_vec(),
            ))),
            delimiter in prop::sample::select(b",;\t|".to_vec()),
        ) {
            let mut bytes = [0; BLOCK_BYTES];
            bytes.copy_from_slice(block.as_flattened());
            prop_assert_eq!(masks(&bytes, delimiter), masks_plain(&bytes, delimiter));
        }

        #[test]
        fn prefix_parity_counts_bits(bits in any::<u64>()) {
            let mut expected = 0;
            for bit in 0..64 {
                let below = bits & (u64::MAX >> (63 - bit));
                expected |= u64::from(below.count_ones() % 2) << bit;
            }
            prop_assert_eq!(prefix_parity(bits), expected);
        }
    }
}
