//! A JSON document that is read and not kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Any JSON document that can be read as a value, of which nothing is built. `serde::de::IgnoredAny` would be cheaper
/// still, and lets pass what no value can hold: half a surrogate pair, a number beyond every range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Sound {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON document")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn it_takes_what_a_value_takes() {
        let texts = [
            "null",
            "[1, -2, 3.5, 1e300, true, \"\\ud83d\\ude00\"]",
            "{\"a\": {\"a\": []}, \"\\u0061\": \"\\n\"}",
            "1e999",
            "\"\\ud83d\"",
            "{\"\\ud83d\": 1}",
            "{1: 2}",
            "[1,]",
            "{} {}",
            "\"\u{1}\"",
            "",
        ];
        for text in texts {
            let sound = serde_json::from_str::<Sound>(text).is_ok();
            assert_eq!(sound, serde_json::from_str::<Value>(text).is_ok(), "{text}");
        }
    }
}
