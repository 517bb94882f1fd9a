//! `GET /v1/connectors`

use actix_web::{HttpRequest, HttpResponse, web};

use super::shape::Connector;
use crate::answer::List;
use crate::app::App;
use crate::openapi::Doc;
use crate::problem::Answer;

pub(crate) fn doc() -> Doc {
    Doc::new("List connectors", "All of them, by name.").list::<Connector>("The connectors")
}

pub(crate) async fn handle(app: web::Data<App>, request: HttpRequest) -> Answer<HttpResponse> {
    let items = app.catalogue.iter().map(|manifest| Connector::from(manifest.as_ref())).collect();
    Ok(List::whole(items).answer(&request))
}
