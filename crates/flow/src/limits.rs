//! Every bound of a document and of its evaluation, in one place: nothing that a tenant writes is unbounded.

/// Faults reported at once.
pub const FAULTS: usize = 200;
/// Characters of a name, key or path.
pub const NAME_CHARS: usize = 200;
/// Characters of a description.
pub const DESCRIPTION_CHARS: usize = 4_000;
/// Actions of one integration.
pub const ACTIONS: usize = 50;
/// Named expressions of one action.
pub const EXPRESSIONS: usize = 100;
/// Rules of one map.
pub const RULES: usize = 500;
/// Entries of one value map.
pub const VALUE_MAP_ENTRIES: usize = 2_000;
/// Cases of one conditional rule.
pub const CASES: usize = 50;
/// Conditions of one tree, leaves and branches.
pub const CONDITIONS: usize = 200;
/// Values in the list of an `in` or `not_in`.
pub const LIST_VALUES: usize = 1_000;
/// Levels of a document, of a condition tree or of nested conditionals.
pub const DOCUMENT_DEPTH: usize = 48;
/// Levels of `all`, `any` and `not`.
pub const CONDITION_DEPTH: usize = 12;
/// Levels of conditionals inside conditionals.
pub const CONDITIONAL_DEPTH: usize = 8;
/// Segments of a field path.
pub const PATH_SEGMENTS: usize = 16;
/// Bytes of one template or expression.
pub const TEMPLATE_BYTES: usize = 16 * 1024;
/// Bytes of one regular expression.
pub const REGEX_BYTES: usize = 1_000;
/// Bytes that a compiled regular expression may take; its lazy automaton may take as much again.
pub const REGEX_COMPILED_BYTES: usize = 256 * 1024;
/// Compiled regular expressions that filters keep.
pub const REGEX_CACHE: usize = 256;
/// Fuel of one evaluation: instructions, plus one per 64 bytes of data touched.
pub const FUEL: u64 = 100_000;
/// Frames of one evaluation.
pub const RECURSION: usize = 64;
/// Bytes of one rendered or computed value.
pub const OUTPUT_BYTES: usize = 1024 * 1024;
/// Levels of a computed value, and of JSON parsed by a filter.
pub const VALUE_DEPTH: usize = 64;
/// Bytes of a UQL text.
pub const UQL_BYTES: usize = 32 * 1024;
/// Levels of blocks of a rich text (quotations, lists, tables).
pub const MARKUP_DEPTH: usize = 32;
/// Levels of styles and links in running text.
pub const MARKUP_SPANS: usize = 12;
/// Fields that a query asks for by name.
pub const UQL_FIELDS: usize = 200;
/// Items of the list that a rule works on.
pub const LIST_ITEMS: usize = 1_000;
/// Items that all list rules of one record work on together.
pub const RECORD_ITEMS: u32 = 5_000;
