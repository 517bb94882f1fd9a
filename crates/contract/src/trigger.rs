//! [`Trigger`]: a reason to run, on its way to the scheduler.

use prost::Message as _;
use throughline_domain::{
    IntegrationId, Lane, RevisionNumber, RunId, TenantId, Timestamp, TriggerId, TriggerKind,
};

use crate::convert::{self, DecodeError};
use crate::{Message, pb};
use pb::throughline::trigger::v1 as wire;

/// One reason to run an action. The run that it causes has the same UUID, so redelivery makes no second run.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Identity; becomes the run's.
    pub id: TriggerId,
    /// Whose.
    pub tenant: TenantId,
    /// The integration.
    pub integration: IntegrationId,
    /// Key of the action.
    pub action: String,
    /// The revision to use; `None` is the one published when the trigger is admitted.
    pub revision: Option<RevisionNumber>,
    /// Why.
    pub kind: TriggerKind,
    /// Which queue.
    pub lane: Lane,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Earliest moment to run; `None` is at once.
    pub not_before: Option<Timestamp>,
    /// Which try of its records this is: 1 for the first.
    pub attempt: u32,
    /// The run that caused this one.
    pub caused_by: Option<RunId>,
    /// What to work on.
    pub input: Input,
}

/// What a run works on.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Ask the source, from the watermark on.
    Poll,
    /// A document that the source pushed.
    Event(Event),
    /// Records that an earlier run extracted.
    Records(Vec<SourceRecord>),
}

/// A document that the source pushed to a listener.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Header names in lower case and their values, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as received.
    pub body: bytes::Bytes,
}

/// One record of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRecord {
    /// Key in the source.
    pub key: String,
    /// An RFC 3339 instant or an opaque text.
    pub version: Option<String>,
    /// Page of the record.
    pub url: Option<String>,
    /// A JSON object.
    pub fields: serde_json::Value,
}

impl Message for Trigger {
    const NAME: &'static str = "throughline.trigger.v1.Trigger";

    fn encode(&self) -> Vec<u8> {
        wire::Trigger {
            trigger_id: convert::id_bytes(self.id),
            tenant_id: convert::id_bytes(self.tenant),
            integration_id: convert::id_bytes(self.integration),
            action_key: self.action.clone(),
            revision: self.revision.map_or(0, |number| number.0),
            kind: self.kind.to_string(),
            lane: self.lane.to_string(),
            accepted_at_us: convert::micros(self.accepted_at),
            not_before_us: convert::optional_micros(self.not_before),
            attempt: self.attempt,
            caused_by: self.caused_by.map(convert::id_bytes).unwrap_or_default(),
            input: Some(self.input.to_wire()),
        }
        .encode_to_vec()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let wire = wire::Trigger::decode(bytes).map_err(convert::malformed(Self::NAME))?;
        Ok(Self {
            id: convert::id("trigger_id", &wire.trigger_id)?,
            tenant: convert::id("tenant_id", &wire.tenant_id)?,
            integration: convert::id("integration_id", &wire.integration_id)?,
            action: wire.action_key,
            revision: (wire.revision > 0).then_some(RevisionNumber(wire.revision)),
            kind: convert::word("kind", &wire.kind)?,
            lane: convert::word("lane", &wire.lane)?,
            accepted_at: convert::instant("accepted_at_us", wire.accepted_at_us)?,
            not_before: convert::optional_instant("not_before_us", wire.not_before_us)?,
            attempt: wire.attempt.max(1),
            caused_by: convert::optional_id("caused_by", &wire.caused_by)?,
            input: Input::from_wire(convert::required("input", wire.input)?)?,
        })
    }
}

impl Input {
    pub(crate) fn to_wire(&self) -> wire::Input {
        use wire::input::Kind;
        let kind = match self {
            Self::Poll => Kind::Poll(wire::Poll {}),
            Self::Event(event) => Kind::Event(event.to_wire()),
            Self::Records(records) => {
                Kind::Records(wire::Records { items: records.iter().map(SourceRecord::to_wire).collect() })
            }
        };
        wire::Input { kind: Some(kind) }
    }

    pub(crate) fn from_wire(wire: wire::Input) -> Result<Self, DecodeError> {
        use wire::input::Kind;
        Ok(match convert::required("input.kind", wire.kind)? {
            Kind::Poll(wire::Poll {}) => Self::Poll,
            Kind::Event(event) => Self::Event(Event {
                headers: event.headers.into_iter().map(|header| (header.name, header.value)).collect(),
                body: event.body,
            }),
            Kind::Records(records) => Self::Records(
                records.items.into_iter().map(SourceRecord::from_wire).collect::<Result<_, _>>()?,
            ),
        })
    }
}

impl Event {
    fn to_wire(&self) -> wire::Event {
        let header =
            |(name, value): &(String, String)| wire::Header { name: name.clone(), value: value.clone() };
        wire::Event { headers: self.headers.iter().map(header).collect(), body: self.body.clone() }
    }
}

impl SourceRecord {
    fn to_wire(&self) -> wire::Record {
        wire::Record {
            key: self.key.clone(),
            version: self.version.clone().unwrap_or_default(),
            url: self.url.clone().unwrap_or_default(),
            fields_json: self.fields.to_string().into(),
        }
    }

    fn from_wire(wire: wire::Record) -> Result<Self, DecodeError> {
        let fields = serde_json::from_slice(&wire.fields_json)
            .map_err(|error| DecodeError::Field { field: "fields_json", reason: error.to_string() })?;
        Ok(Self {
            key: wire.key,
            version: convert::optional_text(wire.version),
            url: convert::optional_text(wire.url),
            fields,
        })
    }
}
