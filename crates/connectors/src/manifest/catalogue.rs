//! The connectors that ship in the binary.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Manifest, ManifestError};

/// Manifests by name.
#[derive(Debug, Clone, Default)]
pub struct Catalogue(BTreeMap<String, Arc<Manifest>>);

const BUILTIN: &[&str] = &[
    include_str!("../../../../connectors/alertmanager.yaml"),
    include_str!("../../../../connectors/http.yaml"),
    include_str!("../../../../connectors/icinga2.yaml"),
    include_str!("../../../../connectors/playground-desk.yaml"),
    include_str!("../../../../connectors/playground-monitor.yaml"),
    include_str!("../../../../connectors/redmine.yaml"),
    include_str!("../../../../connectors/request-tracker.yaml"),
];

impl Catalogue {
    /// The manifests that ship in the binary. A test loads each, so an error here is a damaged build.
    pub fn builtin() -> Result<Self, ManifestError> {
        let manifests = BUILTIN.iter().map(|yaml| Manifest::load(yaml));
        manifests.collect::<Result<Vec<_>, _>>().map(Self::of)
    }

    /// A catalogue of these manifests.
    pub fn of(manifests: impl IntoIterator<Item = Manifest>) -> Self {
        Self(manifests.into_iter().map(|manifest| (manifest.name.clone(), Arc::new(manifest))).collect())
    }

    /// The manifest of this name.
    pub fn get(&self, name: &str) -> Option<Arc<Manifest>> {
        self.0.get(name).cloned()
    }

    /// Every manifest, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Manifest>> {
        self.0.values()
    }
}
