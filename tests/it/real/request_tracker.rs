//! Request Tracker as a target of real alerts, and as a source.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use throughline_domain::{Clock, SystemClock};
use throughline_testkit::eventually;

use super::software::{
    Alertmanager, RequestTracker, SOON, SpareTracker, event, faults, field, read_entity, refused, refused_of,
    resolved, said, set_rule, unique, value_of,
};
use crate::support::{Client, Ring};

/// The ring, with Alertmanager and Request Tracker as systems whose schemas have been read.
struct Desk {
    ring: Ring,
    rt: RequestTracker,
    source: String,
    target: String,
    ticket: Value,
}

impl Desk {
    async fn start() -> Self {
        let ring = Ring::start().await;
        let rt = RequestTracker::new(&ring.client);
        let source = ring.client.system(&Alertmanager::system()).await;
        let system = RequestTracker::system("Request Tracker", &said("RT_TOKEN"), true);
        let target = ring.client.system(&system).await;
        let ticket = read_entity(&ring.client, &target, "ticket").await;
        Self { ring, rt, source, target, ticket }
    }

    fn client(&self) -> &Client {
        &self.ring.client
    }

    /// An alert opens a ticket, its end resolves it with a comment, its return opens it again.
    fn document(&self) -> Value {
        document(&self.source, &self.target, &self.ticket)
    }
}

fn document(alertmanager: &str, rt: &str, ticket: &Value) -> Value {
    let custom = |label: &str| field(ticket, label)["path"].clone();
    json!({
        "name": "Alertmanager to Request Tracker", "description": "",
        "source": { "system": alertmanager, "entity": "alert" },
        "target": { "system": rt, "entity": "ticket" },
        "correlation": { "target_field": custom("External ID") },
        "actions": [{
            "key": "alert-to-ticket", "name": "Alert opens ticket", "direction": "forward",
            "trigger": { "kind": "listen" },
            "map": [
                { "target": "Queue", "constant": said("RT_QUEUE"), "on": "create" },
                { "target": "Subject", "template": "[{{ labels.severity }}] {{ labels.alertname }} on {{ labels.host }}" },
                { "target": "Content", "template": "{{ annotations.description }}", "on": "create" },
                { "target": "Priority", "value_map": { "from": "labels.severity",
                    "values": { "critical": 90, "warning": 60 }, "default": 20 } },
                { "target": "Status", "conditional": {
                    "cases": [{ "when": { "field": "status", "op": "eq", "value": "resolved" }, "then": { "constant": "resolved" } }],
                    "else": { "constant": "open" } } },
                { "target": "Comment", "template": "Alertmanager: {{ status }}.", "on": "update" },
                { "target": custom("External ID"), "copy": "fingerprint" },
                { "target": custom("Source System"), "constant": "Prometheus" },
                { "target": custom("Impact"), "value_map": { "from": "labels.severity",
                    "values": { "critical": "1-High", "warning": "2-Medium" }, "default": "3-Low" } },
            ],
            "write": "upsert",
            "create_when": { "field": "status", "op": "eq", "value": "firing" },
            "limits": { "timeout": "2m", "http_timeout": "30s" },
        }],
    })
}

