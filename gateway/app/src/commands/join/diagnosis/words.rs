//! What is said to the staff of a force.

use super::{Own, Whose};

pub(super) const KEY_OF_ANOTHER: &str = "La clave privada no es la del certificado.";
pub(super) const KEY_EXPOSED: &str =
    "Cualquier usuario de este equipo puede leer la clave privada.";
pub(super) const OWN_EXPIRED: &str = "Su certificado está caducado.";
pub(super) const OWN_NOT_YET: &str =
    "Según el reloj de este equipo, su certificado aún no es válido.";
pub(super) const OWN_PURPOSE: &str = "Su certificado no es para autenticación de cliente.";
pub(super) const OWN_AMBIGUOUS: &str =
    "Su certificado nombra a más de un organismo, o un identificador que no puede leerse.";

pub(super) const TODO_CLOCK: &str =
    "Sincronice el reloj por NTP con la hora oficial (ROA, o el servidor de Red SARA).";
pub(super) const TODO_BROKEN: &str = "Compruebe que entre ambos extremos no hay un proxy que abra la conexión TLS: debe pasar intacta.";
pub(super) const TODO_NAME: &str =
    "Revise el nombre escrito y el DNS; en Red SARA lo resuelve el DNS de la red.";
pub(super) const TODO_PORT: &str =
    "Revise el puerto escrito; si es el bueno, avise a la Administración Central.";
pub(super) const TODO_SILENT: &str =
    "Pida a su responsable de red que permita la salida a esa dirección y puerto.";
pub(super) const TODO_UNTRUSTED: &str = "Use en --ca el fichero de autoridades que le entregó la Administración Central. \
     Si es ese, algo está interceptando la conexión.";
pub(super) const TODO_SERVER_NAME: &str =
    "Llame a la pasarela por uno de esos nombres, tal como figura en su convenio.";
pub(super) const TODO_SERVER_CLOCK: &str =
    "Ponga en hora el reloj de este equipo: casi con seguridad va atrasado.";
pub(super) const TODO_SERVER_EXPIRED: &str = "Compruebe primero que el reloj de este equipo no va adelantado; si está en hora, avise a la Administración Central.";
pub(super) const TODO_TELL: &str = "Avise a la Administración Central con este texto.";
pub(super) const TODO_REQUIRED: &str =
    "Indique --cert y --key, y compruebe que ningún proxy termina la conexión TLS.";
pub(super) const TODO_RENEW: &str =
    "Pida un nuevo código de alta: un certificado caducado ya no puede renovarse por sí mismo.";
pub(super) const TODO_REVOKED: &str =
    "Pida un nuevo código de alta y haga el alta con una clave nueva.";
pub(super) const TODO_AUTHORITY: &str =
    "Use el certificado que recibió en el alta, o pregunte qué prestadores públicos se admiten.";
pub(super) const TODO_PURPOSE: &str =
    "Use un certificado con uso extendido de autenticación de cliente (clientAuth).";
pub(super) const TODO_BAD: &str =
    "Compruebe el reloj de este equipo y que usa el certificado recibido en el alta.";
pub(super) const TODO_ONE_HOLDER: &str = "Use un certificado que nombre a un solo organismo.";
pub(super) const TODO_NOTHING: &str = "Nada: puede pasar a las pruebas de conformidad.";
pub(super) const TODO_NOT_OURS: &str =
    "Revise la dirección; si es la buena, un proxy responde en lugar de la pasarela.";

