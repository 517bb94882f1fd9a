//! As much Markdown as our own pages use: headings, paragraphs, lists, tables, code, emphasis, links.

use std::fmt::Write as _;

/// Markdown as HTML. Only for pages that are part of this program.
pub(crate) fn html(markdown: &str) -> String {
    let mut out = String::new();
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(fence) = line.strip_prefix("```") {
            let _ = fence;
            let code: Vec<_> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            let _ = writeln!(out, "<pre><code>{}</code></pre>", escaped(&code.join("\n")));
        } else if let Some((level, text)) = heading(line) {
            let _ = writeln!(out, "<h{level}>{}</h{level}>", inline(text));
        } else if is_row(line) {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| is_row(line)) {
                rows.push(row);
            }
            table(&mut out, &rows);
        } else if let Some(ordered) = item(line).map(|(ordered, _)| ordered) {
            let mut items = vec![item(line).map_or_else(String::new, |(_, text)| text.to_owned())];
            while let Some(next) = lines.next_if(|line| item(line).is_some() || line.starts_with("  ")) {
                match (item(next), items.last_mut()) {
                    (Some((_, text)), _) => items.push(text.to_owned()),
                    (None, Some(last)) => {
                        last.push(' ');
                        last.push_str(next.trim());
                    }
                    (None, None) => {}
                }
            }
            list(&mut out, ordered, &items);
        } else if !line.trim().is_empty() {
            let mut text = line.to_owned();
            while let Some(next) = lines.next_if(|line| is_text(line)) {
                text.push('\n');
                text.push_str(next);
            }
            let _ = writeln!(out, "<p>{}</p>", inline(&text));
        }
    }
    out
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?.strip_prefix(' ')?;
    (1..=4).contains(&level).then_some((level, text))
}

fn is_row(line: &str) -> bool {
    line.starts_with('|')
}

fn item(line: &str) -> Option<(bool, &str)> {
    let unordered = line.strip_prefix("- ").map(|text| (false, text));
    unordered.or_else(|| {
        let (number, text) = line.split_once(". ")?;
        (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((true, text))
    })
}

fn is_text(line: &str) -> bool {
    !line.trim().is_empty()
        && heading(line).is_none()
        && !is_row(line)
        && item(line).is_none()
        && !line.starts_with("```")
}

fn list(out: &mut String, ordered: bool, items: &[String]) {
    let tag = if ordered { "ol" } else { "ul" };
    let _ = writeln!(out, "<{tag}>");
    for item in items {
        let _ = writeln!(out, "<li>{}</li>", inline(item));
    }
    let _ = writeln!(out, "</{tag}>");
}

fn table(out: &mut String, rows: &[&str]) {
    let cells =
        |row: &str| row.trim_matches('|').split('|').map(|cell| inline(cell.trim())).collect::<Vec<_>>();
    let is_rule = |row: &str| row.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '));
    out.push_str("<table>\n");
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| !is_rule(row)) {
        let tag = if index == 0 { "th" } else { "td" };
        let cells: String = cells(row).into_iter().map(|cell| format!("<{tag}>{cell}</{tag}>")).collect();
        let _ = writeln!(out, "<tr>{cells}</tr>");
    }
    out.push_str("</table>\n");
}

/// Code, emphasis and links within a line.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", escaped(part));
        } else {
            out.push_str(&strong(&links(&escaped(part))));
        }
    }
    out
}

fn strong(text: &str) -> String {
    let parts: Vec<_> = text.split("**").collect();
    let wrap = |(index, part): (usize, &&str)| {
        if index % 2 == 1 { format!("<strong>{part}</strong>") } else { (*part).to_owned() }
    };
    parts.iter().enumerate().map(wrap).collect()
}

fn links(text: &str) -> String {
    let Some((before, rest)) = text.split_once('[') else { return text.to_owned() };
    let Some((label, rest)) = rest.split_once("](") else { return text.to_owned() };
    let Some((address, after)) = rest.split_once(')') else { return text.to_owned() };
    format!("{before}<a href=\"{address}\">{label}</a>{}", links(after))
}

/// Text that HTML takes as it is.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_rendered() {
        let page = "# A `b` <c>\n\nOne\ntwo **three** [four](/five).\n\n- x\n- y\n  z\n\n1. a\n\n| h | i |\n| --- | --- |\n| `j` | k |\n\n```json\n<1>\n```\n";
        let expected = "<h1>A <code>b</code> &lt;c&gt;</h1>\n<p>One\ntwo <strong>three</strong> <a href=\"/five\">four</a>.</p>\n\
            <ul>\n<li>x</li>\n<li>y z</li>\n</ul>\n<ol>\n<li>a</li>\n</ol>\n<table>\n<tr><th>h</th><th>i</th></tr>\n\
            <tr><td><code>j</code></td><td>k</td></tr>\n</table>\n<pre><code>&lt;1&gt;</code></pre>\n";
        assert_eq!(html(page), expected);
    }
}
