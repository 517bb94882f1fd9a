//! UQL into the system's own query: what can be pushed down is, the rest is named.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use throughline_domain::{Clock, SystemClock};
use throughline_flow::uql::{self, CHANGED_AT};
use throughline_flow::{Comparison, Condition, FieldPath, Operator};

use super::Connection;
use super::values::id_of;
use crate::egress::Request;
use crate::failure::Failure;
use crate::manifest::{Paging, PushRule, Read};
use crate::template::{Scope, TemplateError};

/// A query in the system's own terms.
#[derive(Debug, Clone)]
pub struct NativeQuery {
    pub(super) entity: String,
    pub(super) request: Request,
    pub(super) scope: Scope,
    pub(super) size: u64,
    pushed: Vec<uql::Predicate>,
    residual: Vec<uql::Predicate>,
    ordered: bool,
    /// Whether the answer comes in one piece and is put in the order of change here.
    pub(super) sorted: bool,
    most: u64,
}

/// The native query for the `uql` phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeDescription {
    /// The HTTP method.
    pub method: String,
    /// The address of the first page, without credentials; mask it before it is shown.
    pub url: String,
    /// The JSON body, if the query has one.
    pub body: Option<Value>,
}

impl NativeQuery {
    /// The entity that is asked for.
    pub fn entity(&self) -> &str {
        &self.entity
    }

    /// The predicates that the source evaluates.
    pub fn pushed(&self) -> &[uql::Predicate] {
        &self.pushed
    }

    /// The predicates that remain to be evaluated on what the source gives. A predicate that the source evaluates only
    /// roughly is in both lists.
    pub fn residual(&self) -> &[uql::Predicate] {
        &self.residual
    }

    /// Whether the records come in the order that was asked for.
    pub const fn ordered(&self) -> bool {
        self.ordered
    }

    /// The same query with pages of this size, as far as the source can.
    #[must_use]
    pub fn with_page_size(self, size: u64) -> Self {
        Self { size: size.clamp(1, self.most), ..self }
    }

    /// What is sent for the first page.
    pub fn describe(&self) -> NativeDescription {
        let body = self.request.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
        NativeDescription { method: self.request.method.to_string(), url: self.request.url.to_string(), body }
    }
}

/// A query while it is being translated.
#[derive(Default)]
struct Translation {
    parameters: BTreeMap<String, String>,
    clauses: Vec<String>,
    pushed: Vec<Condition>,
    residual: Vec<Condition>,
}

impl Connection {
    /// The query in the system's own terms. [`CHANGED_AT`] stands for [`Connection::changed_at`]. Calls nothing.
    pub fn compile(&self, entity: &str, query: &uql::Query) -> Result<NativeQuery, Failure> {
        let read = self.needed(self.entity(entity)?.read.as_ref(), "read", entity)?;
        let query = self.in_own_terms(entity, query);
        let fault = |error: TemplateError| self.template_fault(&error);
        let mut translation = Translation::default();
        for predicate in query.predicates() {
            self.translate(entity, read, predicate, &mut translation).map_err(fault)?;
        }
        let by_source = self.order(read, &query, &mut translation).map_err(fault)?;
        let sorted = !by_source && matches!(read.paging, Paging::None) && self.is_by_change(entity, &query);
        let ordered = by_source || sorted;
        if let (Some(clauses), false) = (&read.clauses, translation.clauses.is_empty()) {
            translation.parameters.insert(clauses.parameter.clone(), translation.clauses.join(&clauses.join));
        }
        let size = query.limit.unwrap_or(u64::MAX).clamp(1, read.page_size);
        let scope = self.scope.with("params", &translation.parameters).with("limit", &size);
        let mut request = self.request(&read.request, &scope).map_err(fault)?;
        if read.request.body.is_none() {
            set_parameters(&mut request.url, &translation.parameters);
        }
        let Translation { pushed, residual, .. } = translation;
        let most = read.max_page_size;
        Ok(NativeQuery {
            entity: entity.to_owned(),
            request,
            scope,
            size,
            pushed,
            residual,
            ordered,
            sorted,
            most,
        })
    }

