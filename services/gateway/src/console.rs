//! The console's files. Hashed assets are cached for ever; every other address is the console itself.

use std::path::{Component, Path, PathBuf};

use actix_web::http::Method;
use actix_web::http::header::{self, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::problem::{Answer, Problem, ProblemCode};

/// What is shown while there is no built console.
const NO_CONSOLE: &str = include_str!("docs/static/no-console.html");

/// Serves a file of the console, or the console for an address that only it knows.
pub(crate) async fn serve(app: web::Data<App>, request: HttpRequest) -> Answer<HttpResponse> {
    let path = request.path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !is_ours(path);
    if !is_page {
        let shown: String = path.escape_debug().take(120).collect();
        let detail = format!("`{shown}` is no address of this service; see /docs.");
        return Err(Problem::new(ProblemCode::RouteNotFound, detail));
    }
    let Some(root) = &app.config.console_dir else { return Ok(page(NO_CONSOLE.as_bytes().to_vec())) };
    if let Some(file) = inside(root, path)
        && let Ok(content) = tokio::fs::read(&file).await
    {
        return Ok(asset(path, &file, content));
    }
    if path.starts_with("/assets/") {
        return Err(Problem::new(
            ProblemCode::RouteNotFound,
            "The console has no such file; reload the page.",
        ));
    }
    let index = tokio::fs::read(root.join("index.html")).await;
    Ok(page(index.unwrap_or_else(|_| NO_CONSOLE.as_bytes().to_vec())))
}

/// Addresses that never belong to the console, so that a mistyped API address is a problem and not a page.
fn is_ours(path: &str) -> bool {
    ["/v1", "/hooks", "/docs", "/healthz", "/readyz", "/version", "/openapi.json"]
        .iter()
        .any(|ours| path.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The file that a path names, unless it leads out of the folder.
fn inside(root: &Path, path: &str) -> Option<PathBuf> {
    let relative =
        percent_encoding::percent_decode_str(path.trim_start_matches('/')).decode_utf8().ok()?.into_owned();
    let relative = Path::new(&relative);
    let harmless = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (harmless && relative.file_name().is_some()).then(|| root.join(relative))
}

fn asset(path: &str, file: &Path, content: Vec<u8>) -> HttpResponse {
    let kept = if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, kept))
        .insert_header((header::CONTENT_TYPE, media(file)))
        .body(content)
}

fn page(content: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(content)
}

fn media(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let root = Path::new("/srv/console");
        assert_eq!(inside(root, "/assets/a.js"), Some(PathBuf::from("/srv/console/assets/a.js")));
        for path in
            ["/../etc/passwd", "/%2e%2e/etc/passwd", "/a/%2e%2e/%2e%2e/b", "//etc/passwd/..", "/", "/%ff"]
        {
            assert_eq!(inside(root, path), None, "{path}");
        }
    }
}
