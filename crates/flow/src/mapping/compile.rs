//! From expressions and rules of the document to what runs: every text compiled once, every name checked.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::dates::DateMaker;
use super::lists::ListMaker;
use crate::condition::Condition;
use crate::document::{Action, Conditional, IfEmpty, IfNull, ListRule, Make, On, RichTextRule, Rule};
use crate::expression::{Formula, Needs, Program, Syntax};
use crate::fault::{Fault, Faults, codes};
use crate::filter::Filter;
use crate::markup::Markup;
use crate::path::FieldPath;

/// The compiled expressions and rules of one action.
#[derive(Debug)]
pub(crate) struct FieldMap {
    pub(super) program: Program,
    /// What the formulas look at that are run.
    pub(super) needs: Needs,
    /// What the formulas look at that only fetch fields.
    pub(super) fetched: Needs,
    pub(super) variables: Vec<Variable>,
    pub(super) rules: Vec<CompiledRule>,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) pointer: String,
    pub(super) formula: Formula,
}

#[derive(Debug)]
pub(super) struct CompiledRule {
    pub(super) pointer: Arc<str>,
    pub(super) target: FieldPath,
    pub(super) kind: &'static str,
    pub(super) on: On,
    pub(super) only_if_empty: bool,
    pub(super) optional: bool,
    pub(super) if_null: IfNull,
    pub(super) if_empty: IfEmpty,
    pub(super) maker: Maker,
}

#[derive(Debug)]
pub(super) enum Maker {
    Copy { path: FieldPath, default: Option<Value> },
    Constant(Value),
    Formula(Formula),
    ValueMap { path: FieldPath, values: Map<String, Value>, default: Option<Value> },
    Conditional { cases: Vec<(Filter, Maker)>, otherwise: Option<Box<Maker>> },
    Date(Box<DateMaker>),
    RichText { path: FieldPath, from: Markup, to: Markup, default: Option<Value> },
    List(Box<ListMaker>),
}

impl FieldMap {
    /// Compiles an action that sits at `pointer` in its document.
    pub(crate) fn compile(action: &Action, pointer: &str) -> Result<Self, Vec<Fault>> {
        let mut compiler = Compiler {
            program: Program::new(),
            needs: Needs::default(),
            fetched: Needs::default(),
            names: action.expressions.iter().map(|named| named.name.clone()).collect(),
            faults: Faults::default(),
        };
        let variables = compiler.variables(action, pointer);
        let rules = compiler.rules(&action.map, &format!("{pointer}/map"));
        if !compiler.faults.is_empty() {
            return Err(compiler.faults.into_vec());
        }
        let Compiler { program, needs, fetched, .. } = compiler;
        Ok(Self { program, needs, fetched, variables, rules })
    }

    /// The source fields that the action's expressions and rules read, with the pointer of the place that reads them.
    pub(crate) fn reads(&self) -> Vec<(String, FieldPath)> {
        let variables = self.variables.iter().flat_map(|variable| {
            variable.formula.reads.paths.iter().map(|path| (variable.pointer.clone(), path.clone()))
        });
        let mut reads: Vec<_> = variables.collect();
        for rule in &self.rules {
            let mut paths = BTreeSet::new();
            rule.maker.paths(&mut paths);
            reads.extend(paths.into_iter().map(|path| (rule.pointer.to_string(), path)));
        }
        reads
    }
}

impl Maker {
    /// The paths that are read to make a value.
    pub(super) fn paths(&self, found: &mut BTreeSet<FieldPath>) {
        match self {
            Self::Constant(_) => {}
            Self::Copy { path, .. } | Self::ValueMap { path, .. } => {
                found.insert(path.clone());
            }
            Self::RichText { path, .. } => {
                found.insert(path.clone());
            }
            Self::Date(date) => {
                found.insert(date.path.clone());
            }
            Self::List(list) => list.paths(found),
            Self::Formula(formula) => found.extend(formula.reads.paths.iter().cloned()),
            Self::Conditional { cases, otherwise } => {
                for (filter, maker) in cases {
                    found.extend(filter.fields().iter().cloned());
                    maker.paths(found);
                }
                if let Some(maker) = otherwise {
                    maker.paths(found);
                }
            }
        }
    }
}

struct Compiler {
    program: Program,
    needs: Needs,
    fetched: Needs,
    /// The named expressions, in order.
    names: Vec<String>,
    faults: Faults,
}

impl Compiler {
    fn variables(&mut self, action: &Action, pointer: &str) -> Vec<Variable> {
        let mut variables = Vec::new();
        for (index, named) in action.expressions.iter().enumerate() {
            let pointer = format!("{pointer}/expressions/{index}");
            if self.names[..index].contains(&named.name) {
                let message = format!("another expression is called `{}` already", named.name);
                self.faults.add(format!("{pointer}/name"), codes::DUPLICATE, message);
            }
            let text = format!("{pointer}/expression");
            if let Some(formula) = self.formula(Syntax::Expression, &named.expression, &text) {
                variables.push(Variable { name: named.name.clone(), pointer: text, formula });
            }
        }
        super::order::check(&variables, &self.names, &mut self.faults);
        variables
    }