    /// The query with the entity's own name for "changed at", and instants for relative dates. Without such a field, nothing is asked of it.
    fn in_own_terms(&self, entity: &str, query: &uql::Query) -> uql::Query {
        let query = query.clone().at(SystemClock.now());
        let Some(from) = FieldPath::from_names([CHANGED_AT]) else { return query };
        if let Some(to) = self.changed_at(entity).and_then(|field| field.parse().ok()) {
            return query.rename(&from, &to);
        }
        let kept =
            query.predicates().iter().filter(|predicate| !is_about(predicate, &from)).cloned().collect();
        let order_by = query.order_by.iter().filter(|order| order.field != from).cloned().collect();
        uql::Query { condition: Some(Condition::All(kept)), order_by, ..query }
    }

    fn translate(
        &self,
        entity: &str,
        read: &Read,
        predicate: &Condition,
        into: &mut Translation,
    ) -> Result<(), TemplateError> {
        let pushed = match predicate {
            Condition::Test(comparison) => self.push(entity, read, comparison, into)?,
            _ => None,
        };
        if pushed.is_some() {
            into.pushed.push(predicate.clone());
        }
        if pushed != Some(Exact(true)) {
            into.residual.push(predicate.clone());
        }
        Ok(())
    }

    /// Adds the comparison's native form; `None` if it has none.
    fn push(
        &self,
        entity: &str,
        read: &Read,
        comparison: &Comparison,
        into: &mut Translation,
    ) -> Result<Option<Exact>, TemplateError> {
        let field = comparison.field.to_string();
        let value = match self.known_schema(entity) {
            Some(schema) => id_of(&schema, &field, &comparison.value).into_owned(),
            None => comparison.value.clone(),
        };
        let Some((rule, value)) = rule_for(read, &field, comparison.op, value) else { return Ok(None) };
        let scope = self.scope.with("field", &field).with("value", &value);
        let parameters = rule.query.render(&scope)?;
        let incomplete = parameters.len() < rule.query.len();
        if incomplete
            || parameters.iter().any(|(name, _)| name.is_empty() || into.parameters.contains_key(name))
        {
            return Ok(None);
        }
        into.parameters.extend(parameters);
        into.clauses.extend(rule.clause.as_ref().map(|clause| clause.render(&scope)).transpose()?);
        Ok(Some(Exact(rule.exact)))
    }

    /// Whether the order is that of change.
    fn is_by_change(&self, entity: &str, query: &uql::Query) -> bool {
        let [order] = query.order_by.as_slice() else { return false };
        !order.descending && self.changed_at(entity) == Some(order.field.to_string().as_str())
    }

    /// Asks for the order; whether the system gives it.
    fn order(&self, read: &Read, query: &uql::Query, into: &mut Translation) -> Result<bool, TemplateError> {
        let [order] = query.order_by.as_slice() else { return Ok(query.order_by.is_empty()) };
        let field = order.field.to_string();
        let Some(rule) =
            read.order.iter().find(|rule| rule.field == field && rule.descending == order.descending)
        else {
            return Ok(false);
        };
        into.parameters.extend(rule.query.render(&self.scope)?);
        Ok(true)
    }
}

/// Whether a pushed predicate needs no second look.
#[derive(PartialEq, Eq)]
struct Exact(bool);

/// The rule for a comparison, and the value in the form that the rule expects. `eq` may use `in`; `after` and `before` may use `gt` and `lt`.
fn rule_for<'a>(read: &'a Read, field: &str, op: Operator, value: Value) -> Option<(&'a PushRule, Value)> {
    let named = read.push_down.get(field);
    let wild = || {
        read.push_down
            .iter()
            .find(|(name, _)| name.strip_suffix('*').is_some_and(|start| field.starts_with(start)))
    };
    let rules = named.or_else(|| wild().map(|(_, rules)| rules))?;
    if let Some(rule) = rules.get(&op) {
        return Some((rule, value));
    }
    match op {
        Operator::Eq => rules.get(&Operator::In).map(|rule| (rule, json!([value]))),
        Operator::After => rules.get(&Operator::Gt).map(|rule| (rule, value)),
        Operator::Before => rules.get(&Operator::Lt).map(|rule| (rule, value)),
        _ => None,
    }
}

fn is_about(predicate: &Condition, field: &FieldPath) -> bool {
    matches!(predicate, Condition::Test(comparison) if comparison.field == *field)
}

/// Sets query parameters, in place of those with the same name.
pub(super) fn set_parameters(url: &mut url::Url, parameters: &BTreeMap<String, String>) {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !parameters.contains_key(name.as_ref()))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    if kept.is_empty() && parameters.is_empty() {
        return;
    }
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(parameters);
}
