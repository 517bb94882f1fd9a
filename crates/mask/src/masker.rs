//! The masker.

use std::borrow::Cow;

use regex::Regex;
use secrecy::{ExposeSecret, SecretString};

use crate::literals::Literals;
use crate::masked::{Masked, MaskedText};
use crate::rules::{MaskRule, Rule, field_pattern};
use crate::spans::{Span, replace};
use crate::tag::{Kind, Tagger};

/// Hides what must not be shown: literal secrets in every form, sensitive headers, fields and parameters, and what the
/// tenant's rules name.
#[derive(Clone)]
pub struct Masker {
    pub(crate) tagger: Tagger,
    pub(crate) headers: Vec<String>,
    pub(crate) pointers: Vec<Vec<String>>,
    pub(crate) fields: Option<Regex>,
    literals: Literals,
    patterns: Vec<Regex>,
    secrets: Vec<SecretString>,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Masker({} secrets)", self.secrets.len())
    }
}

impl Masker {
    /// A masker for these secrets and rules; `tag_key` makes its tags comparable within a tenant and useless outside.
    pub fn new(tag_key: &[u8], secrets: &[SecretString], rules: &[MaskRule]) -> Self {
        let tagger = Tagger::new(tag_key);
        let mut masker = Self {
            literals: Literals::new(std::iter::empty(), &tagger),
            tagger,
            headers: Vec::new(),
            pointers: Vec::new(),
            fields: None,
            patterns: Vec::new(),
            secrets: Vec::new(),
        };
        rules.iter().for_each(|rule| masker.add_rule(rule));
        let named =
            masker.pointers.iter().filter_map(|pointer| pointer.last()).filter(|name| *name != "*").cloned();
        masker.fields = field_pattern(&named.collect::<Vec<_>>());
        masker.with_secrets(secrets)
    }

    /// The same masker, for further secrets: a token that was just issued.
    pub fn with_secrets(mut self, more: &[SecretString]) -> Self {
        self.secrets.extend(more.iter().cloned());
        self.literals = Literals::new(self.secrets.iter().map(ExposeSecret::expose_secret), &self.tagger);
        self
    }

    /// Masks a text of any origin: an error message, a log line, the body of a page.
    pub fn text(&self, text: &str) -> MaskedText {
        Masked::new(self.hide(text))
    }

    pub(crate) fn hide(&self, text: &str) -> String {
        match self.hide_bytes(text.as_bytes()) {
            Cow::Borrowed(_) => text.to_owned(),
            Cow::Owned(masked) => String::from_utf8_lossy(&masked).into_owned(),
        }
    }

    pub(crate) fn hide_bytes<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut spans = Vec::new();
        self.literals.find(text, &mut spans);
        self.find_patterns(text, &mut spans);
        replace(text, spans)
    }

    /// How much of the end of a cut text may be the beginning of a secret: each character may be escaped as `\u0000`.
    pub(crate) const fn doubtful_tail(&self) -> usize {
        self.literals.longest() * 6
    }

    fn find_patterns(&self, text: &[u8], spans: &mut Vec<Span>) {
        let Ok(text) = std::str::from_utf8(text) else { return };
        for found in self.patterns.iter().flat_map(|pattern| pattern.find_iter(text)) {
            spans.push(Span::of(text.as_bytes(), found.range(), Kind::Rule, &self.tagger));
        }
    }

    fn add_rule(&mut self, rule: &MaskRule) {
        match &rule.0 {
            Rule::Header(name) => self.headers.push(name.clone()),
            Rule::Pointer(pointer) => self.pointers.push(pointer.clone()),
            Rule::Pattern(pattern) => self.patterns.push(pattern.clone()),
        }
    }
}
