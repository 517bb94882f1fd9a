//! One macro for closed sets of words in the document: enum ⇄ stable text ⇄ JSON string.

/// Declares an enum whose variants have one stable spelling each, readable and writable as a JSON string.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident as $set:literal { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every member, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable spelling.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The member with this spelling.
            pub fn from_word(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::from_word(&text)
                    .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a {}", $set)))
            }
        }

        impl $crate::read::Read for $name {
            fn read(node: &$crate::read::Node<'_>, faults: &mut $crate::fault::Faults) -> Option<Self> {
                let text = String::read(node, faults)?;
                let found = Self::from_word(&text);
                if found.is_none() {
                    let words: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    node.fault(faults, $crate::fault::codes::INVALID_VALUE,
                        format!("`{text}` is not a {}; use one of {}", $set, words.join(", ")));
                }
                found
            }
        }
    };
}
pub(crate) use words;
