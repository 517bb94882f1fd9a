//! Field paths: `labels.host`, `items.0.name`, `labels."k8s.io/app"`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::fault::{Faults, codes};
use crate::limits;
use crate::read::{Node, Read, deserialize_by_reading};

/// The way to a field: names from the outside in. A whole number selects an item of a list, or the key of an object
/// that is so called. Names with anything but letters, digits, `_`, `-`, `$` and `@` are quoted, a quote inside doubled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldPath {
    segments: Vec<Segment>,
    /// How it is written, kept because traces say it for every record.
    text: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Segment {
    name: String,
    index: Option<usize>,
}

/// The text is not a field path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAPath {
    /// Nothing between two dots, or no text at all.
    #[error("a name is missing at character {0}")]
    MissingName(usize),
    /// A character that needs quotes.
    #[error("`{1}` at character {0} must stand inside double quotes, as in labels.\"k8s.io/app\"")]
    NeedsQuotes(usize, char),
    /// An opening quote without its closing one.
    #[error("the quote at character {0} is not closed")]
    OpenQuote(usize),
    /// Too many names.
    #[error("a field path has at most {} names", limits::PATH_SEGMENTS)]
    TooLong,
}

impl Segment {
    fn new(name: String) -> Self {
        let index = name.parse().ok().filter(|index: &usize| index.to_string() == name);
        Self { name, index }
    }
}

impl FieldPath {
    /// The path that these names form; none when there are no names, too many, or an empty one.
    pub fn from_names<I: IntoIterator<Item = S>, S: Into<String>>(names: I) -> Option<Self> {
        let segments: Vec<_> = names.into_iter().map(|name| Segment::new(name.into())).collect();
        let fits = (1..=limits::PATH_SEGMENTS).contains(&segments.len());
        (fits && segments.iter().all(|segment| !segment.name.is_empty())).then(|| Self::new(segments))
    }

    fn new(segments: Vec<Segment>) -> Self {
        let names: Vec<_> = segments.iter().map(|segment| written(&segment.name)).collect();
        Self { text: names.join(".").into(), segments }
    }

    /// The path as it is written in documents.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same text, shared: traces have it for every record.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The names, from the outside in.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.segments.iter().map(|segment| segment.name.as_str())
    }

    /// The outermost name.
    pub fn head(&self) -> &str {
        self.segments.first().map_or("", |segment| segment.name.as_str())
    }

    /// The path inside the outermost name, if there is one.
    pub fn tail(&self) -> Option<Self> {
        (self.segments.len() > 1).then(|| Self::new(self.segments[1..].to_vec()))
    }

    /// Whether `self` is `other`, or lies around it.
    pub fn contains(&self, other: &Self) -> bool {
        other.segments.starts_with(&self.segments)
    }

    /// The value at this path: `None` when it is missing, `Some(Null)` when it is null.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        find(&self.segments, value)
    }

    /// The value at this path inside what the outermost name holds.
    pub(crate) fn find_inside<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        find(self.segments.get(1..).unwrap_or_default(), value)
    }

    /// Puts a value at this path, making objects on the way. What is not an object on the way is replaced by one.
    pub(crate) fn put(&self, fields: &mut Map<String, Value>, value: Value) {
        let Some((last, way)) = self.segments.split_last() else { return };
        let mut place = fields;
        for segment in way {
            let next = place.entry(segment.name.clone()).or_insert_with(|| Value::Object(Map::new()));
            if !next.is_object() {
                *next = Value::Object(Map::new());
            }
            let Value::Object(inner) = next else { return };
            place = inner;
        }
        place.insert(last.name.clone(), value);
    }
}

fn find<'v>(segments: &[Segment], value: &'v Value) -> Option<&'v Value> {
    segments.iter().try_fold(value, |value, segment| match value {
        Value::Object(map) => map.get(&segment.name),
        Value::Array(items) => items.get(segment.index?),
        _ => None,
    })
}

/// Whether a name can stand without quotes.
pub(crate) fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@')
}

