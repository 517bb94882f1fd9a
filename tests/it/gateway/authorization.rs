//! Every operation of the OpenAPI document × no token, a broken token, the wrong role, the wrong tenant.

use reqwest::Method;
use serde_json::{Value, json};
use throughline_domain::Role;

use super::house::{House, answered};

struct Operation {
    method: Method,
    path: String,
    least_role: Option<Role>,
    takes_body: bool,
}

fn operations() -> Vec<Operation> {
    let document = throughline_gateway::document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                least_role: operation["x-least-role"].as_str().map(|role| role.parse().unwrap()),
                takes_body: operation["requestBody"].is_object(),
            });
        }
    }
    all
}

impl Operation {
    /// The path with ids that nothing has.
    fn with(&self, id: &str) -> String {
        self.path
            .replace("{id}", id)
            .replace("{phase}", "load")
            .replace("{number}", "1")
            .replace("{key}", "a")
            .replace("{name}", "none")
    }

    fn request(&self, house: &House, id: &str, token: Option<&str>) -> reqwest::RequestBuilder {
        let request = house.request(self.method.clone(), &self.with(id), token).header("if-match", "*");
        if self.takes_body { request.json(&body(&self.path)) } else { request }
    }
}

/// A body that is good enough to come to the question whose thing it is.
fn body(path: &str) -> Value {
    match path {
        "/v1/systems/{id}" => {
            json!({ "name": "n", "connector": "playground-desk", "base_url": "https://x.example" })
        }
        "/v1/integrations/{id}" => json!({ "document": document("n") }),
        _ => json!({}),
    }
}

fn document(name: &str) -> Value {
    let end = |entity: &str| json!({ "system": uuid::Uuid::from_u128(1), "entity": entity });
    json!({ "name": name, "source": end("alert"), "target": end("incident"), "actions": [] })
}

const NOBODYS: &str = "019a7c3e-0000-7000-8000-00000000dead";

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_a_token_or_with_a_broken_one() {
    let house = House::open().await;
    for operation in operations().iter().filter(|operation| operation.least_role.is_some()) {
        let name = format!("{} {}", operation.method, operation.path);
        for (token, code) in [
            (None, "token_missing"),
            (Some("tl_made-up"), "token_invalid"),
            (Some("eyJhbGciOiJub25lIn0.e30."), "token_invalid"),
        ] {
            let response = operation.request(&house, NOBODYS, token).send().await.unwrap();
            assert!(response.headers().contains_key("www-authenticate"), "{name}");
            let (status, body) = answered(response).await;
            assert_eq!((status, body["code"].as_str()), (401, Some(code)), "{name}: {body:#}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_below_the_least_one_is_refused_and_every_other_is_not() {
    let house = House::open().await;
    for operation in operations() {
        let Some(least) = operation.least_role else { continue };
        // Streams do not end by themselves.
        if operation.path == "/v1/events" {
            continue;
        }
        for role in Role::ALL {
            let response = operation.request(&house, NOBODYS, Some(house.token(*role))).send().await.unwrap();
            let (status, body) = answered(response).await;
            let refused = status == 403 && body["code"] == "role_not_sufficient";
            assert_eq!(
                refused,
                *role < least,
                "{} {} as {role}: {status} {body:#}",
                operation.method,
                operation.path
            );
            assert_ne!(status, 500, "{} {} as {role}: {body:#}", operation.method, operation.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn things_of_another_tenant_do_not_exist() {
    let house = House::open().await;
    let system = house.system("Desk").await;
    let mine = json!({ "document": document("Mine") });
    let (status, integration) = house.ask(Method::POST, "/v1/integrations", Some(&mine)).await;
    assert_eq!(status, 201, "{integration:#}");
    let wish = json!({ "name": "t", "role": "viewer" });
    let (_, token) = house.ask(Method::POST, "/v1/api-tokens", Some(&wish)).await;
    let mut seen = 0;
    for operation in operations().iter().filter(|operation| operation.path.contains("{id}")) {
        let id = match operation.path.split('/').nth(2).unwrap() {
            "systems" => system.as_str(),
            "integrations" => integration["id"].as_str().unwrap(),
            "api-tokens" => token["id"].as_str().unwrap(),
            _ => NOBODYS,
        };
        let response = operation.request(&house, id, Some(&house.stranger)).send().await.unwrap();
        let (status, body) = answered(response).await;
        assert_eq!(status, 404, "{} {}: {body:#}", operation.method, operation.path);
        seen += 1;
    }
    assert!(seen > 15, "the document has operations on things");
    let (status, _) = house.ask(Method::GET, &format!("/v1/systems/{system}"), None).await;
    assert_eq!(status, 200, "the stranger has deleted nothing");
    for list in ["/v1/systems", "/v1/integrations", "/v1/runs"] {
        let (_, page) =
            answered(house.request(Method::GET, list, Some(&house.stranger)).send().await.unwrap()).await;
        assert_eq!(page["items"], json!([]), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_can_be_made_with_a_higher_role_than_its_makers() {
    let house = House::open().await;
    let wish = json!({ "name": "t", "role": "owner" });
    let request = house.request(Method::POST, "/v1/api-tokens", Some(house.token(Role::Admin))).json(&wish);
    let (status, body) = answered(request.send().await.unwrap()).await;
    assert_eq!((status, body["code"].as_str()), (403, Some("role_not_sufficient")));
}
