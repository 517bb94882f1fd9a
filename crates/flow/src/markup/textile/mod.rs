//! Textile, as Redmine's wiki text has it: headings, lists, tables, quotations (`bq.` and `>`), `<pre>` and `@code@`,
//! links and images, styles. A style opens after a space or bracket and closes before a space or punctuation, on one line.
//! Macros, wiki links and footnotes stay as the text they are.

mod cells;
mod line;
pub(super) mod read;
mod running;
mod scan;
mod tokens;
pub(super) mod write;
