//! One macro for closed sets of words: enum ⇄ stable text.

/// The text is not one of the words of the set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {set}")]
pub struct UnknownWord {
    /// What the set is called.
    pub set: &'static str,
    /// The text that was given.
    pub text: String,
}

/// Declares an enum whose variants have one stable spelling each.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident as $set:literal { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every member, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable spelling, used in rows, messages, the API and the documentation.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::token::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err($crate::token::UnknownWord { set: $set, text: other.to_owned() }),
                }
            }
        }
    };
}
pub(crate) use words;
