//! Requests that are not as the address wants them.

use domain::Problem;

use super::Told;
use crate::rest::RestError;

pub(super) fn told(error: &RestError) -> Told {
    match error {
        RestError::NoSuchResource => Told::plain(
            Problem::NoSuchResource,
            "la dirección no existe en este servicio",
        ),
        RestError::MethodNotAllowed { allowed } => {
            let methods: Vec<&str> = allowed.iter().map(|method| method.as_str()).collect();
            let detail = format!("la dirección admite {}", methods.join(", "));
            Told::plain(Problem::MethodNotAllowed, detail)
        }
        RestError::MediaType => {
            let detail = "el tipo de contenido ha de ser `application/json` en UTF-8";
            Told::plain(Problem::UnsupportedMediaType, detail)
        }
        RestError::BadEncoding { place } => Told::breach(
            place.clone(),
            None,
            "codificacion-de-direccion",
            "codificación con % no válida, o que no es UTF-8",
        ),
        RestError::UnknownParameter { name } => Told::breach(
            format!("?{name}"),
            None,
            "parametro-desconocido",
            format!("el parámetro `{name}` no existe en esta operación"),
        ),
        RestError::RepeatedParameter { name } => Told::breach(
            format!("?{name}"),
            None,
            "parametro-repetido",
            format!("el parámetro `{name}` está repetido"),
        ),
        RestError::ReservedParameter { name } => Told::breach(
            format!("?{name}"),
            None,
            "campo-reservado",
            format!("solo la pasarela rellena `{name}`"),
        ),
        RestError::UnexpectedBody => Told::breach(
            "/",
            None,
            "cuerpo-inesperado",
            "la operación no lleva cuerpo",
        ),
        RestError::InvalidIfMatch => Told::breach(
            "If-Match",
            None,
            "version-no-valida",
            "`If-Match` ha de llevar una sola etiqueta fuerte, como \"7\"",
        ),
        RestError::PreconditionRequired => Told::plain(
            Problem::PreconditionRequired,
            "falta `If-Match` con la versión de partida",
        ),
    }
}
