//! S3: packs, range reads, retention prefixes.
