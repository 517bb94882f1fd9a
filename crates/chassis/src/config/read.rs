//! From file and environment to a [`Config`].

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, Given};

/// The beginning of every environment variable that overrides a field.
const PREFIX: &str = "THROUGHLINE__";

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Which setting, as an operator names it: `[worker] concurrency`, or the environment variable.
    pub setting: String,
    /// What is wrong, and what to write.
    pub message: String,
}

impl std::fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.setting, self.message)
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration is not valid TOML: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Settings are wrong; all of them are listed.
    #[error("the configuration has {} fault(s):{}", .0.len(), .0.iter().map(|fault| format!("\n  - {fault}")).collect::<String>())]
    Faults(Vec<ConfigFault>),
}

impl Config {
    /// Reads the file, if one is given, then the overrides among `environment`. Does not yet ask whether a service has
    /// all that it needs: see [`Config::check`].
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = match file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?,
            None => String::new(),
        };
        Self::from_toml(&text, environment)
    }

    /// Like [`Config::load`], from a text.
    pub fn from_toml(
        text: &str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        let mut faults = config.apply_file(&text.parse::<Table>()?);
        faults.extend(config.apply_environment(environment));
        if faults.is_empty() { Ok(config) } else { Err(ConfigError::Faults(faults)) }
    }

    fn apply_file(&mut self, file: &Table) -> Vec<ConfigFault> {
        let mut faults = Vec::new();
        for (section, content) in file {
            match content {
                Value::Table(fields) => {
                    let given = fields.iter().map(|(field, value)| (field, Given::Toml(value)));
                    faults.extend(given.filter_map(|(field, given)| {
                        self.apply(section, field, given, format!("[{section}] {field}"))
                    }));
                }
                _ => faults.push(fault(section, "should be a section, written as [section]")),
            }
        }
        faults
    }

    fn apply_environment(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Vec<ConfigFault> {
        let overrides = environment.into_iter().filter(|(name, _)| name.starts_with(PREFIX));
        overrides
            .filter_map(|(name, value)| {
                let path = name[PREFIX.len()..].to_ascii_lowercase();
                match path.split_once("__") {
                    Some((section, field)) => self.apply(section, field, Given::Text(&value), name),
                    None => Some(fault(&name, "should be THROUGHLINE__SECTION__KEY")),
                }
            })
            .collect()
    }

    fn apply(
        &mut self,
        section: &str,
        field: &str,
        given: Given<'_>,
        setting: String,
    ) -> Option<ConfigFault> {
        let Some(found) = self.sections_mut().into_iter().find(|candidate| candidate.key() == section) else {
            let known: Vec<_> = self.sections().iter().map(|section| section.key()).collect();
            return Some(fault(
                &setting,
                &format!("there is no section {section}; there are {}", known.join(", ")),
            ));
        };
        match found.set(field, given) {
            Some(Ok(())) => None,
            Some(Err(message)) => Some(fault(&setting, &message)),
            None => {
                let known: Vec<_> = found.fields().iter().map(|field| field.name).collect();
                Some(fault(&setting, &format!("there is no such field; there are {}", known.join(", "))))
            }
        }
    }
}

pub(super) fn fault(setting: &str, message: &str) -> ConfigFault {
    ConfigFault { setting: setting.to_owned(), message: message.to_owned() }
}
