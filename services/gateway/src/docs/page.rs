//! The frame around a page.

use super::markdown::escaped;

/// A complete HTML page with this title and body.
pub(crate) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} · Throughline</title>\n<link rel=\"stylesheet\" href=\"/docs/assets/docs.css\">\n</head>\n<body>\n\
         <header><a class=\"home\" href=\"/\">Throughline</a><nav><a href=\"/docs\">API</a><a href=\"/docs/problems\">Problems</a></nav></header>\n\
         <main class=\"text\">\n{body}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}