fn message(kind: &str, text: &str) -> (String, String) {
    (kind.to_owned(), text.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_opens_one_ticket_its_end_resolves_it_and_its_return_opens_it_again() {
    let desk = Desk::start().await;
    let (client, rt, host) = (desk.client(), &desk.rt, unique("db"));
    let published = client.publish(&desk.document()).await;
    let alertmanager = Alertmanager::new(client);
    let watched = alertmanager.watch(&host, published.hook_url.as_ref().unwrap()).await;

    watched.disk_free(3);
    let opened = rt.ticket(&host, |ticket| ticket["Status"] == "open").await;
    assert_eq!(opened["Subject"], json!(format!("[warning] DiskLow on {host}")));
    assert_eq!((&opened["Queue"]["Name"], &opened["Priority"]), (&json!("ITSM"), &json!("60")), "{opened:#}");
    assert_eq!(opened["Creator"]["id"], "agent");
    assert_eq!(
        (value_of(&opened, "Source System"), value_of(&opened, "Impact")),
        (&json!("Prometheus"), &json!("2-Medium"))
    );
    let fingerprint = value_of(&opened, "External ID").as_str().unwrap().to_owned();
    assert_eq!(rt.messages(&opened).await, [message("Create", "3 % free on /")]);

    watched.disk_free(50);
    let closed = rt.ticket(&host, |ticket| ticket["Status"] == "resolved").await;
    assert_eq!(closed["id"], opened["id"]);

    watched.disk_free(4);
    let reopened = rt.ticket(&host, |ticket| ticket["Status"] == "open").await;
    assert_eq!(reopened["id"], opened["id"], "reopened, not doubled");

    // Every step can be read: three runs of this alert, the last of which shows what Request Tracker made of it.
    let runs = eventually("three runs of this alert", SOON, || async {
        let runs = client.get(&format!("/v1/runs?integration={}&record={fingerprint}", published.id)).await;
        let runs = runs["items"].as_array().unwrap().clone();
        if runs.len() == 3 { Ok(runs) } else { Err(runs) }
    })
    .await;
    let outcomes: Vec<_> = runs.iter().rev().map(|run| &run["records_preview"][0]["outcome"]).collect();
    assert_eq!(outcomes, ["created", "updated", "updated"]);
    assert!(runs.iter().all(|run| run["trigger"] == "listen" && run["status"] == "succeeded"), "{runs:#?}");
    assert_eq!(
        rt.messages(&reopened).await,
        [
            message("Create", "3 % free on /"),
            message("Comment", "Alertmanager: resolved."),
            message("Comment", "Alertmanager: firing.")
        ]
    );
    let response = client.phase(runs[0]["id"].as_str().unwrap(), "response").await;
    let shown = &response["records"][0];
    assert_eq!(
        (&shown["target_key"], &shown["document"]["Status"]),
        (&opened["id"], &json!("open")),
        "{response:#}"
    );
    let page = format!("{}/Ticket/Display.html?id={}", said("RT_URL"), opened["id"].as_str().unwrap());
    assert_eq!(shown["url"], json!(page));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_reaches_the_requestors_and_does_not_open_what_it_closes() {
    let desk = Desk::start().await;
    let (client, rt, host) = (desk.client(), &desk.rt, unique("reply"));
    let mut document = desk.document();
    set_rule(
        &mut document,
        "Comment",
        json!({ "target": "Reply", "template": "It is {{ status }}.", "on": "update" }),
    );
    let url = client.publish(&document).await.hook_url.unwrap();
    client.ended(&client.hook(&url, &event(&host)).await).await;
    let ended = client.ended(&client.hook(&url, &resolved(&host)).await).await;
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    let closed = rt.ticket(&host, |_| true).await;
    assert_eq!(closed["Status"], "resolved");
    assert_eq!(
        rt.messages(&closed).await,
        [message("Create", "3 % free on /"), message("Correspond", "It is resolved.")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_without_a_queue_is_a_validation_error_that_names_field_and_rule() {
    let desk = Desk::start().await;
    let host = unique("queueless");
    let mut document = desk.document();
    set_rule(
        &mut document,
        "Queue",
        json!({ "target": "Queue", "template": "{{ labels.queue | default('') }}" }),
    );
    let refused = refused(desk.client(), &document, &host).await;
    refused.assert(
        "validation",
        "required_field_missing",
        400,
        &format!("Record {host}: Request Tracker wants a queue for every ticket (HTTP 400: Could not create ticket. Queue not set). Map the field Queue."),
    );
    assert_eq!(refused.error["evidence"]["rule"], "/actions/0/map/0");
    assert!(refused.error["next"].is_null(), "no use in trying it again: {:#}", refused.error);

    // A field that no rule makes at all is found before anything runs.
    document["actions"][0]["map"].as_array_mut().unwrap().remove(0);
    let faults = faults(desk.client(), &document).await;
    assert_eq!(faults[0]["code"], "required_field_not_mapped", "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_queue_is_a_permission_error_that_names_the_queue() {
    let desk = Desk::start().await;
    // The first one is there, but not for this account; the second one is not.
    for queue in ["SECRET", "NOWHERE"] {
        let host = unique("secret");
        let mut document = desk.document();
        document["name"] = json!(format!("To {queue}"));
        set_rule(&mut document, "Queue", json!({ "target": "Queue", "constant": queue, "on": "create" }));
        let refused = refused(desk.client(), &document, &host).await;
        refused.assert(
            "permission",
            "permission_denied",
            403,
            &format!("Record {host}: Request Tracker does not let this account create tickets in the queue `{queue}`, or there is no such queue (HTTP 403: No permission to create tickets in the queue '{queue}'). Give the account the right CreateTicket there, or correct the queue."),
        );
        assert_eq!(refused.error["evidence"]["rule"], "/actions/0/map/0");
        assert_eq!(refused.exchange["request"]["method"], "POST");
        assert!(desk.rt.tickets(&host).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_an_authentication_error() {
    let desk = Desk::start().await;
    let (client, token) = (desk.client(), "1-14-00000000000000000000000000000000");
    let system = client.system(&RequestTracker::system("Wrong token", token, true)).await;
    let tested = client.post(&format!("/v1/systems/{system}/test"), &json!({})).await;
    assert_eq!(
        (&tested["ok"], &tested["error"]["class"]),
        (&json!(false), &json!("authentication")),
        "{tested:#}"
    );
    // The token was right when the schema was read, and has been revoked since.
    let revoked = RequestTracker::system("Request Tracker", token, true);
    let request = client.http().put(client.url(&format!("/v1/systems/{}", desk.target)));
    let request = request.bearer_auth(&desk.ring.tenant.owner_token).header("if-match", "*");
    let answer = request.json(&revoked).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let host = unique("token");
    let refused = refused(client, &desk.document(), &host).await;
    refused.assert(
        "authentication",
        "credentials_refused",
        401,
        &format!("Record {host}: Request Tracker did not accept the credentials (HTTP 401): Unauthorized. Enter valid credentials for the system."),
    );
    assert!(!refused.exchange.to_string().contains(token), "the token is masked: {:#}", refused.exchange);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_the_lifecycle_does_not_have_is_refused_although_the_answer_is_200() {
    let desk = Desk::start().await;
    let (client, host) = (desk.client(), unique("status"));
    let mut document = desk.document();
    set_rule(&mut document, "Status", json!({ "target": "Status", "constant": "nonsense", "on": "update" }));
    let url = client.publish(&document).await.hook_url.unwrap();
    client.ended(&client.hook(&url, &event(&host)).await).await;
    let ticket = desk.rt.ticket(&host, |_| true).await;
    let run = client.hook(&url, &resolved(&host)).await;
    let refused = refused_of(client, run, &host).await;
    let id = ticket["id"].as_str().unwrap();
    refused.assert(
        "validation",
        "value_refused",
        200,
        &format!("Record {host}: Request Tracker refused a value, and made the rest of the change: Ticket {id}: Status 'nonsense' isn't a valid status for this ticket. Correct the field map."),
    );
    assert_eq!(refused.error["evidence"]["rule"], "/actions/0/map/4");
    assert_eq!(refused.exchange["request"]["method"], "PUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_stopped_is_a_connectivity_error_and_gets_the_alert_once_it_is_back() {
    let desk = Desk::start().await;
    let (client, host) = (desk.client(), unique("stopped"));
    let spare = SpareTracker::start();
    let mut system = RequestTracker::system("Request Tracker, spare", &said("RT_TOKEN"), true);
    system["base_url"] = json!(spare.url);
    let system = client.system(&system).await;
    let ticket = read_entity(client, &system, "ticket").await;
    spare.stop();
    let refused = refused(client, &document(&desk.source, &system, &ticket), &host).await;
    let error = &refused.error;
    assert_eq!(
        (&error["class"], &error["code"]),
        (&json!("connectivity"), &json!("connection_failed")),
        "{error:#}"
    );
    let address = spare.url.trim_start_matches("http://");
    let message = format!(
        "Record {host}: Request Tracker: cannot connect to {address}: it refuses connections, so it is probably not running."
    );
    assert_eq!(error["message"], json!(message));
    assert!(error["next"]["at"].is_string(), "it is tried again by itself: {error:#}");
    assert_eq!(
        (&refused.exchange["response"], &refused.exchange["error"]["kind"]),
        (&Value::Null, &json!("connection_failed"))
    );

    let spare = SpareTracker::start();
    let opened = desk.rt.ticket(&host, |ticket| ticket["Status"] == "open").await;
    let retried = eventually("the run that brought it", SOON, || async {
        let runs = client.get(&format!("/v1/runs?record={host}&status=succeeded")).await;
        runs["items"][0].as_object().cloned().ok_or(runs)
    })
    .await;
    assert_eq!(
        (&retried["trigger"], &retried["records"]["created"]),
        (&json!("retry"), &json!(1)),
        "{retried:#?}"
    );
    assert_ne!(retried["id"], json!(refused.run));
    assert_eq!(desk.rt.ticket(&host, |_| true).await["id"], opened["id"]);
    drop(spare);
}

/// The labels of a field's values.
fn labels(field: &Value) -> Vec<&str> {
    field["values"].as_array().unwrap().iter().map(|value| value["label"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_its_queues_and_custom_fields_as_far_as_the_account_may_see_them() {
    let desk = Desk::start().await;
    let client = desk.client();
    let mut queues = labels(field(&desk.ticket, "Queue"));
    queues.sort_unstable();
    assert_eq!(queues, ["ITSM", "OPS"]);
    for name in ["External ID", "Source System", "Impact"] {
        assert_eq!(field(&desk.ticket, name)["custom"], true);
    }
    let tested = client.post(&format!("/v1/systems/{}/test", desk.target), &json!({})).await;
    assert_eq!(tested["ok"], true, "{tested:#}");
    assert!(said("RT_VERSION").starts_with(tested["version"].as_str().unwrap()), "{tested:#}");

    let system = RequestTracker::system("Request Tracker as administrator", &said("RT_ADMIN_TOKEN"), false);
    let system = client.system(&system).await;
    let ticket = read_entity(client, &system, "ticket").await;
    let impact = field(&ticket, "Impact");
    assert_eq!((&impact["kind"], labels(impact)), (&json!("enum"), vec!["1-High", "2-Medium", "3-Low"]));
    let external = field(&ticket, "External ID");
    assert_eq!(external["path"], json!(format!("cf_{}", said("RT_EXTERNAL_ID_FIELD"))));
    assert_eq!(external["kind"], "text");
    assert!(labels(field(&ticket, "Queue")).contains(&"SECRET"));
    for status in ["new", "open", "stalled", "resolved", "rejected"] {
        assert!(labels(field(&ticket, "Status")).contains(&status), "{ticket:#}");
    }
}

/// Takes tickets of one queue over into another one.
fn escalation(desk: &Desk, source: &str, marker: &str) -> Value {
    let custom = |label: &str| field(&desk.ticket, label)["path"].clone();
    let queues = field(&desk.ticket, "Queue")["values"].as_array().unwrap();
    let itsm = queues.iter().find(|queue| queue["label"] == "ITSM").unwrap()["value"].clone();
    json!({
        "name": format!("ITSM to OPS {marker}"), "description": "",
        "source": { "system": source, "entity": "ticket" },
        "target": { "system": desk.target, "entity": "ticket" },
        "correlation": { "target_field": custom("External ID") },
        "actions": [{
            "key": "escalate", "name": "Urgent tickets go to OPS", "direction": "forward",
            "trigger": { "kind": "poll", "cron": "0 3 1 1 *", "time_zone": "Europe/Sofia", "overlap": "1s" },
            "filter": { "all": [
                { "field": "Queue", "op": "eq", "value": itsm },
                { "field": "Status", "op": "in", "value": ["new", "open"] },
                { "field": "Priority", "op": "gte", "value": 50 },
                { "field": custom("Impact"), "op": "eq", "value": "1-High" },
                { "field": "Subject", "op": "contains", "value": marker },
            ] },
            "map": [
                { "target": "Queue", "constant": "OPS", "on": "create" },
                { "target": "Subject", "template": "Escalated: {{ Subject }}" },
                { "target": "Priority", "copy": "Priority" },
                { "target": custom("External ID"), "template": "itsm-{{ id }}" },
            ],
            "write": "upsert",
            "capture": { "http": "all" },
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_pushed_down_and_goes_on_where_it_ended_in_any_time_zone() {
    let desk = Desk::start().await;
    let (client, rt) = (desk.client(), &desk.rt);
    // The first account's time zone is UTC, and the system says so; the second one's is that of the server.
    for (account, in_utc) in [("RT_TOKEN", true), ("RT_LIMITED_TOKEN", false)] {
        let marker = unique("it's outage");
        let source = client.system(&RequestTracker::system(account, &said(account), in_utc)).await;
        read_entity(client, &source, "ticket").await;
        let ticket = |subject: &str, priority: u32| json!({ "Queue": "ITSM", "Subject": format!("{subject} {marker}"), "Priority": priority, "CustomFields": { "Impact": "1-High" } });
        let id = rt.open(ticket("Wanted", 60)).await;
        rt.open(ticket("Too low", 20)).await;
        let published = client.publish(&escalation(&desk, &source, &marker)).await;

        let run = client.run_now(&published.id, "escalate").await;
        let ended = client.ended(&run).await;
        assert_eq!(
            (&ended["status"], &ended["records"]["created"], &ended["records"]["filtered"]),
            (&json!("succeeded"), &json!(1), &json!(1)),
            "{ended:#}"
        );
        let short = marker.trim_start_matches("it's ");
        let copy = rt.ticket(&format!("Escalated%{short}"), |ticket| ticket["Queue"]["Name"] == "OPS").await;
        assert_eq!(copy["Priority"], "60");

        // Request Tracker evaluated all that it can.
        let uql = client.phase(&run, "uql").await;
        let query = query_of(&uql);
        let impact = field(&desk.ticket, "Impact")["path"].as_str().unwrap().trim_start_matches("cf_");
        for part in [
            "Queue = '",
            "(Status = 'new' OR Status = 'open')",
            &format!("'CF.{{{impact}}}' = '1-High'"),
            "Subject LIKE 'it\\'s outage",
        ] {
            assert!(query.contains(part), "no {part} in {query}");
        }
        let residual = uql["residual"].as_array().unwrap();
        assert!(residual.iter().any(|text| text.as_str().unwrap().starts_with("Priority")), "{residual:?}");

        // The next run asks for later changes only, and follows one. Changes are told by the second, so it comes in a later one.
        let shown = rt.numbered(&id).await;
        let opened: DateTime<Utc> = shown["LastUpdated"].as_str().unwrap().parse().unwrap();
        eventually("the next second", SOON, || async {
            if SystemClock.now() >= opened + TimeDelta::seconds(1) { Ok(()) } else { Err(opened) }
        })
        .await;
        rt.change(&id, json!({ "Subject": format!("Wanted more {marker}") })).await;
        let run = client.run_now(&published.id, "escalate").await;
        let ended = client.ended(&run).await;
        assert_eq!(
            (&ended["records"]["updated"], &ended["records"]["created"]),
            (&json!(1), &json!(0)),
            "{ended:#}"
        );
        assert!(query_of(&client.phase(&run, "uql").await).contains("LastUpdated >= '"));
        let followed = rt.ticket(&format!("Escalated: Wanted more%{short}"), |_| true).await;
        assert_eq!(followed["id"], copy["id"]);
    }
}

/// The query in Request Tracker's own language.
fn query_of(uql: &Value) -> String {
    let url = reqwest::Url::parse(uql["native"]["url"].as_str().unwrap()).unwrap();
    let query = url.query_pairs().find(|(name, _)| name == "query").unwrap();
    query.1.into_owned()
}
