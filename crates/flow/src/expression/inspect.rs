//! What an expression or template reads and calls, found without running it.
//!
//! minijinja resolves names when it runs; a person who saves a document wants to know at once that a filter does not
//! exist. So the syntax tree is walked: it also tells which fields a rule reads, for traces and for checks.

use std::collections::BTreeSet;

use minijinja::machinery::ast::{CallArg, Expr, Stmt};
use minijinja::machinery::{Span, parse, parse_expr};

use super::program::{SyntaxFault, fault_at};
use crate::fault::codes;
use crate::path::FieldPath;

/// What an expression reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// Every variable that may be looked up in the scope, by its first name.
    pub(crate) heads: BTreeSet<String>,
    /// The paths read, as far as they are fixed: `labels.host`, `vars.title`, `record.key`.
    pub(crate) paths: BTreeSet<FieldPath>,
}

/// Names that the language knows.
pub(crate) struct Vocabulary {
    pub(crate) filters: BTreeSet<String>,
    pub(crate) tests: BTreeSet<String>,
    pub(crate) functions: BTreeSet<String>,
}

/// Walks an expression.
pub(crate) fn expression(source: &str, known: &Vocabulary) -> Result<Reads, Vec<SyntaxFault>> {
    let tree = parse_expr(source).map_err(|error| vec![fault_at(source, &error)])?;
    let mut walk = Walk::new(source, known);
    walk.expr(&tree);
    walk.finish()
}

/// Walks a template.
pub(crate) fn template(source: &str, known: &Vocabulary) -> Result<Reads, Vec<SyntaxFault>> {
    let tree =
        parse(source, "template", Default::default()).map_err(|error| vec![fault_at(source, &error)])?;
    let mut walk = Walk::new(source, known);
    walk.locals(std::slice::from_ref(&tree));
    walk.stmt(&tree);
    walk.finish()
}

struct Walk<'w> {
    source: &'w str,
    known: &'w Vocabulary,
    locals: BTreeSet<String>,
    reads: Reads,
    faults: Vec<SyntaxFault>,
}

impl<'w> Walk<'w> {
    fn new(source: &'w str, known: &'w Vocabulary) -> Self {
        Self {
            source,
            known,
            locals: BTreeSet::from(["loop".to_owned()]),
            reads: Reads::default(),
            faults: Vec::new(),
        }
    }

    fn finish(self) -> Result<Reads, Vec<SyntaxFault>> {
        if self.faults.is_empty() { Ok(self.reads) } else { Err(self.faults) }
    }

    fn refuse(&mut self, code: &'static str, span: Span, message: String) {
        let offset = crate::text::chars_before(self.source, span.start_offset as usize);
        self.faults.push(SyntaxFault { code, offset, message });
    }

    fn unknown(&mut self, what: &str, name: &str, span: Span) {
        self.refuse(codes::UNKNOWN_NAME, span, format!("there is no {what} `{name}`"));
    }

