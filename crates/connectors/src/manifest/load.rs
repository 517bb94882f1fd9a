//! Loading a manifest: the shape, then what refers to what.

use super::{Entity, Manifest, Status};

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is not YAML of the right shape, or a template in it does not compile; with line and column.
    #[error("{0}")]
    Shape(String),
    /// Something in it refers to what is not there.
    #[error("{at}: {reason}")]
    Reference {
        /// Where.
        at: String,
        /// What.
        reason: String,
    },
}

impl Manifest {
    /// Loads a manifest and checks all that can be checked without the system.
    pub fn load(yaml: &str) -> Result<Self, ManifestError> {
        let manifest: Self =
            serde_saphyr::from_str(yaml).map_err(|error| ManifestError::Shape(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), ManifestError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ensure(!self.name.is_empty() && self.name.chars().all(plain), "name", || {
            "lower-case letters, digits and dashes".to_owned()
        })?;
        let says_version = self.verified_against.is_some() == (self.status == Status::Verified);
        ensure(says_version, "verified_against", || {
            "a verified manifest says on which version, and only a verified one".to_owned()
        })?;
        for (at, rule) in self.errors.rules.iter().enumerate() {
            ensure(rule.code.is_some() != rule.accept, &format!("errors.rules.{at}"), || {
                "either a `code`, or `accept: true`".to_owned()
            })?;
        }
        self.entities.iter().try_for_each(|(name, entity)| entity.check(&format!("entities.{name}")))
    }
}

impl Entity {
    fn check(&self, at: &str) -> Result<(), ManifestError> {
        let known =
            |field: &str| self.fields.is_empty() || self.fields.iter().any(|known| known.path == field);
        if let Some(field) = &self.changed_at {
            ensure(known(field), &format!("{at}.changed_at"), || {
                format!("`{field}` is not one of the fields")
            })?;
        }
        if let Some(read) = &self.read {
            let at = format!("{at}.read");
            let names = read.push_down.keys().filter(|name| !name.contains('*'));
            for field in names.chain(read.order.iter().map(|order| &order.field)) {
                ensure(known(field), &at, || format!("`{field}` is not one of the fields"))?;
            }
            let clauses =
                read.push_down.values().flat_map(|rules| rules.values()).any(|rule| rule.clause.is_some());
            ensure(!clauses || read.clauses.is_some(), &at, || {
                "clauses need the parameter that takes them".to_owned()
            })?;
        }
        let then_creates = self.create.as_ref().is_some_and(|create| !create.then.is_empty());
        ensure(!then_creates, &format!("{at}.create"), || "`then` is for updates".to_owned())?;
        let read_back = [&self.create, &self.update].into_iter().flatten().any(|write| write.read_back);
        ensure(!read_back || self.get.is_some(), at, || "`read_back` needs `get`".to_owned())
    }
}

fn ensure(holds: bool, at: &str, reason: impl FnOnce() -> String) -> Result<(), ManifestError> {
    if holds { Ok(()) } else { Err(ManifestError::Reference { at: at.to_owned(), reason: reason() }) }
}