fn written(name: &str) -> Cow<'_, str> {
    if name.chars().all(is_plain) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for FieldPath {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, NotAPath> {
        let chars: Vec<char> = text.chars().collect();
        let mut segments = Vec::new();
        let mut at = 0;
        loop {
            let (name, next) =
                if chars.get(at) == Some(&'"') { quoted(&chars, at)? } else { plain(&chars, at)? };
            if name.is_empty() {
                return Err(NotAPath::MissingName(at));
            }
            segments.push(Segment::new(name));
            if segments.len() > limits::PATH_SEGMENTS {
                return Err(NotAPath::TooLong);
            }
            match chars.get(next) {
                None => return Ok(Self::new(segments)),
                Some('.') => at = next + 1,
                Some(other) => return Err(NotAPath::NeedsQuotes(next, *other)),
            }
        }
    }
}

fn plain(chars: &[char], start: usize) -> Result<(String, usize), NotAPath> {
    let end = chars[start..].iter().position(|c| *c == '.').map_or(chars.len(), |length| start + length);
    match chars[start..end].iter().position(|c| !is_plain(*c)) {
        Some(odd) => Err(NotAPath::NeedsQuotes(start + odd, chars[start + odd])),
        None => Ok((chars[start..end].iter().collect(), end)),
    }
}

fn quoted(chars: &[char], start: usize) -> Result<(String, usize), NotAPath> {
    let mut name = String::new();
    let mut at = start + 1;
    loop {
        match (chars.get(at), chars.get(at + 1)) {
            (Some('"'), Some('"')) => {
                name.push('"');
                at += 2;
            }
            (Some('"'), _) => return Ok((name, at + 1)),
            (Some(c), _) => {
                name.push(*c);
                at += 1;
            }
            (None, _) => return Err(NotAPath::OpenQuote(start)),
        }
    }
}

impl serde::Serialize for FieldPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Read for FieldPath {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = String::read(node, faults)?;
        text.parse()
            .map_err(|error: NotAPath| node.fault(faults, codes::INVALID_VALUE, error.to_string()))
            .ok()
    }
}

deserialize_by_reading!(FieldPath);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn path(text: &str) -> FieldPath {
        text.parse().unwrap()
    }

    #[test]
    fn values_are_found() {
        let record = json!({"labels": {"host": "db1", "k8s.io/app": "x", "3": "three"}, "items": [{"name": null}], "none": null});
        for (text, found) in [
            ("labels.host", Some(json!("db1"))),
            ("labels.\"k8s.io/app\"", Some(json!("x"))),
            ("labels.3", Some(json!("three"))),
            ("items.0.name", Some(Value::Null)),
            ("items.1.name", None),
            ("none", Some(Value::Null)),
            ("none.deeper", None),
            ("labels.host.deeper", None),
        ] {
            assert_eq!(path(text).find(&record).cloned(), found, "{text}");
        }
    }

    #[test]
    fn values_are_put_into_nested_objects() {
        let mut fields = Map::new();
        path("a.b").put(&mut fields, json!(1));
        path("a.custom_fields.3").put(&mut fields, json!("x"));
        path("a.b.c").put(&mut fields, json!(2));
        assert_eq!(Value::Object(fields), json!({"a": {"b": {"c": 2}, "custom_fields": {"3": "x"}}}));
    }

    #[test]
    fn faults_point_at_the_character() {
        assert_eq!("".parse::<FieldPath>(), Err(NotAPath::MissingName(0)));
        assert_eq!("a..b".parse::<FieldPath>(), Err(NotAPath::MissingName(2)));
        assert_eq!("a.".parse::<FieldPath>(), Err(NotAPath::MissingName(2)));
        assert_eq!("a.b c".parse::<FieldPath>(), Err(NotAPath::NeedsQuotes(3, ' ')));
        assert_eq!("a.\"b".parse::<FieldPath>(), Err(NotAPath::OpenQuote(2)));
        assert_eq!("\"a\"b".parse::<FieldPath>(), Err(NotAPath::NeedsQuotes(3, 'b')));
        assert_eq!("a.".repeat(16).parse::<FieldPath>(), Err(NotAPath::MissingName(32)));
        assert_eq!(["a"; 17].join(".").parse::<FieldPath>(), Err(NotAPath::TooLong));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(names in prop::collection::vec(".{1,8}", 1..6)) {
            let path = FieldPath::from_names(names).unwrap();
            prop_assert_eq!(path.to_string().parse::<FieldPath>(), Ok(path));
        }
    }
}
