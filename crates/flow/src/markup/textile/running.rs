//! Running text as Textile. It is written as it is where that reads back as the same; where it does not, signs that could
//! open something are written as entities, which Textile shows as the characters that they are.

use super::super::tree::{Block, Inline, Style};
use super::line::begins;
use super::read::read;

/// Running text; `head` is what stands before it on its first line, such as `h1. `.
pub(super) fn write(content: &[Inline], head: &str) -> String {
    let content = unbroken(content);
    let plain = Writer::write(&content, head, false);
    if reads_back(&plain, &content, head) { plain } else { Writer::write(&content, head, true) }
}

fn reads_back(text: &str, content: &[Inline], head: &str) -> bool {
    match &read(text)[..] {
        [] => content.is_empty(),
        [Block::Paragraph(read)] => head.is_empty() && read == content,
        [Block::Heading(_, read)] => head.starts_with('h') && read == content,
        [Block::List { items, .. }] => matches!(&items[..], [item] if innermost(item) == Some(content)),
        [Block::Table(rows)] => {
            matches!(&rows[..], [row] if matches!(&row[..], [cell] if cell.content == content))
        }
        _ => false,
    }
}

fn innermost(item: &[Block]) -> Option<&[Inline]> {
    match item {
        [Block::Paragraph(content)] => Some(content),
        [Block::List { items, .. }] => innermost(items.first()?),
        _ => None,
    }
}

/// Styles and links end where a line does, and go on in the next.
fn unbroken(content: &[Inline]) -> Vec<Inline> {
    let mut whole = Vec::new();
    for inline in content {
        match inline {
            Inline::Styled(style, inner) => {
                rejoined(&unbroken(inner), &mut whole, |part| Inline::Styled(*style, part));
            }
            Inline::Link { to, content } => {
                rejoined(&unbroken(content), &mut whole, |part| Inline::Link {
                    to: to.clone(),
                    content: part,
                });
            }
            other => whole.push(other.clone()),
        }
    }
    whole
}

fn rejoined(inner: &[Inline], whole: &mut Vec<Inline>, wrap: impl Fn(Vec<Inline>) -> Inline) {
    for (position, part) in inner.split(|inline| *inline == Inline::Break).enumerate() {
        if position > 0 {
            whole.push(Inline::Break);
        }
        if !part.is_empty() {
            whole.push(wrap(part.to_vec()));
        }
    }
}

struct Writer {
    out: String,
    careful: bool,
    /// Whether a line break is a space: in headings and cells.
    one_line: bool,
}

impl Writer {
    fn write(content: &[Inline], head: &str, careful: bool) -> String {
        let one_line = head.starts_with(['h', '|']);
        let mut writer = Self { out: head.to_owned(), careful, one_line };
        writer.inlines(content);
        if head.starts_with('|') {
            writer.out.push('|');
        }
        if careful { harmless(&writer.out, head) } else { writer.out }
    }

    fn inlines(&mut self, content: &[Inline]) {
        for (position, inline) in content.iter().enumerate() {
            self.inline(inline, &content[position + 1..]);
        }
    }

    fn inline(&mut self, inline: &Inline, rest: &[Inline]) {
        match inline {
            Inline::Text(text) if self.careful => self.careful_text(text),
            Inline::Text(text) => self.out.push_str(text),
            Inline::Styled(style, inner) if self.fits(rest.first()) => {
                let sign = sign(*style);
                self.out.push_str(sign);
                self.inlines(inner);
                self.out.push_str(sign);
            }
            Inline::Styled(_, inner) => self.inlines(inner),
            Inline::Code(text) => self.code(text),
            Inline::Link { to, content } => self.link(to, content, rest),
            Inline::Image { source, text } => {
                self.stand_apart();
                self.image(source, text);
                if matches!(rest.first(), Some(Inline::Text(text)) if text.starts_with(':')) {
                    self.out.push(' ');
                }
            }
            Inline::Break => self.out.push(if self.one_line { ' ' } else { '\n' }),
        }
    }

