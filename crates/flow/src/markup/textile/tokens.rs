//! What has to be read as a whole in running text: images, addresses, entities.

/// What follows the first `!` of an image: its source, its text, and how long both are with the second `!`.
pub(super) fn image_at(rest: &str) -> Option<(&str, &str, usize)> {
    let end = rest.find(|c: char| matches!(c, '!' | '(') || c.is_whitespace())?;
    let source =
        Some(rest[..end].trim_start_matches(['<', '>', '='])).filter(|source| source.contains(['.', '/']))?;
    let (alt, end) = match rest[end..].strip_prefix('(') {
        Some(inside) => {
            let (close, _) = inside.char_indices().take(400).find(|(_, c)| *c == ')')?;
            (&inside[..close], end + 1 + close + 1)
        }
        None => ("", end),
    };
    rest[end..].starts_with('!').then_some((source, alt, end + 1))
}

/// An address at the beginning of a text: up to a space, without punctuation that belongs to the sentence.
pub(super) fn address_at(text: &str) -> &str {
    let whole =
        &text[..text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '"' | '|')).unwrap_or(text.len())];
    let mut address = whole;
    while let Some(last) = address.chars().next_back() {
        let belongs = match last {
            ')' => address.matches('(').count() >= address.matches(')').count(),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '}' | '*' | '_' => false,
            _ => true,
        };
        if belongs || whole.len() - address.len() > 8 {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// The character that an entity at the beginning of a text stands for, and the entity's length.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 6] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&nbsp;", '\u{a0}'),
        ("&apos;", '\''),
    ];
    if let Some((name, letter)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*letter, name.len()));
    }
    let digits = text.strip_prefix("&#")?;
    let length = digits.bytes().take(7).take_while(u8::is_ascii_digit).count();
    let letter = char::from_u32(digits[..length].parse().ok()?).filter(|c| !c.is_control())?;
    digits[length..].starts_with(';').then_some((letter, 2 + length + 1))
}
