//! What any text keeps, whatever it is turned into; and what no text can do.

use proptest::prelude::*;

use super::{Markup, convert};
use crate::limits;

fn to(text: &str, from: Markup, to: Markup) -> String {
    convert(text, from, to).unwrap()
}

/// Texts with everything in them that means something somewhere.
fn tricky() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-zé0-9]{1,6}",
        2 => Just(" ".to_owned()),
        1 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        3 => "[*_~`#>|<&;:.!@\\[\\](){}+=^%\"'\\\\/?$-]{1,3}",
        1 => prop::sample::select(vec![
            "<b>", "</b>", "<p>", "<ul><li>", "</li>", "</ul>", "<table><tr><td>", "</td>", "</table>", "<script>", "</script>",
            "<pre>", "</pre>", "<code>", "</code>", "<a href=\"javascript:x\">", "</a>", "<blockquote>", "<br>", "<!--", "-->",
            "h1. ", "bq. ", "* ", "# ", "1. ", "- ", "> ", "| a | b |", "|a|b|", "---", "```", "    ", "\"x\":http://a.b/c", "[x](http://a.b)",
            "!a.png!", "![x](y.png)", "http://a_b_.c/*d*", "&#42;", "&lt;", "@x@", "**", "__", "==", "??", "<http://a.b>", "h1. x\n",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// What a plain text is, apart from white space at the ends of lines and empty lines in a row.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line.to_owned());
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn plain_text_survives_round_trips(text in tricky()) {
        for notation in Markup::ALL {
            let there = to(&text, Markup::Text, *notation);
            let back = to(&there, *notation, Markup::Text);
            prop_assert_eq!(lines(&back), lines(&text), "through {}: {:?}", notation, there);
        }
    }

    #[test]
    fn html_that_was_written_is_safe_and_stays_as_it_is(text in tricky(), from in prop::sample::select(Markup::ALL)) {
        let html = to(&text, from, Markup::Html);
        prop_assert_eq!(to(&html, Markup::Html, Markup::Html), html.clone());
        let lower = html.to_lowercase();
        prop_assert!(!lower.contains("<script") && !lower.contains("=\"javascript:"), "{html}");
    }

    #[test]
    fn rich_text_keeps_its_letters(text in tricky(), from in prop::sample::select(Markup::ALL), via in prop::sample::select(Markup::ALL)) {
        let words = |text: &str| {
            text.chars().filter(|c| c.is_alphanumeric()).collect::<String>()
        };
        let straight = to(&text, from, Markup::Html);
        let detour = to(&to(&text, from, via), via, Markup::Html);
        let letters = |html: &str| words(&to(html, Markup::Html, Markup::Text));
        if via != Markup::Text {
            prop_assert_eq!(letters(&detour), letters(&straight), "{}", to(&text, from, via));
        }
    }

    #[test]
    fn nothing_panics_and_everything_is_bounded(text in any::<String>(), more in tricky()) {
        for from in Markup::ALL {
            for notation in Markup::ALL {
                for text in [&text, &more] {
                    let written = to(text, *from, *notation);
                    prop_assert!(written.len() <= 400 + text.len() * 60, "{from} to {notation}");
                }
            }
        }
    }
}

#[test]
fn depth_and_size_are_bounded() {
    let hostile = [
        "<blockquote>".repeat(4_000),
        "<ul><li>".repeat(4_000),
        "<table><tr><td>".repeat(2_000),
        "<b><i>".repeat(4_000),
        "> ".repeat(4_000),
        "- ".repeat(2_000),
        "* a\n".repeat(1_000) + &"*".repeat(4_000) + " b",
        "[".repeat(6_000),
        "*_+^~".repeat(2_000),
        "<code>".repeat(2_000),
        "<pre>".repeat(2_000),
        "@ a".repeat(2_000),
        "\"a".repeat(4_000),
        "!(".repeat(2_000),
        "((((".repeat(2_000),
        "&".repeat(8_000),
        "<a href=x>".repeat(2_000),
        "|".repeat(4_000),
        "|a|\n|-|\n".to_owned() + &"|".repeat(6_000),
        "`".repeat(6_000),
        "`a``".repeat(2_000),
        "![](".repeat(2_000),
        "<!--".repeat(2_000),
        "h1. ".repeat(2_000),
    ];
    for text in &hostile {
        for from in Markup::ALL {
            for notation in Markup::ALL {
                if let Ok(written) = convert(text, *from, *notation) {
                    assert!(written.len() <= limits::OUTPUT_BYTES);
                }
            }
        }
    }
}

/// A ticket with a bit of everything.
const TICKET: &str = "<h2>Disk full</h2><p>Host <b>db1</b> has <i>no <u>space</u></i> left.<br>See <a href=\"https://wiki/x?a=1&amp;b=2\">the \
    wiki</a>.</p><ul><li>stop <code>backup</code></li><li>then<ol><li>clean</li><li>start</li></ol></li></ul><blockquote><p>It was \
    <s>fine</s>.</p></blockquote><pre><code class=\"language-sh\">df -h\nrm *</code></pre><table><tr><th>Disk</th><th>Use</th></tr><tr><td>sda</td>\
    <td>100%</td></tr></table><hr><p><img src=\"https://x/a.png\" alt=\"graph\"></p><script>alert(1)</script>";

#[test]
fn a_ticket_in_markdown() {
    insta::assert_snapshot!(to(TICKET, Markup::Html, Markup::Markdown));
}

#[test]
fn a_ticket_in_textile() {
    insta::assert_snapshot!(to(TICKET, Markup::Html, Markup::Textile));
}

#[test]
fn a_ticket_in_plain_text() {
    insta::assert_snapshot!(to(TICKET, Markup::Html, Markup::Text));
}

#[test]
fn a_ticket_comes_back_the_same() {
    let html = to(TICKET, Markup::Html, Markup::Html);
    for notation in [Markup::Markdown, Markup::Textile] {
        let there = to(TICKET, Markup::Html, notation);
        assert_eq!(to(&there, notation, Markup::Html), html, "through {notation}");
    }
}

#[test]
fn textile_as_redmine_shows_it() {
    for (textile, html) in [
        ("h3(note). Title", "<h3>Title</h3>"),
        (
            "a *b* _c_ -d- +e+ ^f^ ~g~ @h@",
            "<p>a <strong>b</strong> <em>c</em> <del>d</del> <u>e</u> <sup>f</sup> <sub>g</sub> <code>h</code></p>",
        ),
        ("*_both_*, %{color:red}red%", "<p><strong><em>both</em></strong>, red</p>"),
        ("2 * 3 * 4 and a_b_c and 5-6", "<p>2 * 3 * 4 and a_b_c and 5-6</p>"),
        ("\"wiki\":https://a.b/c_d. End", "<p><a href=\"https://a.b/c_d\">wiki</a>. End</p>"),
        ("say \"this\" and \"that(title)\":/x", "<p>say &quot;this&quot; and <a href=\"/x\">that</a></p>"),
        ("\"x\":javascript:alert(1)", "<p>&quot;x&quot;:javascript:alert(1)</p>"),
        (
            "!>a.png(alt text)!:http://x",
            "<p><a href=\"http://x\"><img src=\"a.png\" alt=\"alt text\"></a></p>",
        ),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("bq. said", "<blockquote><p>said</p></blockquote>"),
        ("> a\n> > b", "<blockquote><p>a</p>\n<blockquote><p>b</p></blockquote></blockquote>"),
        ("* a\n** b\n* c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("|_. A|B|\n|\\2. c|", "<table><tr><th>A</th><td>B</td></tr><tr><td>c</td></tr></table>"),
        (
            "<pre><code class=\"ruby\">\na <b>\n</code></pre>",
            "<pre><code class=\"language-ruby\">a &lt;b&gt;</code></pre>",
        ),
        ("==*plain*== <notextile>_x_</notextile>", "<p>*plain* _x_</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("&#42;a&#42; &amp;", "<p>*a* &amp;</p>"),
    ] {
        assert_eq!(to(textile, Markup::Textile, Markup::Html), html, "{textile}");
    }
}

#[test]
fn html_as_mail_programs_write_it() {
    for (html, markdown) in [
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<b><p>x</p><p>y</p></b>", "**x**\n\n**y**"),
        ("<p>&nbsp;</p><p>a&nbsp;b</p>", "a\u{a0}b"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"),
        ("<ol><ol><li>x</ol></ol>", "1. 1. x"),
        ("<style>p{}</style><title>t</title>x<object>y</object>", "x"),
        ("a<b>b </b>c", "a**b** c"),
        ("<p>1 < 2 & 3</p>", "1 < 2 & 3"),
        ("<a href='javascript:x'>y</a>", "y"),
        ("<a href='https://x.y'>https://x.y</a>", "<https://x.y>"),
        ("<td>loose</td>", "loose"),
        ("1. not a list", "1\\. not a list"),
        ("<p># no</p><p>*no*</p><p>a_b_c</p>", "\\# no\n\n\\*no\\*\n\na_b_c"),
        ("<b><i>x</i></b>", "**_x_**"),
        ("a<b>\"b\"</b>c", "a<strong>\"b\"</strong>c"),
    ] {
        assert_eq!(to(html, Markup::Html, Markup::Markdown), markdown, "{html}");
    }
}
