//! Push-down, order, paging, search, discovery.

use serde_json::{Value, json};
use throughline_connectors::{Catalogue, Connection};
use throughline_domain::ErrorCode;
use throughline_flow::uql::{Order, Query};
use throughline_flow::{Condition, Operator, Record};

use crate::support::*;

fn test(field: &str, op: Operator, value: Value) -> Condition {
    Condition::test(field.parse().unwrap(), op, value)
}

fn query(conditions: Vec<Condition>, order: Option<&str>, limit: Option<u64>) -> Query {
    let order_by =
        order.map(|field| Order { field: field.parse().unwrap(), descending: false }).into_iter().collect();
    Query { entity: "item".into(), condition: Some(Condition::All(conditions)), order_by, limit }
}

#[test]
fn what_the_system_can_do_is_pushed_down() {
    let connection = simple("http://127.0.0.1:1");
    let conditions = vec![
        test("name", Operator::Eq, json!("a&b")),
        test("state", Operator::Eq, json!("open")),
        test("changed_at", Operator::Gt, json!("2026-01-01T00:00:00Z")),
        test("name", Operator::Eq, json!("c")),
        test("other", Operator::Contains, json!("x")),
        Condition::Any(vec![test("name", Operator::Eq, json!("d"))]),
    ];
    let native = connection.compile("item", &query(conditions, Some("changed_at"), Some(7))).unwrap();
    let url = native.describe().url;
    assert_eq!(
        url,
        "http://127.0.0.1:1/items?name=a%26b&since=2026-01-01T00%3A00%3A00Z&sort=changed&state=open"
    );
    assert_eq!(native.pushed().len(), 3);
    assert_eq!(native.residual().len(), 4, "the inexact one, the second name, the unknown field, the any");
    assert!(native.ordered());
}

#[test]
fn an_unknown_order_is_reported() {
    let connection = simple("http://127.0.0.1:1");
    assert!(!connection.compile("item", &query(vec![], Some("name"), None)).unwrap().ordered());
    assert_eq!(
        connection.compile("nothing", &query(vec![], None, None)).unwrap_err().code,
        ErrorCode::ConfigurationUnusable
    );
}

async fn all(connection: &Connection, query: &throughline_connectors::NativeQuery) -> Vec<Record> {
    let rec = recorder(connection);
    let mut records = Vec::new();
    let mut cursor = None;
    loop {
        let page = connection.fetch(query, cursor, &rec).await.unwrap();
        records.extend(page.records);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return records,
        }
    }
}

fn paged(paging: &str) -> String {
    SIMPLE.replace("paging: {offset: {parameter: offset, size: limit, total: \"{{ body.total }}\"}}", paging)
}

async fn read_all(
    paging: &str,
    answering: impl Fn(&Asked, &[Value]) -> axum::response::Response + Send + Sync + 'static,
) -> (Vec<String>, Vec<String>) {
    let items: Vec<Value> = (1..=5).map(|id| json!({"id": id})).collect();
    let server = Server::start(move |_, asked| answering(asked, &items)).await;
    let connection = Connection::new(
        manifest(&paged(paging)),
        system(&server.url(), json!({}), &[("key", "k")]),
        egress(),
    )
    .unwrap();
    let native = connection.compile("item", &query(vec![], None, None)).unwrap().with_page_size(2);
    let keys = all(&connection, &native).await.into_iter().map(|record| record.key).collect();
    (keys, server.asked().iter().map(Asked::line).collect())
}

const FIVE: [&str; 5] = ["1", "2", "3", "4", "5"];

#[tokio::test]
async fn pages_by_offset() {
    let (keys, lines) = read_all(
        "paging: {offset: {parameter: offset, size: limit, total: \"{{ body.total }}\"}}",
        |asked, items| {
            let at: usize = asked.parameter("offset").unwrap().parse().unwrap();
            json_answer(200, &json!({"items": items.iter().skip(at).take(2).collect::<Vec<_>>(), "total": 5}))
        },
    )
    .await;
    assert_eq!(keys, FIVE);
    assert_eq!(
        lines,
        [
            "GET /items?limit=2&offset=0",
            "GET /items?limit=2&offset=1",
            "GET /items?limit=2&offset=2",
            "GET /items?limit=2&offset=3"
        ]
    );
}

#[tokio::test]
async fn a_record_that_moves_while_others_are_read_hides_none() {
    let paging = "paging: {offset: {parameter: offset, size: limit, total: \"{{ body.total }}\"}}";
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let (keys, _) = read_all(paging, move |asked, items| {
        let mut items = items.to_vec();
        if reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 0 {
            items.rotate_left(1);
        }
        let at: usize = asked.parameter("offset").unwrap().parse().unwrap();
        json_answer(200, &json!({"items": items.iter().skip(at).take(2).collect::<Vec<_>>(), "total": 5}))
    })
    .await;
    let mut seen = keys.clone();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, FIVE, "{keys:?}");
    assert_eq!(keys.last().map(String::as_str), Some("1"), "the one that moved comes again at its new place");
}

