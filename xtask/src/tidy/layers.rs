//! Who may depend on whom.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Fault;
use crate::workspace::Workspace;

/// A set of packages, and all that they may name: their own, and others'.
struct Layer {
    packages: &'static [&'static str],
    /// Packages of ours.
    ours: &'static [&'static [&'static str]],
    /// Foreign crates that belong to another layer or to another package.
    never: &'static [&'static str],
}

/// Every client and framework that has one home.
const CLIENTS: &[&str] = &["actix-web", "axum", "sqlx", "lapin", "redis", "aws-sdk-s3", "reqwest", "tokio"];
const PURE: &[&str] = &["domain", "flow", "contract", "vault", "mask"];
const LEAVES: &[&str] = &[
    "domain",
    "flow",
    "contract",
    "vault",
    "mask",
    "store",
    "queue",
    "blob",
    "coord",
    "connectors",
    "chassis",
];

const LAYERS: &[Layer] = &[
    Layer { packages: &["domain"], ours: &[], never: CLIENTS },
    Layer { packages: &["flow", "contract", "vault", "mask"], ours: &[PURE], never: CLIENTS },
    Layer {
        packages: &["store"],
        ours: &[PURE],
        never: &["actix-web", "axum", "lapin", "redis", "aws-sdk-s3", "reqwest"],
    },
    Layer {
        packages: &["queue"],
        ours: &[PURE],
        never: &["actix-web", "axum", "sqlx", "redis", "aws-sdk-s3", "reqwest"],
    },
    Layer {
        packages: &["blob"],
        ours: &[PURE],
        never: &["actix-web", "axum", "sqlx", "lapin", "redis", "reqwest"],
    },
    Layer {
        packages: &["coord"],
        ours: &[PURE],
        never: &["actix-web", "axum", "sqlx", "lapin", "aws-sdk-s3", "reqwest"],
    },
    Layer {
        packages: &["connectors"],
        ours: &[PURE],
        never: &["actix-web", "axum", "sqlx", "lapin", "redis", "aws-sdk-s3"],
    },
    Layer {
        packages: &["chassis"],
        ours: &[PURE],
        never: &["actix-web", "axum", "sqlx", "lapin", "redis", "aws-sdk-s3"],
    },
    Layer {
        packages: &["gateway"],
        ours: &[LEAVES],
        never: &["axum", "sqlx", "lapin", "redis", "aws-sdk-s3", "reqwest"],
    },
    Layer {
        packages: &["scheduler", "worker", "sink"],
        ours: &[LEAVES],
        never: &["actix-web", "axum", "sqlx", "lapin", "redis", "aws-sdk-s3", "reqwest"],
    },
    // The one exception: `throughline-admin openapi` prints what the gateway's routes say.
    Layer {
        packages: &["admin"],
        ours: &[&["gateway"], LEAVES],
        never: &["actix-web", "axum", "sqlx", "lapin", "redis", "aws-sdk-s3", "reqwest"],
    },
    Layer { packages: &["testkit"], ours: &[], never: &["actix-web"] },
];

/// Compares what the packages name in `[dependencies]` with the table.
pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Fault>> {
    let packages = workspace.metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(packages.iter().flat_map(check_package).collect())
}

fn check_package(package: &Value) -> Vec<Fault> {
    let name = short(package["name"].as_str().unwrap_or_default());
    let Some(layer) = LAYERS.iter().find(|layer| layer.packages.contains(&name)) else {
        let known = matches!(name, "tests" | "xtask");
        return if known {
            Vec::new()
        } else {
            vec![Fault(format!("{name}: say in xtask/src/tidy/layers.rs where it belongs"))]
        };
    };
    let named = dependencies(package);
    let ours = named.iter().filter_map(|named| named.strip_prefix("throughline-"));
    let upward = ours
        .filter(|ours| !layer.ours.concat().contains(ours))
        .map(|ours| format!("{name} must not depend on {ours}"));
    let foreign = named.iter().filter(|named| layer.never.contains(&named.as_str()));
    let foreign = foreign.map(|foreign| format!("{name} must not use {foreign}, which has another home"));
    upward.chain(foreign).map(Fault).collect()
}

/// Names in `[dependencies]`; what only tests or builds need is free.
fn dependencies(package: &Value) -> BTreeSet<String> {
    let all = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter(|one| one["kind"].is_null())
        .filter_map(|one| Some(one["name"].as_str()?.to_owned()))
        .collect()
}

fn short(name: &str) -> &str {
    name.strip_prefix("throughline-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(name: &str, dependencies: &[(&str, Value)]) -> Vec<String> {
        let dependencies: Vec<_> =
            dependencies.iter().map(|(name, kind)| json!({"name": name, "kind": kind})).collect();
        let package = json!({"name": format!("throughline-{name}"), "dependencies": dependencies});
        check_package(&package).into_iter().map(|Fault(text)| text).collect()
    }

    #[test]
    fn a_pure_crate_names_no_client() {
        assert_eq!(faults("flow", &[("throughline-domain", Value::Null), ("regex", Value::Null)]), [""; 0]);
        assert_eq!(
            faults("flow", &[("tokio", Value::Null)]),
            ["flow must not use tokio, which has another home"]
        );
    }

    #[test]
    fn lower_never_names_higher() {
        let named = [("throughline-store", Value::Null)];
        assert_eq!(faults("queue", &named), ["queue must not depend on store"]);
        assert_eq!(faults("worker", &named), [""; 0]);
    }

    #[test]
    fn tests_may_use_more() {
        assert_eq!(faults("flow", &[("tokio", json!("dev"))]), [""; 0]);
    }

    #[test]
    fn a_new_crate_must_find_its_place() {
        assert_eq!(faults("utils", &[]).len(), 1);
    }
}
