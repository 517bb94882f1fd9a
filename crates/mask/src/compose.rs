//! Building a masked document out of masked parts, without masking twice and without a way around the masker.

use serde_json::{Map, Value};

use crate::masked::{Masked, MaskedJson, MaskedText};

impl MaskedJson {
    /// JSON `null`.
    pub const fn null() -> Self {
        Self::new(Value::Null)
    }

    /// A list of masked parts.
    pub fn array(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Value::Array(parts.into_iter().map(Masked::into_inner).collect()))
    }

    /// An object of masked parts under names that are written in the source code.
    pub fn object(parts: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        let members = parts.into_iter().map(|(name, part)| (name.to_owned(), part.into_inner()));
        Self::new(Value::Object(members.collect::<Map<_, _>>()))
    }
}

impl From<MaskedText> for MaskedJson {
    fn from(text: MaskedText) -> Self {
        Self::new(Value::String(text.into_inner()))
    }
}

impl<T: Into<Self>> From<Option<T>> for MaskedJson {
    fn from(part: Option<T>) -> Self {
        part.map_or_else(Self::null, Into::into)
    }
}

/// What can hold no secret: counts, flags, and words that are written in the source code.
macro_rules! harmless {
    ($($kind:ty),+) => {$(
        impl From<$kind> for MaskedJson {
            fn from(fact: $kind) -> Self { Self::new(Value::from(fact)) }
        }
    )+};
}
harmless!(bool, u16, u32, u64, i64, f64, &'static str);

impl From<usize> for MaskedJson {
    fn from(count: usize) -> Self {
        Self::new(Value::from(count))
    }
}
