//! What a list of runs is narrowed to.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use sqlx::{Postgres, QueryBuilder};
use throughline_domain::{
    ErrorClass, ErrorCode, IntegrationId, RetentionClass, RunId, RunStatus, TenantId, Timestamp, TriggerKind,
};
use uuid::Uuid;

/// The longest that a row can be there, days.
const LONGEST: u64 = 402;

/// Which runs to list. Everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Of this integration.
    pub integration: Option<IntegrationId>,
    /// Of the action with this key.
    pub action: Option<String>,
    /// With one of these statuses; empty: any.
    pub status: Vec<RunStatus>,
    /// With an error of this class.
    pub error_class: Option<ErrorClass>,
    /// With an error of this code.
    pub error_code: Option<ErrorCode>,
    /// Started for this reason.
    pub trigger: Option<TriggerKind>,
    /// Accepted at this instant or later.
    pub from: Option<Timestamp>,
    /// Accepted before this instant.
    pub to: Option<Timestamp>,
    /// That touched the record with this key, in the source or in the target.
    pub record: Option<String>,
    /// That took at least so long.
    pub min_duration: Option<Duration>,
    /// Kept in one of these classes; empty: any.
    pub classes: Vec<RetentionClass>,
}

impl RunFilter {
    /// The classes to look into.
    pub(super) fn classes(&self) -> &[RetentionClass] {
        if self.classes.is_empty() { RetentionClass::ALL } else { &self.classes }
    }

    /// Appends the conditions on the runs `r` but for their partitions and record, older than `before`.
    pub(super) fn push(&self, sql: &mut QueryBuilder<Postgres>, tenant: TenantId, before: Option<RunId>) {
        sql.push(" and r.tenant_id = ").push_bind(tenant.as_uuid());
        self.push_range(sql, "r", before);
        if let Some(integration) = self.integration {
            sql.push(" and r.integration_id = ").push_bind(integration.as_uuid());
        }
        if let Some(action) = &self.action {
            sql.push(" and r.action_key = ").push_bind(action.clone());
        }
        if let Some(trigger) = self.trigger {
            // Words of a closed set are written out, so that the planner sees that a partial index holds them all.
            sql.push(format_args!(" and r.trigger = '{trigger}'"));
        }
        self.push_status(sql);
        self.push_error(sql);
        if let Some(least) = self.min_duration {
            let micros = i64::try_from(least.as_micros()).unwrap_or(i64::MAX);
            sql.push(" and r.finished_at - r.started_at >= ")
                .push_bind(micros)
                .push(" * interval '1 microsecond'");
        }
    }

    /// Appends the bounds of run ids of the table named `alias`.
    pub(super) fn push_range(&self, sql: &mut QueryBuilder<Postgres>, alias: &str, before: Option<RunId>) {
        if let Some(from) = self.from {
            sql.push(format_args!(" and {alias}.run_id >= ")).push_bind(first_of(from));
        }
        let before = before.map(Uuid::from).into_iter().chain(self.to.map(first_of)).min();
        if let Some(before) = before {
            sql.push(format_args!(" and {alias}.run_id < ")).push_bind(before);
        }
    }

    fn push_status(&self, sql: &mut QueryBuilder<Postgres>) {
        if let [first, others @ ..] = self.status.as_slice() {
            sql.push(format_args!(" and r.status in ('{first}'"));
            for other in others {
                sql.push(format_args!(", '{other}'"));
            }
            sql.push(")");
        }
    }

    /// A code belongs to one class, and the index is by class.
    fn push_error(&self, sql: &mut QueryBuilder<Postgres>) {
        let class = self.error_class.or(self.error_code.map(ErrorCode::class));
        if let Some(class) = class {
            sql.push(format_args!(" and r.error_class = '{class}'"));
        }
        if let Some(code) = self.error_code {
            sql.push(format_args!(" and r.error_code = '{code}'"));
        }
    }

    /// The first and last day that can hold a run, given that `today` is one.
    pub(super) fn days(&self, today: NaiveDate, before: Option<RunId>) -> (NaiveDate, NaiveDate) {
        let longest = today - Days::new(LONGEST);
        let first = self.from.map_or(longest, |from| from.date_naive().max(longest));
        let last = [before.map(RunId::day), self.to.map(|to| to.date_naive())];
        // Clocks of others may be ahead of ours.
        (first, last.into_iter().flatten().fold(today + Days::new(1), NaiveDate::min))
    }
}

/// The smallest id that could have been made at `instant`.
pub(super) fn first_of(instant: Timestamp) -> Uuid {
    let millis = u64::try_from(instant.timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(u128::from(millis) << 80)
}
