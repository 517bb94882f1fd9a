//! Logging in, staying, leaving.

use reqwest::Method;
use serde_json::{Value, json};
use throughline_domain::Role;

use super::house::{EMAIL, House, PASSWORD, answered};

impl House {
    async fn log_in(&self) -> Value {
        let body = json!({ "email": EMAIL.to_uppercase(), "password": PASSWORD });
        let response = self.request(Method::POST, "/v1/auth/login", None).json(&body).send().await.unwrap();
        let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
        for part in ["tl_refresh=tlr_", "HttpOnly", "SameSite=Strict", "Path=/v1/auth", "Max-Age="] {
            assert!(cookie.contains(part), "{cookie} has no {part}");
        }
        let (status, session) = answered(response).await;
        assert_eq!(status, 200, "{session:#}");
        session
    }

    async fn renew(&self, token: &str) -> (u16, Value) {
        let body = json!({ "refresh_token": token });
        answered(self.request(Method::POST, "/v1/auth/refresh", None).json(&body).send().await.unwrap()).await
    }

    async fn me(&self, token: &str) -> (u16, Value) {
        answered(self.request(Method::GET, "/v1/me", Some(token)).send().await.unwrap()).await
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_says_who_one_is() {
    let house = House::open().await;
    let session = house.log_in().await;
    assert_eq!((text(&session, "token_type"), session["expires_in"].as_u64()), ("Bearer", Some(900)));
    let (status, me) = house.me(text(&session, "access_token")).await;
    assert_eq!(status, 200, "{me:#}");
    assert_eq!((me["user"]["email"].as_str(), me["tenant"]["slug"].as_str()), (Some(EMAIL), Some("acme")));
    assert_eq!(me["role"], "owner");
    assert!(me["permissions"].as_array().unwrap().contains(&json!("tenant:write")));
    let (_, me) = house.me(house.token(Role::Viewer)).await;
    assert_eq!((me["role"].as_str(), me["user"]["name"].as_str()), (Some("viewer"), Some("viewer")));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_and_unknown_people_get_the_same_answer() {
    let house = House::open().await;
    for (email, password) in [(EMAIL, "wrong"), ("nobody@acme.example", PASSWORD), ("", "")] {
        let body = json!({ "email": email, "password": password });
        let (status, problem) =
            answered(house.request(Method::POST, "/v1/auth/login", None).json(&body).send().await.unwrap())
                .await;
        assert_eq!((status, text(&problem, "code")), (401, "login_refused"), "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down() {
    let house = House::open().await;
    let body = json!({ "email": EMAIL, "password": "guess" });
    let mut last = (0, Value::Null);
    for _ in 0..12 {
        let response = house.request(Method::POST, "/v1/auth/login", None).json(&body).send().await.unwrap();
        if response.status() == 429 {
            assert!(response.headers().contains_key("retry-after"));
        }
        last = answered(response).await;
    }
    assert_eq!((last.0, text(&last.1, "code")), (429, "too_many_attempts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_works_once_and_reuse_ends_the_session() {
    let house = House::open().await;
    let first = house.log_in().await;
    let (status, second) = house.renew(text(&first, "refresh_token")).await;
    assert_eq!(status, 200, "{second:#}");
    assert_eq!(house.me(text(&second, "access_token")).await.0, 200);
    let (status, problem) = house.renew(text(&first, "refresh_token")).await;
    assert_eq!((status, text(&problem, "code")), (401, "session_revoked"));
    let (status, problem) = house.renew(text(&second, "refresh_token")).await;
    assert_eq!((status, text(&problem, "code")), (401, "session_ended"), "the thief is out as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_simultaneous_renewals_wins() {
    let house = House::open().await;
    let session = house.log_in().await;
    let token = text(&session, "refresh_token");
    let (one, two) = tokio::join!(house.renew(token), house.renew(token));
    let won = [&one, &two].iter().filter(|(status, _)| *status == 200).count();
    assert_eq!(won, 1, "{one:?} {two:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_renews_and_logout_ends_it() {
    let house = House::open().await;
    let session = house.log_in().await;
    let cookie = format!("tl_refresh={}", text(&session, "refresh_token"));
    let response =
        house.request(Method::POST, "/v1/auth/refresh", None).header("cookie", cookie).send().await.unwrap();
    let (status, renewed) = answered(response).await;
    assert_eq!(status, 200, "{renewed:#}");
    let cookie = format!("tl_refresh={}", text(&renewed, "refresh_token"));
    let response =
        house.request(Method::POST, "/v1/auth/logout", None).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(response.status(), 204);
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    let (status, problem) = house.renew(text(&renewed, "refresh_token")).await;
    assert_eq!((status, text(&problem, "code")), (401, "session_ended"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_ends_by_itself() {
    let house = House::open_with(|config| config.gateway.access_token_seconds = 1).await;
    let session = house.log_in().await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let (status, problem) = house.me(text(&session, "access_token")).await;
    assert_eq!((status, text(&problem, "code")), (401, "token_expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_api_token_is_refused_at_once() {
    let house = House::open().await;
    let (status, made) = house
        .ask(
            Method::POST,
            "/v1/api-tokens",
            Some(&json!({ "name": "x", "role": "viewer", "expires_in_days": 1 })),
        )
        .await;
    assert_eq!(status, 201, "{made:#}");
    assert!(text(&made, "token").starts_with(text(&made, "prefix")));
    assert_eq!(house.me(text(&made, "token")).await.0, 200);
    let (_, list) = house.ask(Method::GET, "/v1/api-tokens", None).await;
    assert!(!list.to_string().contains(text(&made, "token")), "tokens are never shown again");
    let path = format!("/v1/api-tokens/{}", text(&made, "id"));
    assert_eq!(house.ask(Method::DELETE, &path, None).await.0, 204);
    let (status, problem) = house.me(text(&made, "token")).await;
    assert_eq!((status, text(&problem, "code")), (401, "token_invalid"));
    assert_eq!(house.ask(Method::DELETE, &path, None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_guesses_of_one_hold_up_nobody_else() {
    let house =
        House::open_with(|config| config.gateway.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
            .await;
    let log_in = async |from: &str, password: &str| {
        let body = json!({ "email": EMAIL, "password": password });
        let request = house.request(Method::POST, "/v1/auth/login", None).header("x-forwarded-for", from);
        request.json(&body).send().await.unwrap().status().as_u16()
    };
    for _ in 0..10 {
        assert_eq!(log_in("192.0.2.7", "guess").await, 401);
    }
    assert_eq!(log_in("192.0.2.7", PASSWORD).await, 429);
    assert_eq!(log_in("198.51.100.1, 192.0.2.7", PASSWORD).await, 429, "only the proxy's own word counts");
    assert_eq!(log_in("192.0.2.8", PASSWORD).await, 200);
}
