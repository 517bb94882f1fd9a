//! Running text as Markdown. It is written as it is where that reads back as the same, with backslashes where it does
//! not, and with tags instead of signs where even that does not: so most texts stay as a person would write them.

use super::super::html::write::escaped;
use super::super::tree::{Block, Inline, Style};
use super::read::read;

/// Where running text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Paragraph,
    Heading(u8),
    Cell,
}

/// How careful the writing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    Plain,
    Backslashes,
    Tags,
}

/// Running text in its place.
pub(super) fn write(content: &[Inline], place: Place) -> String {
    let attempt = |care| {
        let mut writer = Writer { out: String::new(), care, place };
        writer.inlines(content, None);
        match place {
            Place::Heading(level) => format!("{} {}", "#".repeat(usize::from(level)), writer.out),
            _ => writer.out,
        }
    };
    let first = if place == Place::Cell { Care::Backslashes } else { Care::Plain };
    let plain = attempt(first);
    if reads_back(&plain, content, place) {
        return plain;
    }
    let careful = attempt(Care::Backslashes);
    if reads_back(&careful, content, place) { careful } else { attempt(Care::Tags) }
}

fn reads_back(text: &str, content: &[Inline], place: Place) -> bool {
    match (&read(text)[..], place) {
        ([], _) => content.is_empty(),
        ([Block::Paragraph(read)], Place::Paragraph | Place::Cell) => read == content,
        ([Block::Heading(_, read)], Place::Heading(_)) => read == content,
        _ => false,
    }
}

struct Writer {
    out: String,
    care: Care,
    place: Place,
}

impl Writer {
    fn inlines(&mut self, content: &[Inline], inside: Option<Style>) {
        content.iter().for_each(|inline| self.inline(inline, inside));
    }

    fn inline(&mut self, inline: &Inline, inside: Option<Style>) {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Styled(style, inner) => self.styled(*style, inner, inside),
            Inline::Code(text) => self.code(text),
            Inline::Link { to, content } => self.link(to, content),
            Inline::Image { source, text } => {
                self.out.push_str("![");
                self.text(text);
                self.out.push_str(&format!("]({})", destination(source)));
            }
            Inline::Break => self.out.push_str(match self.place {
                Place::Paragraph => "\\\n",
                Place::Heading(_) => " ",
                Place::Cell => "<br>",
            }),
        }
    }

    fn styled(&mut self, style: Style, inner: &[Inline], inside: Option<Style>) {
        let strong = |inline: Option<&Inline>| matches!(inline, Some(Inline::Styled(Style::Strong, _)));
        let (open, close) = match (self.care, style) {
            (Care::Tags, Style::Strong) => ("<strong>", "</strong>"),
            (Care::Tags, Style::Emphasis) => ("<em>", "</em>"),
            (Care::Tags, Style::Strike) => ("<del>", "</del>"),
            (_, Style::Strong) => ("**", "**"),
            // Three stars in a row would say something else.
            (_, Style::Emphasis)
                if inside == Some(Style::Strong) || strong(inner.first()) || strong(inner.last()) =>
            {
                ("_", "_")
            }
            (_, Style::Emphasis) => ("*", "*"),
            (_, Style::Strike) => ("~~", "~~"),
            (_, Style::Underline) => ("<u>", "</u>"),
            (_, Style::Superscript) => ("<sup>", "</sup>"),
            (_, Style::Subscript) => ("<sub>", "</sub>"),
        };
        self.out.push_str(open);
        self.inlines(inner, Some(style));
        self.out.push_str(close);
    }

    fn code(&mut self, text: &str) {
        if self.place == Place::Cell && text.contains('|') || self.care == Care::Tags {
            return self.out.push_str(&format!("<code>{}</code>", escaped(text).replace('|', "\\|")));
        }
        let fence = "`".repeat(longest_run(text) + 1);
        let odd = |c: char| c == '`' || c == ' ';
        let pad = if text.starts_with(odd) || text.ends_with(odd) { " " } else { "" };
        self.out.push_str(&format!("{fence}{pad}{text}{pad}{fence}"));
    }

    fn link(&mut self, to: &str, content: &[Inline]) {
        let absolute = to.starts_with("http://") || to.starts_with("https://");
        if absolute && content == [Inline::Text(to.to_owned())] && !to.contains(['<', '>', '\\']) {
            return self.out.push_str(&format!("<{to}>"));
        }
        self.out.push('[');
        self.inlines(content, None);
        self.out.push_str(&format!("]({})", destination(to)));
    }

    fn text(&mut self, text: &str) {
        if self.care == Care::Plain {
            return self.out.push_str(text);
        }
        for c in text.chars() {
            let begins_list = match (c, self.line_so_far()) {
                ('-' | '+' | '=', Some(before)) => before.trim().is_empty(),
                ('.' | ')', Some(before)) => before.trim().bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            };
            let special =
                matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!');
            self.out.push_str(if special || begins_list { "\\" } else { "" });
            self.out.push(c);
        }
    }

    /// What stands on this line, if that is so little that a sign could still begin something.
    fn line_so_far(&self) -> Option<&str> {
        let near = self.out.len().saturating_sub(16);
        let near = (near..self.out.len()).find(|at| self.out.is_char_boundary(*at)).unwrap_or(self.out.len());
        match self.out[near..].rfind('\n') {
            Some(end) => Some(&self.out[near + end + 1..]),
            None => (near == 0).then_some(self.out.as_str()),
        }
    }
}

/// Where a link leads, in angles if it must.
fn destination(to: &str) -> String {
    let mut plain = to.replace('\\', "\\\\").replace('<', "\\<").replace('>', "\\>");
    if to.contains(';') {
        // `&copy;` would be another character.
        plain = plain.replace('&', "\\&");
    }
    if to.contains(['(', ')']) || plain != to { format!("<{plain}>") } else { plain }
}

/// The longest run of backticks.
pub(super) fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