    /// Whether a style can stand here: not inside a word.
    fn fits(&self, next: Option<&Inline>) -> bool {
        let before = self.out.chars().next_back();
        let opens = before.is_none_or(|c| c.is_whitespace() || "(>*_-+^~".contains(c));
        let closes = match next {
            Some(Inline::Text(text)) => !text.starts_with(char::is_alphanumeric),
            Some(Inline::Break) | None => true,
            Some(_) => false,
        };
        opens && closes
    }

    fn code(&mut self, text: &str) {
        let opens = self.out.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '(');
        if self.one_line && text.contains('|') {
            self.careful_text(text);
        } else if opens && !text.contains(['@', '|', '\n']) && text.trim() == text {
            self.out.push_str(&format!("@{text}@"));
        } else {
            let text = text.replace("</code>", "</code >").replace('\n', " ");
            self.out.push_str(&format!("<code>{text}</code>"));
        }
    }

    fn link(&mut self, to: &str, content: &[Inline], rest: &[Inline]) {
        let to = to.replace('|', "%7C").replace('"', "%22").replace('<', "%3C");
        if content == [Inline::Text(to.clone())] {
            self.out.push_str(&to);
        } else {
            self.stand_apart();
            if let [Inline::Image { source, text }] = content {
                self.image(source, text);
                self.out.push_str(&format!(":{to}"));
            } else {
                self.out.push('"');
                self.inlines(content);
                self.out.push_str(&format!("\":{to}"));
            }
        }
        if !ends_address(rest) {
            self.out.push(' ');
        }
    }

    /// Links and images are none inside a word.
    fn stand_apart(&mut self) {
        if self.out.ends_with(|c: char| !c.is_whitespace() && !"(>*_-+^~|".contains(c)) {
            self.out.push(' ');
        }
    }

    fn image(&mut self, source: &str, text: &str) {
        let source = source.replace('!', "%21").replace('(', "%28").replace(')', "%29").replace('|', "%7C");
        let text: String = text.chars().filter(|c| !"()!|\"".contains(*c)).take(300).collect();
        match text.trim() {
            "" => self.out.push_str(&format!("!{source}!")),
            text => self.out.push_str(&format!("!{source}({text})!")),
        }
    }

    fn careful_text(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let before = self.out.chars().next_back();
            let inside_word = before.is_some_and(char::is_alphanumeric)
                && chars.peek().is_some_and(|next| next.is_alphanumeric());
            let special = match c {
                '&' | '<' | '>' | '"' | '|' | '(' | '{' => true,
                '/' | '\\' => before == Some('|'),
                '*' | '_' | '-' | '+' | '^' | '~' | '%' | '@' | '!' | '=' | '?' | '[' => !inside_word,
                _ => false,
            };
            if special {
                self.out.push_str(&format!("&#{};", c as u32));
            } else {
                self.out.push(c);
            }
        }
    }
}

/// Whether an address ends before this: at white space, with no more than the sentence's punctuation before it.
fn ends_address(rest: &[Inline]) -> bool {
    match rest {
        [] | [Inline::Break, ..] => true,
        [Inline::Text(text), more @ ..] => {
            let sign = text.find(|c: char| !".,;:!?)".contains(c));
            match sign {
                Some(sign) => sign <= 4 && text[sign..].starts_with(char::is_whitespace),
                None => text.len() <= 4 && more.is_empty(),
            }
        }
        _ => false,
    }
}

/// No line but the first begins anything, and the first only what its head says.
fn harmless(text: &str, head: &str) -> String {
    let lines = text.split('\n').enumerate().map(|(position, line)| {
        if position == 0 && !head.is_empty() || begins(line.trim_end()).is_none() {
            return line.to_owned();
        }
        let mut chars = line.chars();
        chars.next().map_or_else(String::new, |first| format!("&#{};{}", first as u32, chars.as_str()))
    });
    lines.collect::<Vec<_>>().join("\n")
}

const fn sign(style: Style) -> &'static str {
    match style {
        Style::Strong => "*",
        Style::Emphasis => "_",
        Style::Strike => "-",
        Style::Underline => "+",
        Style::Superscript => "^",
        Style::Subscript => "~",
    }
}