#[tokio::test]
async fn pages_by_number() {
    let (keys, lines) = read_all("paging: {page: {parameter: p, size: n, more: \"{{ body.next }}\"}}", |asked, items| {
        let page: usize = asked.parameter("p").unwrap().parse().unwrap();
        let next = if page < 3 { json!(page + 1) } else { Value::Null };
        json_answer(200, &json!({"items": items.iter().skip((page - 1) * 2).take(2).collect::<Vec<_>>(), "next": next}))
    }).await;
    assert_eq!(keys, FIVE);
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn pages_by_number_overlap_where_their_size_may_vary() {
    let items: Vec<Value> = (0..250).map(|id| json!({"id": id})).collect();
    let moved = std::sync::atomic::AtomicBool::new(false);
    let server = Server::start(move |_, asked| {
        let number = |name: &str| asked.parameter(name).unwrap().parse::<usize>().unwrap();
        let (page, size) = (number("page"), number("per_page"));
        let mut items = items.clone();
        if page > 1 && !moved.swap(true, std::sync::atomic::Ordering::SeqCst) {
            // One of the first page has moved to the end: where the second one begins there is another record now.
            items.rotate_left(1);
        }
        let page: Vec<_> = items.iter().skip((page - 1) * size).take(size).collect();
        json_answer(200, &json!({"items": page, "total": 250}))
    })
    .await;
    let paging =
        "paging: {offset: {parameter: page, size: per_page, total: \"{{ body.total }}\", by_page: true}}";
    let system = system(&server.url(), json!({}), &[("key", "k")]);
    let connection = Connection::new(manifest(&paged(paging)), system, egress()).unwrap();
    let native = connection.compile("item", &query(vec![], None, None)).unwrap();
    let mut keys: Vec<u32> =
        all(&connection, &native).await.into_iter().map(|record| record.key.parse().unwrap()).collect();
    let lines: Vec<_> = server.asked().iter().map(Asked::line).collect();
    assert_eq!(
        lines[..3],
        ["GET /items?page=1&per_page=100", "GET /items?page=2&per_page=99", "GET /items?page=1&per_page=100"]
    );
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys, (0..250).collect::<Vec<_>>(), "{lines:?}");
}

#[tokio::test]
async fn what_comes_in_one_piece_is_put_in_the_order_of_change() {
    let items = json!([{"id": "new", "changed": "2026-01-02T00:00:00Z"}, {"id": "never"}, {"id": "old", "changed": "2026-01-01T02:00:00+01:00"}]);
    let server = Server::start(move |_, _| json_answer(200, &json!({"items": items}))).await;
    let yaml =
        paged("paging: none").replace("order: [{field: changed, query: {sort: changed}}]", "order: []");
    let system = system(&server.url(), json!({}), &[("key", "k")]);
    let connection = Connection::new(manifest(&yaml), system, egress()).unwrap();
    let native = connection.compile("item", &query(vec![], Some("changed_at"), None)).unwrap();
    assert!(native.ordered());
    let keys: Vec<_> = all(&connection, &native).await.into_iter().map(|record| record.key).collect();
    assert_eq!(keys, ["never", "old", "new"]);
    assert!(!connection.compile("item", &query(vec![], Some("name"), None)).unwrap().ordered());
}

