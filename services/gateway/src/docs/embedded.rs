//! Files that are part of the program: `docs/problems/*.md` and the static files of the pages.

include!(concat!(env!("OUT_DIR"), "/problem_pages.rs"));

/// Every page of `docs/problems`: its code and its Markdown, by code.
pub const fn problem_pages() -> &'static [(&'static str, &'static str)] {
    PROBLEM_PAGES
}

/// The Markdown of a code's page.
pub(crate) fn problem_page(code: &str) -> Option<&'static str> {
    PROBLEM_PAGES.binary_search_by_key(&code, |(code, _)| code).ok().map(|at| PROBLEM_PAGES[at].1)
}

/// The first heading of a page.
pub(crate) fn title(markdown: &str) -> &str {
    markdown.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default()
}

/// A static file of the pages, and its media type.
pub(crate) fn static_file(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "docs.css" => (include_str!("static/docs.css"), "text/css; charset=utf-8"),
        "browser.js" => (include_str!("static/browser.js"), "text/javascript; charset=utf-8"),
        _ => return None,
    })
}
