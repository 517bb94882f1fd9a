//! Reading a document so that *every* fault is found, each with its pointer.
//!
//! serde stops at the first error and does not say where an unknown key sits; a person who edits a document wants
//! the whole list. So the document's types are read from a JSON value by [`Read`], and their `Deserialize` calls it.

use serde_json::{Map, Value};

use crate::fault::{Faults, codes, pointer_to};
use crate::limits;

/// A place in the document.
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: String,
    depth: usize,
}

/// A type that can be read from a document.
pub(crate) trait Read: Sized {
    /// The value, or `None` after at least one fault was added.
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self>;
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, pointer: String::new(), depth: 0 }
    }

    pub(crate) fn child(&self, token: impl std::fmt::Display, value: &'a Value) -> Self {
        Self { value, pointer: pointer_to(&self.pointer, token), depth: self.depth + 1 }
    }

    pub(crate) fn fault(&self, faults: &mut Faults, code: &'static str, message: impl Into<String>) {
        faults.add(self.pointer.clone(), code, message);
    }

    /// Adds a fault of type and gives `None`, for use at the end of a `match`.
    pub(crate) fn expected<T>(&self, faults: &mut Faults, what: &str) -> Option<T> {
        self.fault(faults, codes::WRONG_TYPE, format!("expected {what}, found {}", kind_of(self.value)));
        None
    }

    /// The node as an object whose keys are ticked off one by one.
    pub(crate) fn object(&self, faults: &mut Faults) -> Option<Object<'a, '_>> {
        if self.depth > limits::DOCUMENT_DEPTH {
            self.fault(
                faults,
                codes::TOO_DEEP,
                format!("nested deeper than {} levels", limits::DOCUMENT_DEPTH),
            );
            return None;
        }
        match self.value {
            Value::Object(map) => Some(Object { node: self, map, known: Vec::new() }),
            _ => self.expected(faults, "an object"),
        }
    }

    /// The items of an array of at most `most` items.
    pub(crate) fn items<T: Read>(&self, most: usize, faults: &mut Faults) -> Option<Vec<T>> {
        let Value::Array(items) = self.value else { return self.expected(faults, "an array") };
        if items.len() > most {
            self.fault(
                faults,
                codes::TOO_MANY,
                format!("at most {most} items are allowed, found {}", items.len()),
            );
            return None;
        }
        let read: Vec<Option<T>> =
            items.iter().enumerate().map(|(index, item)| T::read(&self.child(index, item), faults)).collect();
        read.into_iter().collect()
    }

    /// A text of at most `most` characters.
    pub(crate) fn text(&self, most: usize, faults: &mut Faults) -> Option<String> {
        let Value::String(text) = self.value else { return self.expected(faults, "a string") };
        if text.chars().count() > most {
            self.fault(faults, codes::TOO_LONG, format!("at most {most} characters are allowed"));
            return None;
        }
        Some(text.clone())
    }
}

/// An object being read: whatever is not asked for is an unknown key.
pub(crate) struct Object<'a, 'n> {
    node: &'n Node<'a>,
    map: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Object<'a, '_> {
    /// The node under `key`, `null` included.
    pub(crate) fn raw(&mut self, key: &'static str) -> Option<Node<'a>> {
        self.known.push(key);
        self.map.get(key).map(|value| self.node.child(key, value))
    }

    /// A key that must be there.
    pub(crate) fn required<T: Read>(&mut self, key: &'static str, faults: &mut Faults) -> Option<T> {
        match self.raw(key) {
            Some(node) => T::read(&node, faults),
            None => {
                self.node.fault(faults, codes::MISSING_KEY, format!("`{key}` is missing"));
                None
            }
        }
    }

    /// A key that may be absent or `null`: `None` after a fault, `Some(None)` when absent.
    pub(crate) fn optional<T: Read>(&mut self, key: &'static str, faults: &mut Faults) -> Option<Option<T>> {
        match self.raw(key) {
            Some(node) if !node.value.is_null() => T::read(&node, faults).map(Some),
            _ => Some(None),
        }
    }

    /// A key with a default.
    pub(crate) fn or_default<T: Read + Default>(
        &mut self,
        key: &'static str,
        faults: &mut Faults,
    ) -> Option<T> {
        self.optional(key, faults).map(Option::unwrap_or_default)
    }

    /// Whether the object has `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// The node that is being read.
    pub(crate) fn node(&self) -> &Node<'a> {
        self.node
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self, faults: &mut Faults) {
        for key in self.map.keys().filter(|key| !self.known.contains(&key.as_str())) {
            let message = match nearest(key, &self.known) {
                Some(meant) => format!("unknown key `{key}`; did you mean `{meant}`?"),
                None => format!("unknown key `{key}`; known here: {}", self.known.join(", ")),
            };
            faults.add(pointer_to(&self.node.pointer, key), codes::UNKNOWN_KEY, message);
        }
    }
}

/// The known key that `key` was probably meant to be: the same letters but for one, or but for case and punctuation.
fn nearest<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    known.iter().copied().find(|candidate| one_edit_apart(&plain(key), &plain(candidate)))
}

fn one_edit_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let longer = a.len().max(b.len());
    a.len().abs_diff(b.len()) <= 1 && start + end + 1 >= longer
}

pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

impl Read for String {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.text(limits::NAME_CHARS, faults)
    }
}

impl Read for bool {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        node.value.as_bool().or_else(|| node.expected(faults, "true or false"))
    }
}

impl Read for u32 {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let number = node.value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.or_else(|| node.expected(faults, "a whole number"))
    }
}

impl Read for Value {
    fn read(node: &Node<'_>, _: &mut Faults) -> Option<Self> {
        Some(node.value.clone())
    }
}

impl Read for uuid::Uuid {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = String::read(node, faults)?;
        let parsed = uuid::Uuid::parse_str(&text).ok();
        if parsed.is_none() {
            node.fault(faults, codes::INVALID_VALUE, format!("`{text}` is not a UUID"));
        }
        parsed
    }
}

impl<T: Read> Read for Box<T> {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        T::read(node, faults).map(Box::new)
    }
}

/// Implements `Deserialize` by [`Read`], so that there is one definition of the format.
macro_rules! deserialize_by_reading {
    ($($name:ty),+ $(,)?) => {$(
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                $crate::read::read(&value).map_err(|faults| $crate::read::as_serde_error(&faults))
            }
        }
    )+};
}
pub(crate) use deserialize_by_reading;

/// Reads a whole value.
pub(crate) fn read<T: Read>(value: &Value) -> Result<T, Vec<crate::Fault>> {
    let mut faults = Faults::default();
    match T::read(&Node::root(value), &mut faults) {
        Some(read) if faults.is_empty() => Ok(read),
        _ => Err(faults.into_vec()),
    }
}

pub(crate) fn as_serde_error<E: serde::de::Error>(faults: &[crate::Fault]) -> E {
    let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
    E::custom(lines.join("; "))
}
