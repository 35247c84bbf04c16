//! Where bytes come from. The engine asks for ranges; the platform answers.

use super::DataError;

/// A file that can be read by ranges. Implementations: memory (tests, gallery), a file on disk (headless
/// program), a `File` of the page through `FileReaderSync` (worker).
pub trait ByteSource: Send + Sync {
    /// Base name, for messages.
    fn name(&self) -> &str;

    /// Length in bytes; files above 4 GiB are welcome.
    fn len_bytes(&self) -> u64;

    /// Appends `count_bytes` bytes from `offset_bytes` to `into`.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] when the range ends after the file or the platform refuses.
    fn read_range(
        &self,
        offset_bytes: u64,
        count_bytes: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), DataError>;
}

/// A file that is already in memory.
#[derive(Clone, Debug)]
pub struct MemorySource {
    name: String,
    bytes: Vec<u8>,
}

impl MemorySource {
    /// Wraps `bytes` under a base name.
    #[must_use]
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes }
    }
}

impl ByteSource for MemorySource {
    fn name(&self) -> &str {
        &self.name
    }

    fn len_bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_range(
        &self,
        offset_bytes: u64,
        count_bytes: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        let range = usize::try_from(offset_bytes)
            .ok()
            .and_then(|start| Some(start..start.checked_add(count_bytes)?))
            .and_then(|range| self.bytes.get(range));
        let Some(slice) = range else {
            return Err(DataError::Unreadable {
                file: self.name.clone(),
                because: format!(
                    "bytes {offset_bytes} to {} were asked for, the file has {}",
                    offset_bytes.saturating_add(count_bytes as u64),
                    self.bytes.len()
                ),
            });
        };
        into.extend_from_slice(slice);
        Ok(())
    }
}
