//! What a list of runs is narrowed to.

use std::time::Duration;

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};
use throughline_domain::{
    ErrorClass, ErrorCode, IntegrationId, RetentionClass, RunId, RunStatus, TenantId, Timestamp, TriggerKind,
};
use uuid::Uuid;

use super::text;
use super::window::Window;

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
    /// Kept in one of these classes; empty: any. Naming those that a tenant has used saves time.
    pub classes: Vec<RetentionClass>,
}

impl RunFilter {
    /// The classes to look into.
    pub(super) fn classes(&self) -> &[RetentionClass] {
        if self.classes.is_empty() { RetentionClass::ALL } else { &self.classes }
    }

    /// Appends the conditions on the runs `r` of one window, older than `before`.
    pub(super) fn push(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        tenant: TenantId,
        window: &Window,
        before: Option<RunId>,
    ) {
        sql.push(window.condition("r")).push(" and r.tenant_id = ").push_bind(tenant.as_uuid());
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
        if let Some(record) = &self.record {
            self.push_record(sql, tenant, window, before, record);
        }
    }

    fn push_range(&self, sql: &mut QueryBuilder<Postgres>, alias: &str, before: Option<RunId>) {
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

    /// A record lies in the same class and day as its run.
    fn push_record(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        tenant: TenantId,
        window: &Window,
        before: Option<RunId>,
        record: &str,
    ) {
        let key = text::key(record).into_owned();
        sql.push(" and (r.retention_days, r.day, r.run_id) in (");
        for (column, next) in [("source_key", " union "), ("target_key", ")")] {
            sql.push("select k.retention_days, k.day, k.run_id from run_records k where ")
                .push(window.condition("k"));
            sql.push(" and k.tenant_id = ").push_bind(tenant.as_uuid());
            self.push_range(sql, "k", before);
            sql.push(format_args!(" and k.{column} = ")).push_bind(key.clone()).push(next);
        }
    }

    /// The first and last day that can hold a run, given that `today` is one.
    pub(super) fn days(&self, today: NaiveDate, before: Option<RunId>) -> (NaiveDate, NaiveDate) {
        let tomorrow = today + chrono::Days::new(1);
        let longest = today - chrono::Days::new(super::window::LONGEST);
        let first = self.from.map_or(longest, |from| from.date_naive().max(longest));
        let last = [before.map(RunId::day), self.to.map(|to| to.date_naive())];
        (first, last.into_iter().flatten().fold(tomorrow, NaiveDate::min))
    }
}

/// The smallest id that could have been made at `instant`.
pub(super) fn first_of(instant: Timestamp) -> Uuid {
    let millis = u64::try_from(instant.timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(u128::from(millis) << 80)
}
