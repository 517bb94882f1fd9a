//! Addresses of links and images: only those that do nothing but lead somewhere.

/// Schemes that a link may have. Without one, an address is relative.
const SCHEMES: [&str; 6] = ["http", "https", "mailto", "tel", "ftp", "cid"];
/// Characters of an address.
const LONGEST: usize = 2_000;

/// The address without what browsers overlook, or nothing when following it could run something.
pub(super) fn safe(address: &str) -> Option<String> {
    let plain: String = address.chars().filter(|c| !c.is_control()).take(LONGEST + 1).collect();
    let plain = plain.trim().replace(' ', "%20");
    if plain.is_empty() || plain.chars().count() > LONGEST {
        return None;
    }
    let colon = plain.find(':');
    let path = plain.find(['/', '?', '#']);
    let scheme = colon.filter(|colon| path.is_none_or(|path| *colon < path)).map(|colon| &plain[..colon]);
    let fits = scheme.is_none_or(|scheme| SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)));
    fits.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leads_somewhere() {
        for kept in ["https://a/b?c=d:e#f", "mailto:a@b", "/x:y", "#top", "x.html", "//host/x", "HTTP://A"] {
            assert_eq!(safe(kept).as_deref(), Some(kept));
        }
        for refused in [
            "javascript:alert(1)",
            "java\nscript:x",
            " JaVaScRiPt:x",
            "data:text/html,x",
            "vbscript:x",
            "",
            "\u{1}javascript:x",
        ] {
            assert_eq!(safe(refused), None, "{refused}");
        }
        assert_eq!(safe("a b").as_deref(), Some("a%20b"));
        assert_eq!(safe(&"x".repeat(3_000)), None);
    }
}
