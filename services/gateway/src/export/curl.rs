//! The requests of a run as curl commands. What was masked must be filled in by hand.

use std::fmt::Write as _;

use serde_json::Value;

use super::bundle::Bundle;

/// Headers that curl sets itself.
const CURL_SETS: [&str; 5] = ["host", "content-length", "accept-encoding", "connection", "user-agent"];

/// A shell script with one command per exchange.
pub(super) fn script(bundle: &Bundle) -> String {
    let mut script = String::from(
        "#!/bin/sh\n# The requests of this run, in order. Nothing runs by itself: remove the `#` in front of a command.\n\
         # Replace [masked:…] by the value that belongs there. A command that writes, writes again.\n",
    );
    for (phase, exchange) in bundle.exchanges() {
        let status = exchange["response"]["status"]
            .as_i64()
            .map_or_else(|| "no answer".to_owned(), |code| code.to_string());
        let _ = writeln!(
            script,
            "\n# {phase} {}, attempt {}: {status}",
            text(&exchange["id"]),
            exchange["attempt"]
        );
        for line in command(&exchange["request"]).lines() {
            let _ = writeln!(script, "# {line}");
        }
    }
    script
}

fn command(request: &Value) -> String {
    let mut command =
        format!("curl -sS -i -X {} {}", quoted(text(&request["method"])), quoted(text(&request["url"])));
    let headers = request["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let sent = |pair: &&Value| !CURL_SETS.contains(&text(&pair[0]).to_ascii_lowercase().as_str());
    for pair in headers.iter().filter(sent) {
        let _ = write!(command, " \\\n  -H {}", quoted(&format!("{}: {}", text(&pair[0]), text(&pair[1]))));
    }
    if let Some(body) = request["body"]["text"].as_str().filter(|body| !body.is_empty()) {
        let _ = write!(command, " \\\n  --data-binary {}", quoted(body));
    } else if request["body"]["base64"].is_string() {
        command.push_str(" \\\n  --data-binary @body.bin");
    }
    command
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A word that a POSIX shell takes as it is.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn quotes_and_line_breaks_stay_commented_and_quoted() {
        assert_eq!(quoted("it's"), r"'it'\''s'");
        let request = json!({ "method": "POST", "url": "https://x/y?a=b&c", "headers": [["Host", "x"], ["X-A", "1"]],
            "body": { "text": "line 1\nline 2" } });
        let command = command(&request);
        assert!(command.contains("-H 'X-A: 1'") && !command.contains("Host"));
        assert!(command.ends_with("--data-binary 'line 1\nline 2'"));
    }
}
