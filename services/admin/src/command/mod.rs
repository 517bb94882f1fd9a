//! One file per command.

mod api_token_create;
mod connector_check;
mod migrate;
mod openapi;
mod parked;
mod rotate_keys;
mod tenant_create;
mod topology;

use serde_json::json;

use crate::arguments::{
    ApiTokenCommand, Command, ConfigCommand, ConnectorCommand, ParkedCommand, TenantCommand, TopologyCommand,
};
use crate::{Context, Report};

/// Runs a command.
pub(crate) async fn run(context: &Context, command: Command) -> anyhow::Result<Report> {
    match command {
        Command::Migrate => migrate::run(context).await,
        Command::Topology(TopologyCommand::Declare) => topology::declare(context).await,
        Command::Topology(TopologyCommand::Describe) => Ok(topology::describe()),
        Command::Tenant(TenantCommand::Create(wanted)) => tenant_create::run(context, wanted).await,
        Command::ApiToken(ApiTokenCommand::Create(wanted)) => api_token_create::run(context, wanted).await,
        Command::Openapi { out } => openapi::run(out),
        Command::Parked(ParkedCommand::List { limit }) => parked::list(context, limit).await,
        Command::Parked(ParkedCommand::Replay { id }) => parked::replay(context, &id).await,
        Command::Parked(ParkedCommand::Discard { id }) => parked::discard(context, &id).await,
        Command::Connector(ConnectorCommand::Check { file }) => connector_check::run(&file),
        Command::Config(ConfigCommand::Print) => {
            let text = context.config.print();
            Ok(Report::new(text.clone(), json!({ "toml": text })))
        }
        Command::RotateKeys => rotate_keys::run(context).await,
    }
}