#[tokio::test]
async fn discovery_asks_for_each_item_and_takes_values_without_labels() {
    let discovery = "
    discovery:
      - request: {path: /fields}
        each: {request: {path: \"/fields/{{ item.id }}\"}, select: field}
        found: {fields: {path: \"{{ item.name }}\", label: \"{{ item.name }}\", kind: enum, values: item.values}}
    read:";
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/fields" => json_answer(200, &json!([{"id": 1}, {"id": "b/c"}])),
        "/fields/1" => json_answer(
            200,
            &json!({"field": {"name": "one", "values": ["x", 2, {"value": 3, "label": "Three"}, null]}}),
        ),
        _ => json_answer(200, &json!({"field": [{"name": "two"}, {"name": "three"}]})),
    })
    .await;
    let system = system(&server.url(), json!({}), &[("key", "k")]);
    let yaml = SIMPLE.replacen("\n    read:", discovery, 1);
    let connection = Connection::new(manifest(&yaml), system, egress()).unwrap();
    let schema = connection.discover("item", &recorder(&connection)).await.unwrap();
    let found: Vec<_> = schema.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(found, ["one", "two", "three"]);
    let values: Vec<_> = schema.fields[0].values.iter().map(|value| value.label.as_str()).collect();
    assert_eq!(values, ["x", "2", "Three"]);
    assert_eq!(server.asked()[2].path, "/fields/b%2Fc");
}

#[tokio::test]
async fn pages_by_cursor() {
    let (keys, lines) = read_all(
        "paging: {cursor: {parameter: after, size: n, next: \"{{ body.next }}\"}}",
        |asked, items| {
            let at: usize =
                asked.parameter("after").map_or(0, |after| after.trim_start_matches('c').parse().unwrap());
            let next = if at < 4 { json!(format!("c{}", at + 2)) } else { json!("") };
            json_answer(
                200,
                &json!({"items": items.iter().skip(at).take(2).collect::<Vec<_>>(), "next": next}),
            )
        },
    )
    .await;
    assert_eq!(keys, FIVE);
    assert_eq!(lines[1], "GET /items?after=c2&n=2");
}

#[tokio::test]
async fn pages_by_link_header() {
    let (keys, lines) = read_all("paging: {link: {size: n}}", |asked, items| {
        let at: usize = asked.parameter("at").map_or(0, |at| at.parse().unwrap());
        let link = format!("</items?at={}>; rel=\"next\"", at + 2);
        let body = json!({"items": items.iter().skip(at).take(2).collect::<Vec<_>>()}).to_string();
        if at < 4 { answer_with(200, &[("link", &link)], body) } else { answer_with(200, &[], body) }
    })
    .await;
    assert_eq!(keys, FIVE);
    assert_eq!(lines[2], "GET /items?at=4");
}

#[tokio::test]
async fn a_next_page_elsewhere_or_in_a_circle_is_refused() {
    for (paging, next) in [
        ("paging: {link: {}}", "<http://169.254.169.254/>; rel=next"),
        ("paging: {cursor: {parameter: c, next: \"x\"}}", ""),
    ] {
        let server =
            Server::start(move |_, _| answer_with(200, &[("link", next)], r#"{"items":[{"id":1}]}"#)).await;
        let connection = Connection::new(
            manifest(&paged(paging)),
            system(&server.url(), json!({}), &[("key", "k")]),
            egress(),
        )
        .unwrap();
        let rec = recorder(&connection);
        let native = connection.compile("item", &query(vec![], None, None)).unwrap();
        let mut page = connection.fetch(&native, None, &rec).await;
        if let Ok(first) = &page {
            page = connection.fetch(&native, first.next.clone(), &rec).await;
        }
        assert_eq!(page.unwrap_err().code, ErrorCode::AnswerNotUnderstood, "{paging}");
    }
}

#[tokio::test]
async fn a_search_gives_only_exact_matches() {
    let items = json!({"items": [{"id": 1, "name": "A"}, {"id": 2, "name": "a"}], "total": 2});
    let server = Server::start(move |_, _| json_answer(200, &items)).await;
    let connection = simple(&server.url());
    let found = connection.find("item", "name", &json!("a"), &recorder(&connection)).await.unwrap();
    assert_eq!(found.iter().map(|record| record.key.as_str()).collect::<Vec<_>>(), ["2"]);
    assert_eq!(server.asked()[0].parameter("name").as_deref(), Some("a"));
}

#[tokio::test]
async fn a_search_that_the_system_ignores_is_no_search() {
    let items: Vec<_> = (0..100).map(|id| json!({"id": id, "name": "x"})).collect();
    let server = Server::start(move |_, _| json_answer(200, &json!({"items": items, "total": 4000}))).await;
    let connection = simple(&server.url());
    let rec = recorder(&connection);
    let failure = connection.find("item", "name", &json!("a"), &rec).await.unwrap_err();
    assert!(failure.message.contains("ignores the search"), "{failure}");
    assert!(connection.is_searchable("item", "name") && !connection.is_searchable("item", "colour"));
    assert_eq!(
        connection.find("item", "colour", &json!("a"), &rec).await.unwrap_err().code,
        ErrorCode::ConfigurationUnusable
    );
}

#[tokio::test]
async fn generic_http_reads_where_the_settings_say() {
    let server = Server::start(|_, _| {
        json_answer(200, &json!({"data": {"rows": [{"meta": {"id": "a/1", "at": "2026-01-02"}}]}}))
    })
    .await;
    let settings = json!({"read_path": "/v1/rows", "read_select": "data.rows", "key": "/meta/id", "changed_at": "meta.at", "since_parameter": "since"});
    let http = Catalogue::builtin().unwrap().get("http").unwrap();
    let connection = Connection::new(http, system(&server.url(), settings, &[]), egress()).unwrap();
    let since = test("changed_at", Operator::Gt, json!("2026-01-01T00:00:00Z"));
    let native = connection.compile("record", &query(vec![since], None, None)).unwrap();
    let page = connection.fetch(&native, None, &recorder(&connection)).await.unwrap();
    assert_eq!(page.records[0].key, "a/1");
    assert_eq!(page.records[0].version.as_deref(), Some("2026-01-02T00:00:00.000000Z"));
    assert_eq!(server.asked()[0].line(), "GET /v1/rows?since=2026-01-01T00%3A00%3A00Z");
    let rec = recorder(&connection);
    let _ = connection.get("record", "a/1", &rec).await;
    assert_eq!(server.asked()[1].path, "/v1/rows/a%2F1");
}
