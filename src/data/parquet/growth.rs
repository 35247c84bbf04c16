//! Pages that grow without end. Enter: a page's compressed bytes and the size its header claims. Leave: whether it
//! can be handed to the library, which decompresses gzip, brotli and LZ4 frames until their end, whatever the header
//! claims: a page made to grow would take all memory and end the worker. Cost: nothing for pages that cannot grow
//! past [`HARMLESS_BYTES`]; the others are decompressed once more into a small buffer, and no further than their claim.
//!
//! # Decisions
//! Snappy, LZ4 blocks and Zstandard need no look: the library gives them a target of the claimed size, which
//! [`super::pages`] has bounded.

use parquet::basic::Compression;
use std::io::Read;

/// The most a byte of deflate can become (zlib's technical notes: 1032 to 1).
const DEFLATE_RATIO: u64 = 1032;
/// The most a byte of LZ4 can become: a match is as long as its length bytes say, 255 each.
const LZ4_RATIO: u64 = 255;
/// The first bytes of an LZ4 frame; blocks have none.
const LZ4_FRAME: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
/// What a worker can take in any case, bytes: with the doubling of a growing buffer a quarter of its memory.
const HARMLESS_BYTES: u64 = 512 << 20;
/// Bytes decompressed at a time.
const LOOK_BYTES: usize = 64 << 10;

/// Refuses a page whose bytes decompress to more than it claims, where that could be very much.
///
/// # Errors
/// What is wrong, in words.
pub fn check(codec: Compression, page: &[u8], claimed_bytes: u64) -> Result<(), String> {
    let at_most = |ratio: u64| (page.len() as u64).saturating_mul(ratio);
    match codec {
        Compression::GZIP(_) if at_most(DEFLATE_RATIO) > HARMLESS_BYTES => {
            bounded(flate2::read::MultiGzDecoder::new(page), claimed_bytes)
        }
        // Some bytes of Brotli can become any number: every page is looked at.
        Compression::BROTLI(_) => {
            bounded(brotli::Decompressor::new(page, LOOK_BYTES), claimed_bytes)
        }
        Compression::LZ4
            if page.starts_with(&LZ4_FRAME) && at_most(LZ4_RATIO) > HARMLESS_BYTES =>
        {
            bounded(lz4_flex::frame::FrameDecoder::new(page), claimed_bytes)
        }
        _ => Ok(()),
    }
}

fn bounded(mut stream: impl Read, claimed_bytes: u64) -> Result<(), String> {
    let mut buffer = vec![0; LOOK_BYTES];
    let mut came = 0_u64;
    loop {
        match stream.read(&mut buffer) {
            // A broken stream ends in an error of the library, too.
            Ok(0) | Err(_) => return Ok(()),
            Ok(count) => came += count as u64,
        }
        if came > claimed_bytes {
            return Err(format!(
                "it claims {claimed_bytes} bytes uncompressed and grows past them"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::basic::{BrotliLevel, GzipLevel};
    use std::io::Write;

    static ZEROS: [u8; 1 << 16] = [0; 1 << 16];

    /// A stream of `count` times 64 KiB of zeros, stored as they are.
    fn gzip(count: usize) -> Vec<u8> {
        let mut stream =
            flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        (0..count).for_each(|_| stream.write_all(&ZEROS).unwrap());
        stream.finish().unwrap()
    }

    fn brotli(count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut stream = brotli::CompressorWriter::new(&mut bytes, 4096, 5, 22);
        (0..count).for_each(|_| stream.write_all(&ZEROS).unwrap());
        drop(stream);
        bytes
    }

    #[test]
    fn a_page_that_grows_past_its_claim_is_refused() {
        let codec = Compression::BROTLI(BrotliLevel::default());
        let bytes = brotli(256);
        assert!(bytes.len() < 1000, "{} bytes grow to 16 MiB", bytes.len());
        assert!(check(codec, &bytes, 1000).unwrap_err().contains("grows past"));
        assert_eq!(check(codec, &bytes, 16 << 20), Ok(()));
        // 640 KiB of gzip could become 640 MiB.
        let codec = Compression::GZIP(GzipLevel::default());
        let bytes = gzip(10);
        assert!(bytes.len() as u64 * DEFLATE_RATIO > HARMLESS_BYTES);
        assert!(check(codec, &bytes, 1000).unwrap_err().contains("grows past"));
        assert_eq!(check(codec, &bytes, 10 << 16), Ok(()));
    }

    #[test]
    fn small_pages_and_broken_streams_are_left_to_the_library() {
        let gzip_codec = Compression::GZIP(GzipLevel::default());
        assert_eq!(check(gzip_codec, &gzip(4), 1), Ok(()), "it cannot become much");
        let codec = Compression::BROTLI(BrotliLevel::default());
        assert_eq!(check(codec, &[0xff; 40], 1000), Ok(()));
        assert_eq!(check(Compression::SNAPPY, &[0xff; 40], 1000), Ok(()));
    }
}
