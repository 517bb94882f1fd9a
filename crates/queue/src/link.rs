//! One connection to the broker, made when needed and made again when it broke.

use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties};
use tokio::sync::Mutex;

use crate::error::QueueError;

/// The longest that connecting, or opening a channel, may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds without a sign of life after which a connection counts as broken.
const HEARTBEAT: u16 = 10;

/// A connection that heals.
pub(crate) struct Link {
    uri: AMQPUri,
    name: String,
    connection: Mutex<Option<Connection>>,
    /// A channel for declarations and questions about queues.
    errands: Mutex<Option<Channel>>,
}

impl Link {
    /// A link that is not connected yet; `name` is how the broker's console shows it.
    pub(crate) fn new(mut uri: AMQPUri, name: String) -> Self {
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Self { uri, name, connection: Mutex::default(), errands: Mutex::default() }
    }

    /// A new channel, on a new connection if need be.
    pub(crate) async fn channel(&self) -> Result<Channel, QueueError> {
        bounded(async {
            let mut connection = self.connection.lock().await;
            if let Some(present) = connection.as_ref().filter(|present| present.status().connected()) {
                return Ok(present.create_channel().await?);
            }
            let fresh = self.connect().await?;
            let channel = fresh.create_channel().await?;
            *connection = Some(fresh);
            Ok(channel)
        })
        .await
    }

    /// A new channel in confirm mode.
    pub(crate) async fn confirming_channel(&self) -> Result<Channel, QueueError> {
        let channel = self.channel().await?;
        bounded(async { Ok(channel.confirm_select(ConfirmSelectOptions::default()).await?) }).await?;
        Ok(channel)
    }

    /// The channel for errands; another one when the last was closed by a refusal.
    pub(crate) async fn errands(&self) -> Result<Channel, QueueError> {
        let mut errands = self.errands.lock().await;
        if let Some(channel) = errands.as_ref().filter(|channel| channel.status().connected()) {
            return Ok(channel.clone());
        }
        let channel = self.channel().await?;
        *errands = Some(channel.clone());
        Ok(channel)
    }

    /// Closes the connection, if there is one.
    pub(crate) async fn close(&self) {
        *self.errands.lock().await = None;
        if let Some(connection) = self.connection.lock().await.take() {
            let farewell = connection.close(200, "closed".into());
            // A connection that broke before it could be closed is closed as well.
            let _ = tokio::time::timeout(Duration::from_secs(2), farewell).await;
        }
    }

    async fn connect(&self) -> Result<Connection, QueueError> {
        let properties = ConnectionProperties::default().with_connection_name(self.name.as_str().into());
        let connection = Connection::connect_uri(self.uri.clone(), properties).await?;
        tracing::debug!(connection.name = self.name, "connected to the broker");
        Ok(connection)
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("name", &self.name).finish_non_exhaustive()
    }
}

/// `work`, for as long as the broker may take to answer.
pub(crate) async fn bounded<T>(work: impl Future<Output = Result<T, QueueError>>) -> Result<T, QueueError> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(done) => done,
        Err(_) => Err(QueueError::TimedOut(PATIENCE)),
    }
}
