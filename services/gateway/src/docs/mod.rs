//! Pages for people: the API browser, and one page per problem. All from this program; no script or style is inline.

mod embedded;
pub(crate) mod markdown;
mod page;

pub use embedded::problem_pages;
pub(crate) use embedded::{problem_page, static_file, title};
pub(crate) use page::page;
