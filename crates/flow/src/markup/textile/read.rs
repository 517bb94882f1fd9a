//! Textile, line by line.

use super::super::html::read::language;
use super::super::tree::{Block, code};
use super::cells::cells;
use super::line::{Begins, begins};
use super::scan::{lines, running};
use crate::limits;

/// The blocks of a Textile text.
pub(crate) fn read(text: &str) -> Vec<Block> {
    let text = text.replace("\r\n", "\n");
    blocks(&text.split('\n').map(str::trim_end).collect::<Vec<_>>(), 0)
}

fn blocks(given: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = given;
    while let Some(line) = rest.first() {
        let used = match begins(line) {
            _ if line.is_empty() => 1,
            Some(begin) => begun(begin, rest, depth, &mut blocks),
            None => paragraph(rest, &mut blocks),
        };
        rest = &rest[used..];
    }
    blocks
}

/// Reads the block that a line begins; how many lines it has.
fn begun(begin: Begins<'_>, rest: &[&str], depth: usize, blocks: &mut Vec<Block>) -> usize {
    match begin {
        Begins::Rule => {
            blocks.push(Block::Rule);
            1
        }
        Begins::Heading(level, text) => {
            let used = 1 + plain_lines(&rest[1..]);
            let content = lines(text, &rest[1..used]);
            blocks.extend((!content.is_empty()).then_some(Block::Heading(level, content)));
            used
        }
        Begins::Paragraph(text) => {
            let used = 1 + plain_lines(&rest[1..]);
            let content = lines(text, &rest[1..used]);
            blocks.extend((!content.is_empty()).then_some(Block::Paragraph(content)));
            used
        }
        Begins::Quote(text) => {
            let used = 1 + plain_lines(&rest[1..]);
            let content = lines(text, &rest[1..used]);
            blocks.extend((!content.is_empty()).then(|| Block::Quote(vec![Block::Paragraph(content)])));
            used
        }
        Begins::Code(text) => {
            let used = 1 + rest[1..].iter().take_while(|line| !line.is_empty()).count();
            let text =
                std::iter::once(text).chain(rest[1..used].iter().copied()).collect::<Vec<_>>().join("\n");
            blocks.extend(code(String::new(), &text));
            used
        }
        Begins::Quoted(_) => quotation(rest, depth, blocks),
        Begins::Row(_) => table(rest, blocks),
        Begins::Item(..) => list(rest, blocks),
        Begins::Preformatted => preformatted(rest, blocks),
    }
}

/// How many lines go on with a paragraph.
fn plain_lines(rest: &[&str]) -> usize {
    rest.iter().take_while(|line| !line.is_empty() && begins(line).is_none()).count()
}

fn paragraph(rest: &[&str], blocks: &mut Vec<Block>) -> usize {
    let used = 1 + plain_lines(&rest[1..]);
    let content = lines(rest[0], &rest[1..used]);
    blocks.extend((!content.is_empty()).then_some(Block::Paragraph(content)));
    used
}

fn quotation(rest: &[&str], depth: usize, blocks: &mut Vec<Block>) -> usize {
    let inner: Vec<&str> = rest
        .iter()
        .map_while(|line| match begins(line) {
            Some(Begins::Quoted(inner)) => Some(inner),
            _ => None,
        })
        .collect();
    let used = inner.len();
    let inner = if depth < limits::MARKUP_DEPTH / 2 {
        self::blocks(&inner, depth + 1)
    } else {
        // Deeper, signs of quotation are letters.
        let content = lines(inner[0], &inner[1..]);
        vec![Block::Paragraph(content)]
    };
    blocks.extend((!inner.is_empty()).then_some(Block::Quote(inner)));
    used
}

fn table(rest: &[&str], blocks: &mut Vec<Block>) -> usize {
    let rows: Vec<_> = rest
        .iter()
        .map_while(|line| match begins(line) {
            Some(Begins::Row(row)) => Some(cells(row)),
            _ => None,
        })
        .collect();
    let used = rows.len();
    blocks.push(Block::Table(rows));
    used
}

/// One item: how deep, of which kind, and its text.
struct Item {
    depth: usize,
    ordered: bool,
    content: Vec<Block>,
}

fn list(rest: &[&str], blocks: &mut Vec<Block>) -> usize {
    let mut items = Vec::new();
    let mut used = 0;
    while let Some(Begins::Item(signs, text)) = rest.get(used).and_then(|line| begins(line)) {
        let more = plain_lines(&rest[used + 1..]);
        let content = lines(text, &rest[used + 1..used + 1 + more]);
        used += 1 + more;
        items.push(Item {
            depth: signs.len().min(limits::MARKUP_DEPTH / 2),
            ordered: signs.ends_with('#'),
            content: vec![Block::Paragraph(content)],
        });
    }
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        blocks.push(nested(&mut items, 1));
    }
    used
}

/// The list at a depth: its items, and the deeper ones as lists of those before them.
fn nested(items: &mut std::iter::Peekable<impl Iterator<Item = Item>>, depth: usize) -> Block {
    let ordered = items.peek().is_some_and(|item| item.ordered && item.depth == depth);
    let mut list: Vec<Vec<Block>> = Vec::new();
    while let Some(next) = items.peek() {
        if next.depth > depth {
            let inner = nested(items, depth + 1);
            match list.last_mut() {
                Some(item) => item.push(inner),
                None => list.push(vec![inner]),
            }
        } else if next.depth < depth || next.ordered != ordered && !list.is_empty() {
            break;
        } else if let Some(item) = items.next() {
            list.push(item.content);
        }
    }
    Block::List { ordered, items: list }
}

/// `<pre>`, perhaps with `<code class="ruby">` inside, to `</pre>`; what stands after that on its line goes on as text.
fn preformatted(rest: &[&str], blocks: &mut Vec<Block>) -> usize {
    let end = rest.iter().position(|line| line.contains("</pre>"));
    let used = end.map_or(rest.len(), |end| end + 1);
    let whole = rest[..used].join("\n");
    let (inside, after) = whole.split_once("</pre>").unwrap_or((&whole, ""));
    let inside = inside.split_once('>').map_or("", |(_, inside)| inside);
    let (language, inside) = code_inside(inside);
    blocks.extend(code(language, inside));
    let after = running(after);
    blocks.extend((!after.is_empty()).then_some(Block::Paragraph(after)));
    used
}

fn code_inside(text: &str) -> (String, &str) {
    let Some((tag, inside)) = text.trim_start().strip_prefix("<code").and_then(|rest| rest.split_once('>'))
    else {
        return (String::new(), text);
    };
    let class = tag.split_once("class=").map_or("", |(_, class)| class.trim_matches(['"', '\'', ' ']));
    let inside = inside.trim_end();
    (
        language(class.strip_prefix("language-").unwrap_or(class)),
        inside.strip_suffix("</code>").unwrap_or(inside),
    )
}
