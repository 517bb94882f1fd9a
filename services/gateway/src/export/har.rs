//! HTTP Archive 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), as browsers' developer tools import it.

use serde_json::{Map, Value, json};
use throughline_domain::Phase;

use super::bundle::Bundle;

/// All exchanges of a run; each phase is a page.
pub(super) fn archive(bundle: &Bundle) -> Value {
    let entries: Vec<_> = bundle.exchanges().map(|(phase, exchange)| entry(phase, exchange)).collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "Throughline", "version": env!("CARGO_PKG_VERSION") },
        "pages": pages(bundle),
        "entries": entries,
    } })
}

fn pages(bundle: &Bundle) -> Vec<Value> {
    let page = |phase: Phase, title: &str| {
        let first = bundle.exchanges().find(|(found, _)| *found == phase)?.1;
        Some(
            json!({ "id": phase.as_str(), "title": title, "startedDateTime": first["at"], "pageTimings": {} }),
        )
    };
    [page(Phase::ExtractHttp, "Source"), page(Phase::LoadHttp, "Target")].into_iter().flatten().collect()
}

fn entry(phase: Phase, exchange: &Value) -> Value {
    let timings = &exchange["timings"];
    let mut entry = json!({
        "pageref": phase.as_str(),
        "startedDateTime": exchange["at"],
        "time": timings["total_ms"].as_f64().unwrap_or(0.0),
        "request": request(&exchange["request"]),
        "response": response(exchange),
        "cache": {},
        "timings": phases_of(timings),
        "_id": exchange["id"], "_attempt": exchange["attempt"],
    });
    if let Some(address) = exchange["remote_address"].as_str() {
        entry["serverIPAddress"] = json!(without_port(address));
    }
    entry
}

fn request(request: &Value) -> Value {
    let url = request["url"].as_str().unwrap_or_default();
    let mut shown = json!({
        "method": request["method"], "url": url, "httpVersion": "HTTP/1.1",
        "cookies": [], "headers": headers(&request["headers"]), "queryString": query(url),
        "headersSize": -1, "bodySize": request["body"]["size"].as_i64().unwrap_or(0),
    });
    if let Some((text, is_base64)) = text(&request["body"]) {
        let mut data = json!({ "mimeType": media(&request["body"]), "text": text });
        if is_base64 {
            data["_encoding"] = json!("base64");
        }
        shown["postData"] = data;
    }
    shown
}

/// A request that got no answer has status 0, as browsers write it.
fn response(exchange: &Value) -> Value {
    let response = &exchange["response"];
    let mut content = json!({ "size": response["body"]["size"].as_i64().unwrap_or(0), "mimeType": media(&response["body"]) });
    if let Some((text, is_base64)) = text(&response["body"]) {
        content["text"] = json!(text);
        if is_base64 {
            content["encoding"] = json!("base64");
        }
    }
    let mut shown = json!({
        "status": response["status"].as_i64().unwrap_or(0), "statusText": "",
        "httpVersion": response["http_version"].as_str().unwrap_or("HTTP/1.1"),
        "cookies": [], "headers": headers(&response["headers"]), "content": content, "redirectURL": "",
        "headersSize": -1, "bodySize": response["body"]["size"].as_i64().unwrap_or(-1),
    });
    if let Some(error) = exchange["error"]["message"].as_str() {
        shown["_error"] = json!(error);
    }
    shown
}

fn headers(headers: &Value) -> Vec<Value> {
    let all = headers.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|pair| json!({ "name": pair[0], "value": pair[1] })).collect()
}

fn query(url: &str) -> Vec<Value> {
    let pairs = url.split_once('?').map(|(_, query)| query.split('#').next().unwrap_or_default());
    let pairs =
        url::form_urlencoded::parse(pairs.unwrap_or_default().as_bytes()).into_owned().collect::<Vec<_>>();
    pairs.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

/// The six parts of the time; -1 for what does not apply. `connect` contains `ssl`, as the format wants it.
fn phases_of(timings: &Value) -> Value {
    let given = |name: &str| timings[name].as_f64();
    let shown = |value: Option<f64>| value.unwrap_or(-1.0);
    let (dns, tls) = (given("dns_ms"), given("tls_ms"));
    let connect = given("connect_ms").map(|connect| connect + tls.unwrap_or(0.0));
    let before = dns.unwrap_or(0.0) + connect.unwrap_or(0.0);
    let (first, total) = (given("first_byte_ms"), given("total_ms").unwrap_or(0.0));
    let wait = (first.unwrap_or(total) - before).max(0.0);
    let receive = first.map_or(0.0, |first| (total - first).max(0.0));
    let mut parts = Map::new();
    for (name, value) in [("dns", shown(dns)), ("connect", shown(connect)), ("ssl", shown(tls))] {
        parts.insert(name.to_owned(), json!(value));
    }
    for (name, value) in [("blocked", -1.0), ("send", 0.0), ("wait", wait), ("receive", receive)] {
        parts.insert(name.to_owned(), json!(value));
    }
    Value::Object(parts)
}

fn text(body: &Value) -> Option<(&str, bool)> {
    let plain = body["text"].as_str().map(|text| (text, false));
    plain.or_else(|| body["base64"].as_str().map(|text| (text, true)))
}

fn media(body: &Value) -> &str {
    body["content_type"].as_str().unwrap_or_default()
}

fn without_port(address: &str) -> &str {
    address
        .parse::<std::net::SocketAddr>()
        .ok()
        .and_then(|_| address.rsplit_once(':'))
        .map_or(address, |(host, _)| host.trim_matches(['[', ']']))
}
