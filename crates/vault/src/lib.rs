//! Sealing of credentials and payload frames, tenant data keys, key rotation. Pure.
