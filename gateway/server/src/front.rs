//! One fronted contract at its addresses.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};
use contract::Contract;
use domain::OrganismId;
use peers::Holder;

use crate::gateway::Gateway;
use crate::{descriptions, fallback, rest, soap};

/// A service of others that is fronted: its contract, and whoever offers it.
pub struct Foreign {
    /// Its contract, governed from beside it.
    pub contract: Arc<Contract>,
    /// The way to ask it.
    pub holder: Holder,
    /// Who offers it, as the evidence names it.
    pub holder_id: OrganismId,
}

/// The path of the contract's SOAP messages.
pub(crate) fn soap_path(contract: &Contract) -> String {
    format!("/soap/{}/{}", contract.name(), contract.version())
}

/// What the paths of its REST resources begin with: a version of the contract that is decided on is
/// told by its number, any other by its name, too.
pub(crate) fn rest_prefix(contract: &Contract, own: &str) -> String {
    if contract.name() == own {
        format!("/v{}", contract.version())
    } else {
        format!("/{}/v{}", contract.name(), contract.version())
    }
}

/// Serves the contract at its addresses.
pub(crate) fn serve(gateway: &Data<Gateway>, services: &mut ServiceConfig) {
    services
        .service(
            web::resource(soap_path(&gateway.contract))
                .app_data(gateway.clone())
                .route(web::post().to(soap::serve))
                .route(web::get().to(descriptions::wsdl))
                .default_service(web::to(fallback::method)),
        )
        .service(
            web::scope(&gateway.rest_prefix)
                .app_data(gateway.clone())
                .route("/openapi.json", web::get().to(descriptions::openapi_json))
                .default_service(web::to(rest::serve)),
        );
}
