//! Certificates of authorities that a tenant trusts: those of its own systems.

use reqwest::Certificate;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates in a PEM text; `None` when it holds none, or something that is no certificate. Line breaks may be missing: a
/// form with one line takes them away.
pub(crate) fn read_authorities(pem: &str) -> Option<Vec<Certificate>> {
    let lines = pem.replace(BEGIN, &format!("\n{BEGIN}\n")).replace(END, &format!("\n{END}\n"));
    Certificate::from_pem_bundle(lines.as_bytes()).ok().filter(|found| !found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::read_authorities;

    #[test]
    fn certificates_are_found_with_and_without_line_breaks() {
        // What is between the lines is looked at by the client, when it is made.
        let one = "-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n";
        let count = |text: &str| read_authorities(text).map(|found| found.len());
        assert_eq!(count(one), Some(1));
        assert_eq!(count(&one.repeat(2)), Some(2));
        assert_eq!(count(&one.replace('\n', "")), Some(1));
        assert_eq!((count(""), count("hello"), count(&one.replace("END", "FIN"))), (None, None, None));
    }
}
