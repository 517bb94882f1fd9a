//! Named expressions are evaluated in order: each may use those before it. What breaks that is refused when the document
//! is checked: unknown names, names defined later, and circles.

use super::compile::{Variable, variable_of};
use crate::fault::{Faults, codes};

/// Checks the variables that each named expression reads. `names` are those of the document, in order.
pub(super) fn check(variables: &[Variable], names: &[String], faults: &mut Faults) {
    for variable in variables {
        let Some(own) = names.iter().position(|name| *name == variable.name) else { continue };
        for used in uses(variable) {
            match names.iter().position(|name| name == used) {
                None => {
                    let message = format!("there is no named expression `{used}`");
                    faults.add(&variable.pointer, codes::UNKNOWN_NAME, message);
                }
                Some(other) if other < own => {}
                Some(_) => match circle(&variable.name, used, variables) {
                    Some(way) => {
                        let message =
                            format!("expressions depend on each other in a circle: {}", way.join(" → "));
                        faults.add(&variable.pointer, codes::CYCLIC_EXPRESSIONS, message);
                    }
                    None => {
                        let message =
                            format!("`{used}` is defined later; move it before `{}`", variable.name);
                        faults.add(&variable.pointer, codes::DEFINED_LATER, message);
                    }
                },
            }
        }
    }
}

fn uses(variable: &Variable) -> impl Iterator<Item = &str> {
    variable.formula.reads.paths.iter().filter_map(variable_of)
}

/// The way from `from` over `next` back to `from`, if there is one: breadth first, each name once.
fn circle(from: &str, next: &str, variables: &[Variable]) -> Option<Vec<String>> {
    let mut ways = vec![vec![from.to_owned(), next.to_owned()]];
    let mut seen = vec![next.to_owned()];
    let mut at = 0;
    while let Some(way) = ways.get(at).cloned() {
        at += 1;
        let Some(last) = way.last() else { continue };
        if last == from {
            return Some(way);
        }
        for used in variables.iter().filter(|variable| variable.name == *last).flat_map(uses) {
            if used == from || !seen.iter().any(|name| name == used) {
                seen.push(used.to_owned());
                ways.push(way.iter().cloned().chain([used.to_owned()]).collect());
            }
        }
    }
    None
}
