//! Packs payloads into S3 and writes run rows.