    fn rules(&mut self, rules: &[Rule], pointer: &str) -> Vec<CompiledRule> {
        let compiled: Vec<_> = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| self.rule(rule, format!("{pointer}/{index}")))
            .collect();
        self.conflicts(rules, pointer);
        compiled.into_iter().flatten().collect()
    }

    fn rule(&mut self, rule: &Rule, pointer: String) -> Option<CompiledRule> {
        let maker = self.maker(&rule.make, &pointer)?;
        Some(CompiledRule {
            target: rule.target.clone(),
            kind: rule.make.kind(),
            on: rule.on,
            only_if_empty: rule.only_if_empty,
            optional: rule.optional,
            if_null: rule.if_null,
            if_empty: rule.if_empty,
            maker,
            pointer: pointer.into(),
        })
    }

    fn maker(&mut self, make: &Make, pointer: &str) -> Option<Maker> {
        match make {
            Make::Copy { copy, default } => {
                self.known(copy, &format!("{pointer}/copy"))?;
                Some(Maker::Copy { path: copy.clone(), default: default.clone() })
            }
            Make::Constant { constant } => Some(Maker::Constant(constant.clone())),
            Make::Template { template } => {
                self.text(Syntax::Template, template, format!("{pointer}/template"))
            }
            Make::Expression { expression } => {
                self.text(Syntax::Expression, expression, format!("{pointer}/expression"))
            }
            Make::ValueMap { value_map } => {
                self.known(&value_map.from, &format!("{pointer}/value_map/from"))?;
                let (values, default) = (value_map.values.clone(), value_map.default.clone());
                Some(Maker::ValueMap { path: value_map.from.clone(), values, default })
            }
            Make::Conditional { conditional } => {
                self.conditional(conditional, &format!("{pointer}/conditional"))
            }
            Make::Date { date } => {
                let pointer = format!("{pointer}/date");
                self.known(&date.from, &format!("{pointer}/from"))?;
                DateMaker::compile(date, &pointer, &mut self.faults).map(|date| Maker::Date(Box::new(date)))
            }
            Make::RichText { rich_text } => {
                let RichTextRule { from: path, format, to, default } = rich_text.clone();
                self.known(&path, &format!("{pointer}/rich_text/from"))?;
                Some(Maker::RichText { path, from: format, to, default })
            }
            Make::List { list } => self.list(list, &format!("{pointer}/list")),
        }
    }

    fn list(&mut self, list: &ListRule, pointer: &str) -> Option<Maker> {
        let known = self.known(&list.from, &format!("{pointer}/from"));
        let filter = match &list.filter {
            Some(condition) => self.condition(condition, &format!("{pointer}/where")).map(Some),
            None => Some(None),
        };
        let item = match &list.item {
            Some(make) => self.maker(make, &format!("{pointer}/item")).map(Some),
            None => Some(None),
        };
        known?;
        Some(Maker::List(Box::new(ListMaker {
            path: list.from.clone(),
            split: list.split.clone(),
            filter: filter?,
            item: item?,
            unique: list.unique,
            join: list.join.clone(),
            default: list.default.clone(),
        })))
    }

    fn text(&mut self, syntax: Syntax, source: &str, pointer: String) -> Option<Maker> {
        let formula = self.formula(syntax, source, &pointer)?;
        let unknown: Vec<_> =
            formula.reads.paths.iter().filter(|path| self.known(path, &pointer).is_none()).collect();
        unknown.is_empty().then_some(Maker::Formula(formula))
    }

    fn conditional(&mut self, conditional: &Conditional, pointer: &str) -> Option<Maker> {
        let mut cases = Vec::new();
        for (index, case) in conditional.cases.iter().enumerate() {
            let pointer = format!("{pointer}/cases/{index}");
            let when = self.condition(&case.when, &format!("{pointer}/when"));
            let then = self.maker(&case.then, &format!("{pointer}/then"));
            cases.push(when.zip(then));
        }
        let otherwise = match &conditional.otherwise {
            Some(make) => Some(Box::new(self.maker(make, &format!("{pointer}/else"))?)),
            None => None,
        };
        Some(Maker::Conditional { cases: cases.into_iter().collect::<Option<_>>()?, otherwise })
    }

    fn condition(&mut self, condition: &Condition, pointer: &str) -> Option<Filter> {
        let compiled =
            Filter::compile(condition, pointer).map_err(|faults| self.faults.extend(faults)).ok()?;
        compiled.fields().iter().all(|path| self.known(path, pointer).is_some()).then_some(compiled)
    }

    fn formula(&mut self, syntax: Syntax, source: &str, pointer: &str) -> Option<Formula> {
        match self.program.compile(syntax, source) {
            Ok(formula) => {
                let needs = if formula.is_plain() { &mut self.fetched } else { &mut self.needs };
                formula.reads.heads.iter().for_each(|head| needs.add(head));
                Some(formula)
            }
            Err(faults) => {
                for fault in faults {
                    let message = format!("at character {}: {}", fault.offset, fault.message);
                    self.faults.add(pointer, fault.code, message);
                }
                None
            }
        }
    }

    /// Whether a path that begins with `vars` names an expression.
    fn known(&mut self, path: &FieldPath, pointer: &str) -> Option<()> {
        let Some(name) = variable_of(path) else { return Some(()) };
        if self.names.iter().any(|known| known == name) {
            return Some(());
        }
        self.faults.add(pointer, codes::UNKNOWN_NAME, format!("there is no named expression `{name}`"));
        None
    }

    fn conflicts(&mut self, rules: &[Rule], pointer: &str) {
        for (index, rule) in rules.iter().enumerate() {
            let together =
                |other: &&Rule| other.on == rule.on || other.on == On::Always || rule.on == On::Always;
            let overlap =
                |other: &&Rule| other.target.contains(&rule.target) || rule.target.contains(&other.target);
            if let Some(other) = rules[..index].iter().filter(together).find(overlap) {
                let message = format!("another rule makes `{}` already", other.target);
                self.faults.add(format!("{pointer}/{index}/target"), codes::TARGET_CONFLICT, message);
            }
        }
    }
}

/// The named expression that a path reads, if it reads one.
pub(super) fn variable_of(path: &FieldPath) -> Option<&str> {
    let mut names = path.names();
    (names.next() == Some("vars")).then(|| names.next()).flatten()
}
