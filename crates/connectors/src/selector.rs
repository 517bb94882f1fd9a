//! Selectors: where in an answer something is.

use std::convert::Infallible;
use std::str::FromStr;

use serde_json::Value;

/// A JSON pointer (`/data/items`), a dotted path (`data.items`, `items.0`), or nothing for the whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selector(String);

impl FromStr for Selector {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        Ok(Self(match text {
            "" | "." => String::new(),
            pointer if pointer.starts_with('/') => pointer.to_owned(),
            dotted => dotted
                .split('.')
                .map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1")))
                .collect(),
        }))
    }
}

impl Selector {
    /// What is there.
    pub(crate) fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document.pointer(&self.0)
    }

    /// The selector as a JSON pointer.
    pub(crate) fn pointer(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pointers_and_dotted_paths_select() {
        let document = json!({"data": {"items": [1, {"a/b": 2}]}, "x.y": 3});
        let find = |text: &str| text.parse::<Selector>().unwrap().find(&document).cloned();
        assert_eq!(find("data.items.1.a/b"), Some(json!(2)));
        assert_eq!(find("/data/items/0"), Some(json!(1)));
        assert_eq!(find("/x.y"), Some(json!(3)));
        assert_eq!(find(""), Some(document.clone()));
        assert_eq!(find("data.none"), None);
    }
}
