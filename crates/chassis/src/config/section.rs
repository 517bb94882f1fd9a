//! A section of the configuration file: one struct per topic, whose doc comments are also the operator's manual.

use toml::Value;

use super::setting::Given;

/// What an operator should know about one field.
#[derive(Debug, Clone)]
pub struct FieldDoc {
    /// Its name in the file.
    pub name: &'static str,
    /// What it does.
    pub doc: String,
    /// What to write.
    pub wants: &'static str,
    /// Its present value, without secrets; `None` when not set.
    pub value: Option<Value>,
}

/// A section, seen by the reader and by the printer.
pub trait Section {
    /// Its name in the file.
    fn key(&self) -> &'static str;
    /// What it is about.
    fn about(&self) -> String;
    /// Its fields with their present values.
    fn fields(&self) -> Vec<FieldDoc>;
    /// Sets one field. `None`: there is no such field.
    fn set(&mut self, field: &str, given: Given<'_>) -> Option<Result<(), String>>;
}

/// Joins the lines of a doc comment.
pub(super) fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Defines a section: a struct with public fields, their documentation and their defaults.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $name:ident as $key:literal {
            $( $(#[doc = $doc:literal])+ $field:ident : $kind:ty = $default:expr ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $kind, )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )+ }
            }
        }

        impl $crate::config::section::Section for $name {
            fn key(&self) -> &'static str {
                $key
            }
            fn about(&self) -> String {
                $crate::config::section::joined(&[$($about),+])
            }
            fn fields(&self) -> Vec<$crate::config::section::FieldDoc> {
                vec![$( $crate::config::section::FieldDoc {
                    name: stringify!($field),
                    doc: $crate::config::section::joined(&[$($doc),+]),
                    wants: <$kind as $crate::config::setting::Setting>::WANTS,
                    value: $crate::config::setting::Setting::shown(&self.$field),
                }, )+]
            }
            fn set(
                &mut self,
                field: &str,
                given: $crate::config::setting::Given<'_>,
            ) -> Option<Result<(), String>> {
                match field {
                    $( stringify!($field) => Some(
                        $crate::config::setting::Setting::read(given).map(|value| self.$field = value),
                    ), )+
                    _ => None,
                }
            }
        }
    };
}

pub(super) use section;
