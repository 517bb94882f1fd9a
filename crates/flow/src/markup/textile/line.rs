//! What a line of Textile begins.

/// The beginning of a block: `h2(class)#id. `, `bq. `, `p. `, …
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Begins<'l> {
    Heading(u8, &'l str),
    Quote(&'l str),
    Paragraph(&'l str),
    /// Letters as they are, to the next empty line.
    Code(&'l str),
    /// A list's item: its signs and its text.
    Item(&'l str, &'l str),
    /// A line with `>` before it, taken off.
    Quoted(&'l str),
    Row(&'l str),
    Rule,
    /// `<pre>`, and whatever follows.
    Preformatted,
}

/// What this line begins, if it begins anything.
pub(super) fn begins(line: &str) -> Option<Begins<'_>> {
    if let Some(rest) = line.strip_prefix('>') {
        return Some(Begins::Quoted(rest.strip_prefix(' ').unwrap_or(rest)));
    }
    if line.starts_with("<pre") && line[4..].starts_with(['>', ' ']) {
        return Some(Begins::Preformatted);
    }
    if line.len() >= 3 && line.bytes().all(|byte| byte == b'-') {
        return Some(Begins::Rule);
    }
    if line.starts_with('|') && line.len() > 1 && line.ends_with('|') {
        return Some(Begins::Row(&line[1..line.len() - 1]));
    }
    item(line).or_else(|| signed(line))
}

fn item(line: &str) -> Option<Begins<'_>> {
    let signs = line.len() - line.trim_start_matches(['*', '#']).len();
    let (signs, rest) = line.split_at(signs);
    let text = rest.strip_prefix(' ').filter(|text| !text.trim().is_empty())?;
    (!signs.is_empty()).then(|| Begins::Item(signs, text.trim()))
}

fn signed(line: &str) -> Option<Begins<'_>> {
    let name = line.len() - line.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
    let (name, rest) = line.split_at(name.min(12));
    let rest = attributes(rest).strip_prefix('.')?;
    let text = rest.strip_prefix('.').unwrap_or(rest).strip_prefix(' ')?.trim();
    match (name, name.as_bytes()) {
        (_, [b'h', level @ b'1'..=b'6']) => Some(Begins::Heading(level - b'0', text)),
        ("bq", _) => Some(Begins::Quote(text)),
        ("p", _) => Some(Begins::Paragraph(text)),
        ("bc" | "pre", _) => Some(Begins::Code(text)),
        _ => None,
    }
}

/// What follows classes, styles, languages and alignments.
pub(super) fn attributes(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(['<', '>', '=']);
        let close = match rest.chars().next() {
            Some('(') => ')',
            Some('{') => '}',
            Some('[') => ']',
            _ => return rest,
        };
        // Attributes are short; a bracket far away is another matter.
        match rest.char_indices().take(200).find(|(_, c)| *c == close) {
            Some((end, _)) => rest = &rest[end + 1..],
            None => return rest,
        }
    }
}
