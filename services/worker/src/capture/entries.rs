//! A list of a document that does not grow without bounds.

use throughline_mask::MaskedJson;

/// Entries in one document.
const MOST: usize = 1000;
/// About how many bytes of entries one document has.
const BYTES: usize = 2 * 1024 * 1024;

/// Masked entries, the first ones.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    kept: Vec<MaskedJson>,
    bytes: usize,
    count: u32,
}

impl Entries {
    /// Adds an entry of about `bytes` bytes, which is made only if there is room.
    pub(crate) fn add(&mut self, bytes: usize, entry: impl FnOnce() -> MaskedJson) {
        self.count += 1;
        if self.kept.len() < MOST && self.bytes + bytes <= BYTES {
            self.bytes += bytes;
            self.kept.push(entry());
        }
    }

    /// How many there were.
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// How many there was no room for.
    pub(crate) fn omitted(&self) -> u32 {
        self.count - u32::try_from(self.kept.len()).unwrap_or(self.count)
    }

    /// The list.
    pub(crate) fn into_json(self) -> MaskedJson {
        MaskedJson::array(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_and_say_so() {
        let mut entries = Entries::default();
        for _ in 0..1200 {
            entries.add(10, MaskedJson::null);
        }
        entries.add(BYTES * 2, || unreachable!());
        assert_eq!((entries.count(), entries.omitted()), (1201, 201));
        assert_eq!(entries.into_json().get().as_array().unwrap().len(), 1000);
    }
}
