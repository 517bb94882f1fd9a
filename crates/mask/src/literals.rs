//! Finding the literal values of secrets, in whatever form they appear.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::spans::Span;
use crate::tag::{Kind, Tagger};
use crate::views::View;

/// Shorter secrets are not looked for: they would hide half of every text.
const SHORTEST: usize = 4;
/// Secrets shorter than this are hidden only where they stand alone.
const SHORTEST_ANYWHERE: usize = 8;

/// Where a form may match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    WholeToken,
    /// Inside base64: what is hidden is the whole run of base64 characters around it.
    Base64Run,
}

/// Every form of every secret, as one automaton.
#[derive(Clone)]
pub(crate) struct Literals {
    automaton: Option<AhoCorasick>,
    forms: Vec<(Place, usize)>,
    masks: Vec<String>,
    longest: usize,
    usable: bool,
}

impl Literals {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a str>, tagger: &Tagger) -> Self {
        let mut patterns = Vec::new();
        let mut forms = Vec::new();
        let mut masks = Vec::new();
        for secret in secrets.map(str::trim).filter(|secret| secret.chars().count() >= SHORTEST) {
            for (place, form) in forms_of(secret) {
                patterns.push(form);
                forms.push((place, masks.len()));
            }
            masks.push(tagger.mask(Kind::Secret, secret.as_bytes()));
        }
        let longest = patterns.iter().map(Vec::len).max().unwrap_or(0);
        let built = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns);
        let usable = built.is_ok();
        Self { automaton: built.ok().filter(|_| !patterns.is_empty()), forms, masks, longest, usable }
    }

    /// The length of the longest form: a text that was cut may end with less than this of a secret.
    pub(crate) const fn longest(&self) -> usize {
        self.longest
    }

    /// Adds every range of `text` that holds a secret, read as it is, unescaped, percent-decoded, or both.
    pub(crate) fn find(&self, text: &[u8], spans: &mut Vec<Span>) {
        if !self.usable {
            spans.push(Span::new(0..text.len(), "[masked:secret:00000000]".to_owned()));
        }
        let Some(automaton) = &self.automaton else { return };
        self.find_in(automaton, text, |range| range, spans);
        for view in views_of(text) {
            self.find_in(automaton, &view.bytes, |range| view.origin(range), spans);
        }
    }

    fn find_in(
        &self,
        automaton: &AhoCorasick,
        text: &[u8],
        origin: impl Fn(Range<usize>) -> Range<usize>,
        spans: &mut Vec<Span>,
    ) {
        for found in automaton.find_overlapping_iter(text) {
            let (place, secret) = self.forms[found.pattern().as_usize()];
            let hidden = match place {
                Place::Anywhere => found.range(),
                Place::WholeToken if is_token(text, found.range()) => found.range(),
                Place::WholeToken => continue,
                Place::Base64Run => run_around(text, found.range()),
            };
            spans.push(Span::new(origin(hidden), self.masks[secret].clone()));
        }
    }
}

/// What a reader of this text might see: JSON escapes read, percent-encoding read, and both after each other.
fn views_of(text: &[u8]) -> Vec<View> {
    let json = View::json(text);
    let both = json.as_ref().and_then(|view| view.then(View::percent));
    let twice = json.as_ref().and_then(|view| view.then(View::json));
    let percent = View::percent(text);
    let percent_twice = percent.as_ref().and_then(|view| view.then(View::percent));
    [json, both, twice, percent, percent_twice].into_iter().flatten().collect()
}

/// The forms that the views do not already undo.
fn forms_of(secret: &str) -> Vec<(Place, Vec<u8>)> {
    let long = secret.chars().count() >= SHORTEST_ANYWHERE;
    let place = if long { Place::Anywhere } else { Place::WholeToken };
    let hex = hex::encode(secret);
    let mut forms = vec![
        (place, secret.as_bytes().to_vec()),
        (Place::Anywhere, hex.to_ascii_uppercase().into_bytes()),
        (Place::Anywhere, hex.into_bytes()),
    ];
    forms.extend(respelt(secret).into_iter().map(|text| (place, text.into_bytes())));
    if long {
        forms.extend(
            (0..3).flat_map(|shift| base64_cores(secret, shift)).map(|core| (Place::Base64Run, core)),
        );
    } else {
        let whole = [STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
        forms.extend(whole.map(|text| (Place::WholeToken, text.into_bytes())));
    }
    forms.sort_by(|a, b| a.1.cmp(&b.1));
    forms.dedup_by(|a, b| a.1 == b.1);
    forms
}

/// Spellings that are not escapes: `+` for a space, HTML entities.
fn respelt(secret: &str) -> Vec<String> {
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let spellings = [
        secret.replace(' ', "+"),
        html.replace('"', "&quot;").replace('\'', "&#39;"),
        html.replace('"', "&#34;").replace('\'', "&#39;"),
        html.replace('"', "&quot;").replace('\'', "&#x27;"),
        html,
    ];
    spellings.into_iter().filter(|spelling| spelling != secret).collect()
}

/// The characters of base64 that depend on the secret alone, when `shift` bytes (modulo 3) stand before it.
fn base64_cores(secret: &str, shift: usize) -> [Vec<u8>; 2] {
    let padded = [&b"\0\0"[..shift], secret.as_bytes()].concat();
    let first = [0, 2, 3][shift];
    let last = padded.len() * 8 / 6;
    [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)]
        .map(|text| text.as_bytes()[first..last].to_vec())
}

fn is_token(text: &[u8], range: Range<usize>) -> bool {
    let is_word =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 128);
    let before = range.start.checked_sub(1).and_then(|at| text.get(at));
    !is_word(before) && !is_word(text.get(range.end))
}

fn run_around(text: &[u8], range: Range<usize>) -> Range<usize> {
    let in_run = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    let before = text[..range.start].iter().rev().take_while(|byte| in_run(byte)).count();
    let after = text[range.end..].iter().take_while(|byte| in_run(byte)).count();
    range.start - before..range.end + after
}
