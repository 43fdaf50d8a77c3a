//! `?wsdl`, `?xsd=…` and `openapi.json` · what the contract says of itself, made once at start.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use contract::emit::{openapi, wsdl};
use contract::{ContextSource, Contract};
use domain::{Problem, Purpose};

use crate::gateway::Gateway;
use crate::{fallback, front};

const XML: &str = "text/xml; charset=utf-8";
const JSON: &str = "application/json";

/// The contract's descriptions, ready to send.
pub(crate) struct Descriptions {
    openapi: Bytes,
    wsdl: Bytes,
    /// Schema files by the value of `?xsd=`.
    schemas: BTreeMap<String, Bytes>,
}

/// Why a contract cannot be described.
#[derive(Debug, thiserror::Error)]
pub enum NotDescribed {
    /// The `OpenAPI` document cannot be written.
    #[error("openapi: {0}")]
    OpenApi(#[from] serde_json::Error),
    /// A file of the contract cannot be written out again.
    #[error("`{0}` cannot be written out again")]
    File(String),
}

/// What all descriptions of one gateway have in common.
#[derive(Clone, Copy)]
pub(crate) struct Describing<'d> {
    /// The contract of the context blocks.
    pub context: &'d Arc<Contract>,
    /// The name of the contract that is decided on.
    pub own: &'d str,
    /// The URL by which the gateway is reached, without a slash at its end.
    pub url: &'d str,
}

impl Descriptions {
    /// Describes `contract`: as it describes itself, but at our address, if it has a WSDL of its own.
    pub(crate) fn new(
        contract: &Arc<Contract>,
        describing: Describing<'_>,
    ) -> Result<Self, NotDescribed> {
        match contract.service() {
            Some(_) => Self::of_others(contract, describing),
            None => Self::of_ours(contract, describing),
        }
    }

    fn of_ours(contract: &Arc<Contract>, describing: Describing<'_>) -> Result<Self, NotDescribed> {
        let Describing { context, own, url } = describing;
        let soap = format!("{url}{}", front::soap_path(contract));
        let locate =
            |contract: &Contract, path: &str| format!("{soap}?xsd={}", name(contract, path));
        let wsdl = wsdl::document(
            contract,
            &wsdl::Options {
                context: Some(context),
                address: &soap,
                locate: &locate,
            },
        );
        Ok(Self {
            openapi: serde_json::to_vec_pretty(&openapi_document(contract, context, own))?.into(),
            wsdl: Bytes::from(wsdl),
            schemas: schemas(&[contract, context], &locate),
        })
    }

    fn of_others(
        contract: &Arc<Contract>,
        describing: Describing<'_>,
    ) -> Result<Self, NotDescribed> {
        let Describing { context, own, url } = describing;
        let soap = format!("{url}{}", front::soap_path(contract));
        let locate =
            |contract: &Contract, path: &str| format!("{soap}?xsd={}", name(contract, path));
        let file = |path: &str| {
            let text = wsdl::served(contract, path, Some(&soap), &locate);
            text.ok_or_else(|| NotDescribed::File(path.to_owned()))
        };
        let files = contract.files().iter();
        let schemas = files.map(|it| {
            let text = file(&it.path)?;
            Ok((name(contract, &it.path), Bytes::from(text)))
        });
        Ok(Self {
            openapi: serde_json::to_vec_pretty(&openapi_document(contract, context, own))?.into(),
            wsdl: Bytes::from(file(contract.service().unwrap_or_default())?),
            schemas: schemas.collect::<Result<_, NotDescribed>>()?,
        })
    }
}

/// The WSDL of a contract of others, with our address in it; files are named by `locate`.
pub fn wsdl_of_others(
    contract: &Contract,
    address: &str,
    locate: &wsdl::Locate<'_>,
) -> Option<String> {
    wsdl::served(contract, contract.service()?, Some(address), locate)
}

/// The contract's `OpenAPI` document, as a gateway serves it that decides on versions of the contract `own`.
pub fn openapi_document(contract: &Contract, context: &Contract, own: &str) -> serde_json::Value {
    let purposes: Vec<&str> = Purpose::ALL
        .iter()
        .map(|purpose| purpose.as_str())
        .collect();
    let problems: Vec<openapi::Problem<'_>> = Problem::ALL
        .iter()
        .map(|problem| problem.shown().entry())
        .map(|entry| openapi::Problem {
            status: entry.http,
            code: entry.code,
            title: entry.title,
        })
        .collect();
    let base = front::rest_prefix(contract, own);
    let options = openapi::Options {
        title: "Pasarela",
        base: &base,
        // Messages that say themselves who asks need no headers for it.
        context: (!tells_itself(contract)).then_some(context),
        purposes: &purposes,
        problems: &problems,
    };
    openapi::document(contract, &options)
}

/// Whether every operation carries its context in its own content.
fn tells_itself(contract: &Contract) -> bool {
    let operations = contract.operations();
    !operations.is_empty()
        && operations.iter().all(|operation| {
            let terms = operation.terms.as_ref().map(|terms| &terms.context);
            matches!(terms, Some(ContextSource::Body(_)))
        })
}

fn schemas(contracts: &[&Arc<Contract>], locate: &wsdl::Locate<'_>) -> BTreeMap<String, Bytes> {
    let files = contracts
        .iter()
        .flat_map(|contract| contract.files().iter().map(move |file| (contract, file)));
    files
        .filter_map(|(contract, file)| {
            let text = wsdl::schema(contract, &file.path, locate)?;
            Some((name(contract, &file.path), Bytes::from(text)))
        })
        .collect()
}

/// The name of a schema file among all that are served.
fn name(contract: &Contract, path: &str) -> String {
    format!("{}/{}/{path}", contract.name(), contract.version())
}

/// `GET /soap/{contract}/{version}?wsdl` or `?xsd=FILE`.
pub(crate) async fn wsdl(gateway: Data<Gateway>, request: HttpRequest) -> HttpResponse {
    let query = request.query_string();
    let found = match query.strip_prefix("xsd=") {
        Some(file) => gateway.descriptions.schemas.get(&file.replace("%2F", "/")),
        None if query.eq_ignore_ascii_case("wsdl") => Some(&gateway.descriptions.wsdl),
        None => None,
    };
    described(&gateway, &request, XML, found.cloned()).await
}

/// `GET /v{version}/openapi.json`.
pub(crate) async fn openapi_json(gateway: Data<Gateway>, request: HttpRequest) -> HttpResponse {
    let found = Some(gateway.descriptions.openapi.clone());
    described(&gateway, &request, JSON, found).await
}

/// Descriptions are for registered organisms, like everything else here.
async fn described(
    gateway: &Data<Gateway>,
    request: &HttpRequest,
    media: &str,
    found: Option<Bytes>,
) -> HttpResponse {
    match found {
        Some(bytes) if fallback::is_known(gateway, request) => {
            HttpResponse::Ok().content_type(media).body(bytes)
        }
        Some(_) | None => fallback::address(gateway.clone(), request.clone()).await,
    }
}
