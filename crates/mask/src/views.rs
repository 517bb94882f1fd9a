//! Decoded views of a text, with the way back: what the text says once `%41` or `\u0041` is read.
//!
//! Looking for a secret in the decoded view finds it however much of it was escaped, in upper or lower case.

/// A decoded text and, for each of its bytes, where in the original it came from.
pub(crate) struct View {
    pub(crate) bytes: Vec<u8>,
    starts: Vec<usize>,
    end: usize,
}

impl View {
    /// The range of the original that the range of this view came from.
    pub(crate) fn origin(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start = self.starts.get(range.start).copied().unwrap_or(self.end);
        let end = self.starts.get(range.end).copied().unwrap_or(self.end);
        start..end
    }

    /// The view of `text` with percent-encoding read; `None` if there is none.
    pub(crate) fn percent(text: &[u8]) -> Option<Self> {
        text.contains(&b'%').then(|| Self::decode(text, percent_at))
    }

    /// The view of `text` with JSON escapes read; `None` if there are none.
    pub(crate) fn json(text: &[u8]) -> Option<Self> {
        text.contains(&b'\\').then(|| Self::decode(text, json_at))
    }

    /// This view seen through another.
    pub(crate) fn then(&self, next: impl Fn(&[u8]) -> Option<Self>) -> Option<Self> {
        let inner = next(&self.bytes)?;
        let starts =
            inner.starts.iter().map(|at| self.starts.get(*at).copied().unwrap_or(self.end)).collect();
        Some(Self { bytes: inner.bytes, starts, end: self.end })
    }

    fn decode(text: &[u8], unit: fn(&[u8]) -> Option<(usize, Unit)>) -> Self {
        let mut view = Self { bytes: Vec::with_capacity(text.len()), starts: Vec::new(), end: text.len() };
        let mut at = 0;
        while at < text.len() {
            let (length, unit) = unit(&text[at..]).unwrap_or((1, Unit::Byte(text[at])));
            view.push(at, unit);
            at += length;
        }
        view
    }

    fn push(&mut self, at: usize, unit: Unit) {
        match unit {
            Unit::Byte(byte) => self.bytes.push(byte),
            Unit::Char(c) => self.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        self.starts.resize(self.bytes.len(), at);
    }
}

enum Unit {
    Byte(u8),
    Char(char),
}

fn percent_at(text: &[u8]) -> Option<(usize, Unit)> {
    match text {
        [b'%', high, low, ..] => Some((3, Unit::Byte(hex_digit(*high)? << 4 | hex_digit(*low)?))),
        _ => None,
    }
}

fn json_at(text: &[u8]) -> Option<(usize, Unit)> {
    let plain = match text {
        [b'\\', b'u', rest @ ..] => return unicode_at(rest),
        [b'\\', b'n', ..] => b'\n',
        [b'\\', b'r', ..] => b'\r',
        [b'\\', b't', ..] => b'\t',
        [b'\\', b'b', ..] => 8,
        [b'\\', b'f', ..] => 12,
        [b'\\', c @ (b'"' | b'\\' | b'/' | b'\''), ..] => *c,
        _ => return None,
    };
    Some((2, Unit::Byte(plain)))
}

/// `XXXX`, or `XXXX\uXXXX` for a surrogate pair, after `\u`.
fn unicode_at(rest: &[u8]) -> Option<(usize, Unit)> {
    let first = hex4(rest)?;
    if let Some(c) = char::from_u32(first) {
        return Some((6, Unit::Char(c)));
    }
    let second = rest.get(4..).and_then(|tail| tail.strip_prefix(b"\\u")).and_then(hex4)?;
    let pair = char::decode_utf16([u16::try_from(first).ok()?, u16::try_from(second).ok()?]).next()?.ok()?;
    Some((12, Unit::Char(pair)))
}

fn hex4(text: &[u8]) -> Option<u32> {
    text.get(..4)?.iter().try_fold(0, |sum, digit| Some(sum << 4 | u32::from(hex_digit(*digit)?)))
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_read_and_lead_back() {
        let view = View::percent(b"a%2fb%c3%A9%zz").unwrap();
        assert_eq!(view.bytes, "a/bé%zz".as_bytes());
        assert_eq!(view.origin(1..2), 1..4);
        assert_eq!(view.origin(3..5), 5..11);
    }

    #[test]
    fn json_escapes_are_read_with_surrogates() {
        let view = View::json(br#"x\u0041\ud83d\ude00\"\q"#).unwrap();
        assert_eq!(view.bytes, "xA😀\"\\q".as_bytes());
        assert_eq!(view.origin(0..2), 0..7);
    }

    #[test]
    fn views_compose() {
        let view = View::json(br"\u0025\u0034\u0031z").unwrap().then(View::percent).unwrap();
        assert_eq!(view.bytes, b"Az");
        assert_eq!(view.origin(0..1), 0..18);
    }
}
