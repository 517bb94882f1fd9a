//! Pages for people.

use reqwest::Method;
use throughline_domain::ErrorCode;
use throughline_gateway::ProblemCode;

use super::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn every_code_has_a_page_at_its_address() {
    let house = House::open().await;
    let codes = ErrorCode::ALL
        .iter()
        .map(|code| code.as_str())
        .chain(ProblemCode::ALL.iter().map(|code| code.as_str()));
    for code in codes {
        let response =
            house.request(Method::GET, &format!("/docs/problems/{code}"), None).send().await.unwrap();
        assert_eq!(response.status(), 200, "{code}");
        let page = response.text().await.unwrap();
        assert!(
            page.contains("<h2>What to do</h2>") && page.contains(&format!("<code>{code}</code>")),
            "{code}"
        );
    }
}

/// The strict content security policy lets nothing inline run, so nothing inline may be there.
#[tokio::test(flavor = "multi_thread")]
async fn pages_need_nothing_from_elsewhere_and_nothing_inline() {
    let house = House::open().await;
    for path in ["/docs", "/docs/problems", "/docs/problems/value_not_mapped", "/"] {
        let page = house.request(Method::GET, path, None).send().await.unwrap().text().await.unwrap();
        assert!(
            !page.contains("://") || path == "/docs/problems/value_not_mapped",
            "{path} names another host"
        );
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("onclick"), "{path}");
        assert!(!page.contains("<script>"), "{path}");
    }
    for (name, media) in [("docs.css", "text/css"), ("browser.js", "text/javascript")] {
        let response =
            house.request(Method::GET, &format!("/docs/assets/{name}"), None).send().await.unwrap();
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(media));
    }
    let document: serde_json::Value =
        house.request(Method::GET, "/openapi.json", None).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}
