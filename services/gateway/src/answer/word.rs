//! Words of the domain in JSON: the domain knows no formats, so the gateway gives them one.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use throughline_domain::{
    ErrorClass, ErrorCode, HttpCapture, Operation, Outcome, Permission, Phase, RetentionClass, Role,
    RunStatus, Side, TriggerKind,
};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// A closed set of words.
pub(crate) trait WordSet: Copy + 'static {
    /// What its schema is called.
    const NAME: &'static str;
    /// Every word.
    fn words() -> Vec<&'static str>;
    /// The stable spelling.
    fn spelling(self) -> &'static str;
    /// The member with this spelling.
    fn read(text: &str) -> Option<Self>;
}

macro_rules! word_sets {
    ($($name:ident as $alias:ident),+ $(,)?) => {$(
        #[doc = concat!("A ", stringify!($name), " in JSON.")]
        pub(crate) type $alias = Word<$name>;

        impl WordSet for $name {
            const NAME: &'static str = stringify!($name);
            fn words() -> Vec<&'static str> { Self::ALL.iter().map(|word| word.as_str()).collect() }
            fn spelling(self) -> &'static str { self.as_str() }
            fn read(text: &str) -> Option<Self> { text.parse().ok() }
        }
    )+};
}

word_sets!(
    ErrorClass as ErrorClassWord,
    ErrorCode as ErrorCodeWord,
    HttpCapture as HttpCaptureWord,
    Operation as OperationWord,
    Outcome as OutcomeWord,
    Permission as PermissionWord,
    Phase as PhaseWord,
    RetentionClass as RetentionClassWord,
    Role as RoleWord,
    RunStatus as RunStatusWord,
    Side as SideWord,
    TriggerKind as TriggerKindWord,
);

/// One word of a set, as a JSON string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T> From<T> for Word<T> {
    fn from(word: T) -> Self {
        Self(word)
    }
}

impl<T: WordSet> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.spelling())
    }
}

impl<'de, T: WordSet> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader(PhantomData)).map(Self)
    }
}

struct Reader<T>(PhantomData<T>);

impl<T: WordSet> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "one of {}", T::words().join(", "))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::read(text).ok_or_else(|| E::custom(format!("should be one of {}", T::words().join(", "))))
    }
}

impl<T: WordSet> PartialSchema for Word<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(T::words())).into()
    }
}

impl<T: WordSet> ToSchema for Word<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}
