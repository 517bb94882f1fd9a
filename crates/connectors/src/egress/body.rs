//! Reading an answer within bounds.

use bytes::BytesMut;
use futures_util::StreamExt;

use super::trouble::{Trouble, TroubleKind};

/// Reads to the end, or to one byte over `limit`: memory stays bounded whatever the system sends, compressed or not.
pub(crate) async fn read(
    answer: reqwest::Response,
    limit: usize,
    host: &str,
    into: &mut BytesMut,
) -> Option<Trouble> {
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(bytes) if into.len() + bytes.len() > limit => {
                into.extend_from_slice(&bytes[..limit - into.len()]);
                let message = format!("the answer of {host} is larger than {} MiB", limit / (1024 * 1024));
                return Some(Trouble::new(TroubleKind::TooLarge, message, true));
            }
            Ok(bytes) => into.extend_from_slice(&bytes),
            Err(error) => return Some(Trouble::of(&error, host)),
        }
    }
    None
}