    /// Collects the names that a template itself gives values to.
    fn locals(&mut self, statements: &[Stmt<'_>]) {
        for statement in statements {
            match statement {
                Stmt::Template(node) => self.locals(&node.children),
                Stmt::ForLoop(node) => {
                    self.local(&node.target);
                    self.locals(&node.body);
                    self.locals(&node.else_body);
                }
                Stmt::IfCond(node) => {
                    self.locals(&node.true_body);
                    self.locals(&node.false_body);
                }
                Stmt::WithBlock(node) => {
                    node.assignments.iter().for_each(|(target, _)| self.local(target));
                    self.locals(&node.body);
                }
                Stmt::Set(node) => self.local(&node.target),
                Stmt::SetBlock(node) => {
                    self.local(&node.target);
                    self.locals(&node.body);
                }
                Stmt::FilterBlock(node) => self.locals(&node.body),
                _ => {}
            }
        }
    }

    fn local(&mut self, target: &Expr<'_>) {
        match target {
            Expr::Var(var) => {
                self.locals.insert(var.id.to_owned());
            }
            Expr::List(list) => list.items.iter().for_each(|item| self.local(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.local(item)),
            _ => {}
        }
    }

    fn stmts(&mut self, statements: &[Stmt<'_>]) {
        statements.iter().for_each(|statement| self.stmt(statement));
    }

    fn stmt(&mut self, statement: &Stmt<'_>) {
        match statement {
            Stmt::Template(node) => self.stmts(&node.children),
            Stmt::EmitExpr(node) => self.expr(&node.expr),
            Stmt::EmitRaw(_) => {}
            Stmt::ForLoop(node) if !node.recursive => {
                self.expr(&node.iter);
                self.maybe(node.filter_expr.as_ref());
                self.stmts(&node.body);
                self.stmts(&node.else_body);
            }
            Stmt::IfCond(node) => {
                self.expr(&node.expr);
                self.stmts(&node.true_body);
                self.stmts(&node.false_body);
            }
            Stmt::WithBlock(node) => {
                node.assignments.iter().for_each(|(_, value)| self.expr(value));
                self.stmts(&node.body);
            }
            Stmt::Set(node) => self.expr(&node.expr),
            Stmt::SetBlock(node) => {
                self.maybe(node.filter.as_ref());
                self.stmts(&node.body);
            }
            Stmt::FilterBlock(node) => {
                self.expr(&node.filter);
                self.stmts(&node.body);
            }
            _ => {
                let message = "a template may use only for (not recursive), if, with, set and filter";
                self.refuse(codes::INVALID_EXPRESSION, Span::default(), message.to_owned());
            }
        }
    }

    fn maybe(&mut self, expr: Option<&Expr<'_>>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn args(&mut self, args: &[CallArg<'_>]) {
        for arg in args {
            match arg {
                CallArg::Pos(expr)
                | CallArg::Kwarg(_, expr)
                | CallArg::PosSplat(expr)
                | CallArg::KwargSplat(expr) => {
                    self.expr(expr);
                }
            }
        }
    }

    fn expr(&mut self, expr: &Expr<'_>) {
        if let Some(names) = chain(expr) {
            self.read(names);
        } else {
            self.inside(expr);
        }
    }

    fn read(&mut self, names: Vec<String>) {
        let Some(head) = names.first().cloned() else { return };
        if !self.locals.contains(&head) {
            // A chain that is too long for a path is read nevertheless; it only cannot be traced.
            self.reads.paths.extend(FieldPath::from_names(names));
        }
        self.reads.heads.insert(head);
    }

    fn inside(&mut self, expr: &Expr<'_>) {
        match expr {
            Expr::Var(_) | Expr::Const(_) => {}
            Expr::Slice(node) => {
                self.expr(&node.expr);
                [&node.start, &node.stop, &node.step].into_iter().for_each(|part| self.maybe(part.as_ref()));
            }
            Expr::UnaryOp(node) => self.expr(&node.expr),
            Expr::BinOp(node) => {
                self.expr(&node.left);
                self.expr(&node.right);
            }
            Expr::Compare(node) => {
                self.expr(&node.expr);
                node.ops.iter().for_each(|op| self.expr(&op.expr));
            }
            Expr::IfExpr(node) => {
                self.expr(&node.test_expr);
                self.expr(&node.true_expr);
                self.maybe(node.false_expr.as_ref());
            }
            Expr::Filter(node) => {
                if !self.known.filters.contains(node.name) {
                    self.unknown("filter", node.name, expr.span());
                }
                self.maybe(node.expr.as_ref());
                self.named_filters(node.name, &node.args);
                self.args(&node.args);
            }
            Expr::Test(node) => {
                if !self.known.tests.contains(node.name) {
                    self.unknown("test", node.name, expr.span());
                }
                self.expr(&node.expr);
                self.args(&node.args);
            }
            Expr::GetAttr(node) => self.expr(&node.expr),
            Expr::GetItem(node) => {
                self.expr(&node.expr);
                self.expr(&node.subscript_expr);
            }
            Expr::Call(node) => {
                self.callee(&node.expr);
                self.args(&node.args);
            }
            Expr::List(node) => node.items.iter().for_each(|item| self.expr(item)),
            Expr::Tuple(node) => node.items.iter().for_each(|item| self.expr(item)),
            Expr::Map(node) => node.keys.iter().chain(&node.values).for_each(|item| self.expr(item)),
        }
    }

    /// `map("upper")` names a filter, `select("odd")` a test.
    fn named_filters(&mut self, filter: &str, args: &[CallArg<'_>]) {
        let Some(CallArg::Pos(Expr::Const(first))) = args.first() else { return };
        let Some(name) = first.value.as_str() else { return };
        match filter {
            "map" if !self.known.filters.contains(name) => self.unknown("filter", name, first.span()),
            "select" | "reject" if !self.known.tests.contains(name) => {
                self.unknown("test", name, first.span())
            }
            _ => {}
        }
    }

    fn callee(&mut self, callee: &Expr<'_>) {
        match callee {
            Expr::Var(var) if self.known.functions.contains(var.id) => {}
            Expr::Var(var) => self.unknown("function", var.id, callee.span()),
            _ => self.refuse(
                codes::INVALID_EXPRESSION,
                callee.span(),
                "values have no methods; use a filter: value | filter".to_owned(),
            ),
        }
    }
}

/// The names of a chain of fixed lookups: `labels.host`, `labels["k8s.io/app"]`, `items[0].name`.
pub(super) fn chain(expr: &Expr<'_>) -> Option<Vec<String>> {
    match expr {
        Expr::Var(var) => Some(vec![var.id.to_owned()]),
        Expr::GetAttr(node) => longer(chain(&node.expr)?, node.name.to_owned()),
        Expr::GetItem(node) => {
            let Expr::Const(key) = &node.subscript_expr else { return None };
            let name = match (key.value.as_str(), key.value.as_usize()) {
                (Some(name), _) => name.to_owned(),
                (None, Some(index)) => index.to_string(),
                _ => return None,
            };
            longer(chain(&node.expr)?, name)
        }
        _ => None,
    }
}

fn longer(mut names: Vec<String>, name: String) -> Option<Vec<String>> {
    names.push(name);
    Some(names)
}
