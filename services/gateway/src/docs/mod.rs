//! Pages for people: the API browser, and one page per problem. All from this program; no script or style is inline.

mod embedded;
pub(crate) mod markdown;
mod page;

pub(crate) use embedded::{static_file, title};
pub use embedded::{problem_page, problem_pages};
pub(crate) use page::page;
