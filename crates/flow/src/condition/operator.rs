//! The operators of conditions, and on which kinds of field each works.

use crate::schema::FieldKind;
use crate::words::words;

words! {
    /// How a field is compared.
    Operator as "operator" {
        /// The same value.
        Eq = "eq",
        /// Not the same value; also when the field is missing.
        Ne = "ne",
        /// One of a list; a list field: at least one of its items is.
        In = "in",
        /// Not `in`.
        NotIn = "not_in",
        /// Text: has the value inside. List: has it as an item.
        Contains = "contains",
        /// Not `contains`.
        NotContains = "not_contains",
        /// Text that begins so.
        StartsWith = "starts_with",
        /// Text that ends so.
        EndsWith = "ends_with",
        /// Text in which the regular expression finds a match.
        Matches = "matches",
        /// Greater.
        Gt = "gt",
        /// Greater or equal.
        Gte = "gte",
        /// Less.
        Lt = "lt",
        /// Less or equal.
        Lte = "lte",
        /// Earlier than an instant, a day, or a moment relative to now.
        Before = "before",
        /// Later than an instant, a day, or a moment relative to now.
        After = "after",
        /// Missing, null, an empty text, list or object.
        IsEmpty = "is_empty",
        /// Not `is_empty`.
        IsNotEmpty = "is_not_empty",
    }
}

/// What an operator compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// Nothing.
    None,
    /// Any JSON value but an object or a list.
    Scalar,
    /// A list of scalars.
    List,
    /// A text.
    Text,
    /// A regular expression.
    Regex,
    /// A number or a text.
    Ordered,
    /// A date, a time, or a moment relative to now.
    Date,
}

impl Operator {
    /// What the operator compares with.
    pub const fn operand(self) -> Operand {
        match self {
            Self::Eq | Self::Ne | Self::Contains | Self::NotContains => Operand::Scalar,
            Self::In | Self::NotIn => Operand::List,
            Self::StartsWith | Self::EndsWith => Operand::Text,
            Self::Matches => Operand::Regex,
            Self::Gt | Self::Gte | Self::Lt | Self::Lte => Operand::Ordered,
            Self::Before | Self::After => Operand::Date,
            Self::IsEmpty | Self::IsNotEmpty => Operand::None,
        }
    }

    /// The operator that holds exactly when this one does not, if there is one.
    pub const fn opposite(self) -> Option<Self> {
        match self {
            Self::Eq => Some(Self::Ne),
            Self::Ne => Some(Self::Eq),
            Self::In => Some(Self::NotIn),
            Self::NotIn => Some(Self::In),
            Self::Contains => Some(Self::NotContains),
            Self::NotContains => Some(Self::Contains),
            Self::IsEmpty => Some(Self::IsNotEmpty),
            Self::IsNotEmpty => Some(Self::IsEmpty),
            _ => None,
        }
    }

    /// Whether the operator works on a kind of field.
    pub const fn works_on(self, kind: FieldKind) -> bool {
        use FieldKind as K;
        match self.operand() {
            Operand::None | Operand::List => true,
            Operand::Scalar => match self {
                Self::Contains | Self::NotContains => {
                    matches!(kind, K::Text | K::List | K::Reference | K::Any)
                }
                _ => !matches!(kind, K::List | K::Object),
            },
            Operand::Text | Operand::Regex => matches!(kind, K::Text | K::Enum | K::Reference | K::Any),
            Operand::Ordered => matches!(kind, K::Text | K::Number | K::Date | K::Any),
            Operand::Date => matches!(kind, K::Date | K::Any),
        }
    }
}
