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

impl MaskedJson {
    /// One member of the object, alone.
    pub fn member(self, name: &str) -> Option<Self> {
        self.into_inner().get_mut(name).map(Value::take).map(Self::new)
    }

    /// The object with further members.
    #[must_use]
    pub fn with(self, parts: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        let mut value = self.into_inner();
        if let Some(members) = value.as_object_mut() {
            members.extend(parts.into_iter().map(|(name, part)| (name.to_owned(), part.into_inner())));
        }
        Self::new(value)
    }

    /// Leaves members of the list `name` out until the list has about `bytes` bytes: those for which `wanted` holds stay
    /// first, then the others in order. The document, and how many members are gone.
    pub fn shortened(self, name: &str, bytes: usize, wanted: impl Fn(&Value) -> bool) -> (Self, usize) {
        let mut value = self.into_inner();
        let Some(list) = value.get_mut(name).and_then(Value::as_array_mut) else {
            return (Self::new(value), 0);
        };
        let sizes: Vec<usize> = list.iter().map(|member| member.to_string().len()).collect();
        let kept: Vec<bool> = list.iter().map(wanted).collect();
        let mut room = bytes
            .saturating_sub(sizes.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(size, _)| size).sum());
        let before = list.len();
        let mut facts = sizes.into_iter().zip(kept);
        list.retain(|_| {
            let (size, kept) = facts.next().unwrap_or_default();
            let fits = kept || size <= room;
            if !kept {
                room = if fits { room - size } else { 0 };
            }
            fits
        });
        let gone = before - list.len();
        (Self::new(value), gone)
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
