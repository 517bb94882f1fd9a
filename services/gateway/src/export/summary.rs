//! `README.md` of an export: what happened, for somebody who was not there.

use std::fmt::Write as _;

use serde_json::Value;

use super::bundle::Bundle;

/// The summary, as Markdown.
pub(super) fn markdown(bundle: &Bundle) -> String {
    let run = &bundle.run;
    let mut out = format!("# Run {}\n\n", text(&run["id"]));
    let _ = writeln!(out, "| | |\n| --- | --- |");
    let rows = [
        ("Integration", text(&run["integration"]["name"]).to_owned()),
        ("Action", format!("{} (`{}`)", text(&run["action"]["name"]), text(&run["action"]["key"]))),
        ("Revision", run["revision"].to_string()),
        ("Trigger", text(&run["trigger"]).to_owned()),
        ("Status", format!("**{}**", text(&run["status"]))),
        ("Accepted", text(&run["queued_at"]).to_owned()),
        ("Started", text(&run["started_at"]).to_owned()),
        ("Finished", text(&run["finished_at"]).to_owned()),
        ("Duration", run["duration_ms"].as_i64().map_or_else(String::new, |ms| format!("{ms} ms"))),
        ("Records", counts(&run["records"])),
        ("Exported", bundle.exported_at.to_rfc3339()),
    ];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(out, "| {name} | {} |", cell(value));
    }
    out.push_str(&error(&run["error"]));
    out.push_str(&phases(run));
    out.push_str(FILES);
    out
}

fn error(error: &Value) -> String {
    if error.is_null() {
        return String::new();
    }
    let mut out =
        format!("\n## What went wrong\n\n**{}** (`{}`)\n\n", text(&error["title"]), text(&error["code"]));
    let _ = writeln!(out, "{}\n", text(&error["message"]));
    let _ = writeln!(
        out,
        "- Usual cause: {}\n- What to do: {}",
        text(&error["cause"]),
        text(&error["what_to_do"])
    );
    let evidence = error["evidence"].as_object().into_iter().flatten();
    let found: Vec<_> =
        evidence.filter_map(|(name, value)| Some(format!("{name} `{}`", value.as_str()?))).collect();
    if !found.is_empty() {
        let _ = writeln!(out, "- Where to look: {}", found.join(", "));
    }
    out
}

fn phases(run: &Value) -> String {
    let mut out = String::from(
        "\n## Phases\n\n| phase | state | items | size | why not |\n| --- | --- | --- | --- | --- |\n",
    );
    for phase in run["phases"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let size = phase["size_bytes"].as_u64().map_or_else(String::new, |bytes| format!("{bytes} bytes"));
        let items = phase["items"].as_u64().map_or_else(String::new, |items| items.to_string());
        let reason = cell(text(&phase["reason"]));
        let _ = writeln!(
            out,
            "| {} | {} | {items} | {size} | {reason} |",
            text(&phase["phase"]),
            text(&phase["state"])
        );
    }
    out
}

fn counts(records: &Value) -> String {
    let all = records.as_object().into_iter().flatten();
    let some: Vec<_> = all
        .filter(|(_, count)| count.as_u64() != Some(0))
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

const FILES: &str = "
## Files

| file | what |
| --- | --- |
| `run.json` | the run as the API shows it |
| `records.json` | what became of each record |
| `phases/*.json` | the captured phases |
| `http.har` | all HTTP exchanges; import it in the network tab of a browser's developer tools |
| `curl.sh` | the requests as curl commands |
| `revision.json` | the integration document that was in force |

Files are missing where nothing was captured. Secrets read `[masked:kind:tag]`; equal tags stand for equal values.
";
