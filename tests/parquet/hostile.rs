//! Damaged files: every prefix, flipped bits, holes, garbage. Each gives data or a typed error, within
//! five seconds, without a panic and without a huge allocation. All damage is seeded.

use crate::cells::{Cell, fixtures, read_all};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use whydrop::data::{DataError, FileIndex, MemorySource};

/// Remembers the largest piece of memory each thread asked for.
struct Watching;

thread_local! {
    static LARGEST: cell::Cell<usize> = const { cell::Cell::new(0) };
}

/// Remembers a request of this thread.
fn remember(size: usize) {
    let _ = LARGEST.try_with(|largest| largest.set(largest.get().max(size)));
}

// SAFETY: every call goes to the system's allocator unchanged.
#[allow(unsafe_code, reason = "an allocator that watches sizes has no other form")]
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        remember(layout.size());
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        remember(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        remember(size);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static MEMORY: Watching = Watching;

/// The fixtures hold about 10 KiB each; a page may claim 16 MiB before it is refused.
const ALLOCATION_MAX: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// Numbers that look random and are always the same (xorshift).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

type Found = Result<(FileIndex, BTreeMap<String, Vec<Cell>>), DataError>;

/// What came of many damaged files.
#[derive(Debug, Default)]
struct Toll {
    data: usize,
    errors: usize,
    panics: Vec<String>,
    slow: Vec<String>,
    large: Vec<String>,
}

impl Toll {
    /// Reads damaged bytes and keeps count; the result if there was no panic.
    fn take(&mut self, what: &str, bytes: Vec<u8>) -> Option<Found> {
        LARGEST.set(0);
        #[allow(clippy::disallowed_methods, reason = "patience is about time")]
        let start = Instant::now();
        let source = MemorySource::new("damaged.parquet", bytes);
        let found = catch_unwind(AssertUnwindSafe(|| read_all(&source)));
        if start.elapsed() > PATIENCE {
            self.slow.push(format!("{what}: {:?}", start.elapsed()));
        }
        let largest = LARGEST.get();
        if largest > ALLOCATION_MAX {
            self.large.push(format!("{what}: {largest} bytes at once"));
        }
        match &found {
            Ok(Ok(_)) => self.data += 1,
            Ok(Err(_)) => self.errors += 1,
            Err(panic) => {
                let words = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied());
                self.panics.push(format!("{what}: {}", words.unwrap_or("?")));
            }
        }
        found.ok()
    }

    fn judge(&self, name: &str) {
        println!("{name}: {} data, {} typed errors", self.data, self.errors);
        for (wrong, list) in
            [("panics", &self.panics), ("slow", &self.slow), ("large", &self.large)]
        {
            let first: Vec<_> = list.iter().take(40).collect();
            assert!(list.is_empty(), "{} {wrong}: {first:#?}", list.len());
        }
    }
}

/// How often a fixture is damaged; `DAMAGE=20` does it twenty times as often.
fn rounds(usual: usize) -> usize {
    let times = std::env::var("DAMAGE").ok().and_then(|times| times.parse().ok());
    usual * times.unwrap_or(1)
}

/// The fixtures a test damages: every `step`th, and none above 24 KiB.
fn some(step: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    fixtures().into_iter().filter(|(_, bytes)| bytes.len() < 24 << 10).step_by(step)
}

fn footer_start(bytes: &[u8]) -> usize {
    let tail = bytes.len() - 8;
    let length = u32::from_le_bytes(bytes[tail..tail + 4].try_into().unwrap());
    tail - length as usize
}

#[test]
fn every_prefix_is_an_error() {
    let mut toll = Toll::default();
    for (name, bytes) in some(29) {
        for length in 0..bytes.len() {
            let found =
                toll.take(&format!("{name}[..{length}]"), bytes[..length].to_vec());
            if let Some(Ok(_)) = found {
                panic!("{name} cut to {length} bytes was read");
            }
        }
    }
    assert!(toll.errors > 50_000);
    toll.judge("prefixes");
}

#[test]
fn flipped_bits_give_data_or_an_error() {
    let mut toll = Toll::default();
    let mut seeded = Seeded(0x5eed);
    for (name, bytes) in fixtures() {
        let footer = footer_start(&bytes);
        for round in 0..rounds(60) {
            let mut damaged = bytes.clone();
            let flips = 1 + seeded.below(3);
            let mut what = name.clone();
            for _ in 0..flips {
                // Half of the damage hits the footer, half the pages.
                let at = if round % 2 == 0 {
                    footer + seeded.below(bytes.len() - footer)
                } else {
                    4 + seeded.below(footer - 4)
                };
                let bit = seeded.below(8);
                damaged[at] ^= 1 << bit;
                what += &format!(" {at}.{bit}");
            }
            toll.take(&what, damaged);
        }
    }
    assert!(toll.data + toll.errors + toll.panics.len() >= 2_000);
    toll.judge("flipped bits");
}

#[test]
fn a_hole_in_the_data_gives_data_or_an_error() {
    let mut toll = Toll::default();
    let mut seeded = Seeded(0x401e);
    for (name, bytes) in fixtures() {
        let footer = footer_start(&bytes);
        for _ in 0..rounds(8) {
            let from = 4 + seeded.below(footer - 4);
            let to = (from + 1 + seeded.below(400)).min(footer);
            let mut damaged = bytes.clone();
            let what = if seeded.below(2) == 0 {
                damaged.drain(from..to);
                format!("{name} without {from}..{to}")
            } else {
                let fill = [0, 0xff, 0x15, 0x80][seeded.below(4)];
                damaged[from..to].fill(fill);
                format!("{name} {from}..{to} filled with {fill}")
            };
            toll.take(&what, damaged);
        }
    }
    toll.judge("holes");
}

#[test]
fn garbage_between_good_magic_is_an_error() {
    let mut toll = Toll::default();
    let mut seeded = Seeded(0x6a6b);
    for round in 0..2_000 {
        let length = 4 + seeded.below(300);
        let mut bytes = b"PAR1".to_vec();
        bytes.extend((0..length).map(|_| seeded.below(256) as u8));
        bytes.extend(u32::try_from(length - seeded.below(4)).unwrap().to_le_bytes());
        bytes.extend(b"PAR1");
        toll.take(&format!("round {round}"), bytes);
    }
    assert_eq!(toll.data, 0);
    toll.judge("garbage");
}
