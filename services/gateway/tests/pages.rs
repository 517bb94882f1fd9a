//! Every code owns a page, and every page a code.

use std::collections::BTreeSet;

use throughline_domain::ErrorCode;
use throughline_gateway::{ProblemCode, problem_pages};

/// Codes that the console makes itself when no answer of ours came.
const OF_THE_CONSOLE: [&str; 2] = ["unexpected_answer", "unreachable"];

#[test]
fn codes_and_pages_are_the_same_set() {
    let pages: BTreeSet<_> = problem_pages().iter().map(|(code, _)| *code).collect();
    let mut codes: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    codes.extend(ErrorCode::ALL.iter().map(|code| code.as_str()));
    codes.extend(OF_THE_CONSOLE);
    assert_eq!(pages.difference(&codes).collect::<Vec<_>>(), Vec::<&&str>::new(), "pages without a code");
    assert_eq!(codes.difference(&pages).collect::<Vec<_>>(), Vec::<&&str>::new(), "codes without a page");
}

#[test]
fn every_page_answers_the_four_questions() {
    for (code, text) in problem_pages() {
        assert!(text.starts_with("# ") && text.contains(&format!("`{code}`")), "{code}");
        for heading in ["## What happened", "## Likely causes", "## What to do", "## Where to look"] {
            assert!(text.contains(heading), "{code} has no {heading}");
        }
    }
}

/// A code never means two things: where the API and runs share one, they share its meaning.
#[test]
fn only_the_internal_fault_is_shared() {
    let of_runs: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let shared: Vec<_> =
        ProblemCode::ALL.iter().map(|code| code.as_str()).filter(|code| of_runs.contains(code)).collect();
    assert_eq!(shared, ["internal_fault"]);
}