/// What the gateway may answer, in other words than its own: code, whose fault, what is so, what to do.
pub(super) const PROBLEMS: &[(&str, Whose, &str, &str)] = &[
    (
        "certificado-no-registrado",
        Whose::Ours,
        "Su certificado es bueno, pero su clave no está registrada a nombre de ningún organismo.",
        "Haga el alta con un código (`pasarela join`); si ya la hizo, compruebe que usa ese certificado.",
    ),
    (
        "certificado-revocado",
        Whose::Ours,
        "Su certificado está revocado.",
        TODO_REVOKED,
    ),
    (
        "certificado-caducado",
        Whose::Ours,
        "Según la pasarela, su certificado está caducado.",
        TODO_RENEW,
    ),
    (
        "certificado-ambiguo",
        Whose::Ours,
        "El certificado nombra a un organismo distinto de aquel a cuyo nombre está su clave.",
        TODO_TELL,
    ),
    (
        "certificado-no-valido",
        Whose::Gateway,
        "La pasarela no puede comprobar si su certificado está revocado.",
        TODO_TELL,
    ),
    (
        "convenio-no-vigente",
        Whose::Gateway,
        "La conexión funciona y su certificado está registrado, pero su convenio no está vigente.",
        "Espere a la inscripción y publicación del convenio, o pregunte por su estado a la Administración Central.",
    ),
    (
        "solicitante-distinto-del-certificado",
        Whose::Ours,
        "El organismo indicado en --organism no es el del certificado.",
        "Indique en --organism el identificador con que se registró el alta.",
    ),
    (
        "operacion-no-permitida",
        Whose::Nobody,
        "La conexión funciona; su convenio no incluye la consulta de coincidencia con la que se prueba.",
        TODO_NOTHING,
    ),
    (
        "finalidad-no-permitida",
        Whose::Nobody,
        "La conexión funciona; su convenio no incluye la finalidad de protección con la que se prueba.",
        TODO_NOTHING,
    ),
    (
        "funcionario-no-autorizado",
        Whose::Nobody,
        "La conexión funciona; el funcionario con que se prueba no figura en su formulario de usuarios.",
        "Nada; si quiere probar también eso, indique en --officer uno que figure en él.",
    ),
    (
        "version-no-convenida",
        Whose::Nobody,
        "La conexión funciona; su convenio habla otra versión del contrato que aquella con la que se prueba.",
        TODO_NOTHING,
    ),
    (
        "firma-ausente",
        Whose::Nobody,
        "La conexión funciona; su convenio pide además que los mensajes vayan firmados, y esta prueba no firma.",
        "Nada: firme su sistema los mensajes como dice el anexo.",
    ),
    (
        "cuota-superada",
        Whose::Nobody,
        "La conexión funciona; su organismo ha agotado por ahora las peticiones que admite su convenio.",
        "Nada: vuelva a probar más tarde.",
    ),
    (
        "cedente-inaccesible",
        Whose::Gateway,
        "La conexión con la pasarela funciona; el sistema que hay detrás no responde.",
        "Vuelva a probar en unos minutos; si sigue igual, avise a la Administración Central.",
    ),
    (
        "cedente-sin-respuesta",
        Whose::Gateway,
        "La conexión con la pasarela funciona; el sistema que hay detrás no responde a tiempo.",
        "Vuelva a probar en unos minutos; si sigue igual, avise a la Administración Central.",
    ),
];

/// What to do about one's own certificate.
pub(super) const fn todo_own(own: &Own) -> &'static str {
    match own {
        Own::Good => TODO_NOTHING,
        Own::KeyOfAnother => "Indique en --key la clave que se generó con ese certificado.",
        Own::KeyExposed => "Quite el permiso a los demás: chmod 600 sobre el fichero de la clave.",
        Own::Expired => TODO_RENEW,
        Own::NotYetValid => {
            "Ponga en hora el reloj de este equipo; si está en hora, espere al comienzo de su validez."
        }
        Own::WrongPurpose => TODO_PURPOSE,
        Own::Ambiguous => TODO_ONE_HOLDER,
        Own::OtherHolder(_) => {
            "Indique en --organism el titular del certificado, o use el certificado de ese organismo."
        }
        Own::Unreadable(_) => {
            "Compruebe que los ficheros son PEM, sin contraseña, y que este usuario puede leerlos."
        }
    }
}
