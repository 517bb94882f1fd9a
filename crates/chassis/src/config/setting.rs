//! The kinds of values that a setting can have: how each is read, and how each is shown.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use toml::Value;

use super::secret::{Secret, ServerUrl};

/// What was given for a field: a value of the file, or the text of an environment variable.
#[derive(Debug, Clone, Copy)]
pub enum Given<'a> {
    /// From the TOML file.
    Toml(&'a Value),
    /// From the environment.
    Text(&'a str),
}

/// A type that a configuration field can have.
pub trait Setting: Sized {
    /// What the operator should write, for messages and documentation: `a duration such as "250ms"`.
    const WANTS: &'static str;
    /// Reads a text.
    fn from_text(text: &str) -> Result<Self, String>;
    /// Reads a TOML value; a text by default.
    fn from_toml(value: &Value) -> Result<Self, String> {
        let text = value.as_str().ok_or_else(|| format!("should be {}", Self::WANTS))?;
        Self::from_text(text)
    }
    /// The value as TOML, without its secrets. `None`: not set.
    fn shown(&self) -> Option<Value>;
    /// Reads whatever was given.
    fn read(given: Given<'_>) -> Result<Self, String> {
        match given {
            Given::Toml(value) => Self::from_toml(value),
            Given::Text(text) => Self::from_text(text),
        }
    }
}

fn wrong<T: Setting>(why: impl std::fmt::Display) -> String {
    format!("should be {} ({why})", T::WANTS)
}

impl Setting for String {
    const WANTS: &'static str = "a text";
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(self.as_str()))
    }
}

impl Setting for PathBuf {
    const WANTS: &'static str = "a path";
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(self.display().to_string()))
    }
}

impl Setting for bool {
    const WANTS: &'static str = "true or false";
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(wrong::<Self>)
    }
    fn from_toml(value: &Value) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| format!("should be {}", Self::WANTS))
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(*self))
    }
}

impl Setting for u32 {
    const WANTS: &'static str = "a whole number";
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(wrong::<Self>)
    }
    fn from_toml(value: &Value) -> Result<Self, String> {
        let number = value.as_integer().ok_or_else(|| format!("should be {}", Self::WANTS))?;
        Self::try_from(number).map_err(wrong::<Self>)
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(i64::from(*self)))
    }
}

impl Setting for SocketAddr {
    const WANTS: &'static str = "an address with a port, such as \"127.0.0.1:8080\"";
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(wrong::<Self>)
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

impl Setting for IpNet {
    const WANTS: &'static str = "a network such as \"10.0.0.0/8\"";
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(wrong::<Self>)
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

impl Setting for Duration {
    const WANTS: &'static str = "a duration such as \"250ms\", \"20s\", \"5m\", \"2h\" or \"30d\"";
    fn from_text(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(wrong::<Self>)?;
        let millis = match unit.trim() {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong::<Self>("the unit is missing or unknown")),
        };
        let whole = number.checked_mul(millis).ok_or_else(|| wrong::<Self>("too long"))?;
        Ok(Self::from_millis(whole))
    }
    fn shown(&self) -> Option<Value> {
        let millis = self.as_millis();
        let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
        let fits = units.into_iter().find(|(_, size)| millis >= *size && millis.is_multiple_of(*size));
        let (unit, size) = fits.unwrap_or(("ms", 1));
        Some(Value::from(format!("{}{unit}", millis / size)))
    }
}

/// A number of bytes; written as `"8MiB"`, `"64KiB"` or `"512B"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub usize);

impl ByteSize {
    /// That many KiB.
    pub const fn kib(count: usize) -> Self {
        Self(count * 1024)
    }
    /// That many MiB.
    pub const fn mib(count: usize) -> Self {
        Self(count * 1024 * 1024)
    }
    /// The number of bytes.
    pub const fn bytes(self) -> usize {
        self.0
    }
}

impl Setting for ByteSize {
    const WANTS: &'static str = "a size such as \"512B\", \"64KiB\" or \"8MiB\"";
    fn from_text(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: usize = number.parse().map_err(wrong::<Self>)?;
        let size = match unit.trim() {
            "B" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            _ => return Err(wrong::<Self>("the unit is missing or unknown")),
        };
        number.checked_mul(size).map(Self).ok_or_else(|| wrong::<Self>("too large"))
    }
    fn shown(&self) -> Option<Value> {
        let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
        let fits = units.into_iter().find(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size));
        let (unit, size) = fits.unwrap_or(("B", 1));
        Some(Value::from(format!("{}{unit}", self.0 / size)))
    }
}

impl Setting for Secret {
    const WANTS: &'static str = "a secret text";
    fn from_text(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from("[redacted]"))
    }
}

impl Setting for ServerUrl {
    const WANTS: &'static str = "an address such as \"scheme://user:password@host:port/name\"";
    fn from_text(text: &str) -> Result<Self, String> {
        if text.contains("://") { Ok(Self::from(text)) } else { Err(format!("should be {}", Self::WANTS)) }
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::from(self.to_string()))
    }
}

/// An optional setting; an empty environment variable takes it back.
impl<T: Setting> Setting for Option<T> {
    const WANTS: &'static str = T::WANTS;
    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::from_text(text).map(Some) }
    }
    fn from_toml(value: &Value) -> Result<Self, String> {
        T::from_toml(value).map(Some)
    }
    fn shown(&self) -> Option<Value> {
        self.as_ref().and_then(T::shown)
    }
}

/// A list; in an environment variable, separated by commas.
impl<T: Setting> Setting for Vec<T> {
    const WANTS: &'static str = "a list";
    fn from_text(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::from_text).collect()
    }
    fn from_toml(value: &Value) -> Result<Self, String> {
        let items = value.as_array().ok_or_else(|| format!("should be a list of {}", T::WANTS))?;
        items.iter().map(T::from_toml).collect()
    }
    fn shown(&self) -> Option<Value> {
        Some(Value::Array(self.iter().filter_map(T::shown).collect()))
    }
}
