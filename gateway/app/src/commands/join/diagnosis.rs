//! From what was observed to what is wrong, whose fault it is, and what to do: pure, and in words for people.

mod words;

use certs::client::{Alert, ServerFault, ServerFaultKind};

use super::address::Unreached;

/// How far clocks may be apart before it is told; messages of other partners must be of now, too.
const SKEW_S: u64 = 60;

/// What was observed.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The host that was called.
    pub(super) host: String,
    /// Our own certificate, looked at here.
    pub(super) own: Own,
    /// How far the connection came.
    pub(super) connection: Connection,
    /// How many seconds our clock is ahead of the gateway's, where the gateway told.
    pub(super) ahead_s: Option<i64>,
}

/// Our own certificate and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// Nothing is wrong with them here.
    Good,
    /// The key is another certificate's.
    KeyOfAnother,
    /// Everybody on this machine may read the key.
    KeyExposed,
    /// The certificate has expired, by our clock.
    Expired,
    /// It is not valid yet, by our clock.
    NotYetValid,
    /// It is not for TLS clients.
    WrongPurpose,
    /// It names two organisms.
    Ambiguous,
    /// It names another organism than the one we ask as, and is of this one.
    OtherHolder(String),
    /// A file cannot be read as what it should be.
    Unreadable(String),
}

/// How far the connection came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Connection {
    /// Not to the machine.
    Unreached(Unreached),
    /// We did not accept the server.
    Server(ServerFault),
    /// The server did not accept us.
    Alert(Alert),
    /// It ended otherwise.
    Broken(String),
    /// To an answer.
    Answered(Answer),
}

/// What the gateway answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The code of the problem, if it was one of the gateway's.
    pub(super) code: Option<String>,
    /// Whose fault the gateway says it is.
    pub(super) blame: Option<String>,
    /// Its words.
    pub(super) detail: String,
}

/// Whose fault something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Nobody's: it works.
    Nobody,
    /// The force's own systems.
    Ours,
    /// The network between.
    Network,
    /// The gateway, or those who run it.
    Gateway,
}

impl Whose {
    /// In words.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "correcto",
            Self::Ours => "de su parte",
            Self::Network => "de la red",
            Self::Gateway => "de la pasarela o de la Administración Central",
        }
    }
}

/// One thing that is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// A stable name.
    pub(super) code: &'static str,
    pub(super) whose: Whose,
    /// What is so.
    pub(super) said: String,
    /// What to do about it.
    pub(super) todo: &'static str,
}

/// What the facts mean; the first is the one to look at first.
pub(super) fn diagnose(facts: &Facts) -> Vec<Finding> {
    let own = own(&facts.own);
    let clock = facts.ahead_s.and_then(clock);
    let connection = match (&facts.connection, &own) {
        // What is wrong with our certificate was told already, and better.
        (Connection::Alert(_), Some(_)) => None,
        (connection, _) => connected(facts, connection),
    };
    own.into_iter().chain(clock).chain(connection).collect()
}

fn own(own: &Own) -> Option<Finding> {
    let (code, said) = match own {
        Own::Good => return None,
        Own::KeyOfAnother => (
            "clave-de-otro-certificado",
            words::KEY_OF_ANOTHER.to_owned(),
        ),
        Own::KeyExposed => ("clave-expuesta", words::KEY_EXPOSED.to_owned()),
        Own::Expired => ("certificado-propio-caducado", words::OWN_EXPIRED.to_owned()),
        Own::NotYetValid => (
            "certificado-propio-aun-no-valido",
            words::OWN_NOT_YET.to_owned(),
        ),
        Own::WrongPurpose => (
            "certificado-propio-para-otro-uso",
            words::OWN_PURPOSE.to_owned(),
        ),
        Own::Ambiguous => (
            "certificado-propio-ambiguo",
            words::OWN_AMBIGUOUS.to_owned(),
        ),
        Own::OtherHolder(holder) => (
            "certificado-propio-de-otro-organismo",
            format!("El certificado es de {holder}, no del organismo indicado."),
        ),
        Own::Unreadable(why) => (
            "fichero-propio-ilegible",
            format!("Uno de los ficheros propios no puede usarse: {why}."),
        ),
    };
    Some(ours(code, said, words::todo_own(own)))
}

fn clock(ahead_s: i64) -> Option<Finding> {
    if ahead_s.unsigned_abs() <= SKEW_S {
        return None;
    }
    let direction = if ahead_s > 0 {
        "adelantado"
    } else {
        "atrasado"
    };
    let said = format!(
        "El reloj de este equipo va {direction} {} segundos respecto al de la pasarela.",
        ahead_s.unsigned_abs()
    );
    Some(ours("reloj-desajustado", said, words::TODO_CLOCK))
}

fn connected(facts: &Facts, connection: &Connection) -> Option<Finding> {
    let host = &facts.host;
    Some(match connection {
        Connection::Unreached(why) => unreached(host, why),
        Connection::Server(fault) => server(host, fault),
        Connection::Alert(alert) => refused(alert),
        Connection::Broken(why) => Finding {
            code: "conexion-interrumpida",
            whose: Whose::Network,
            said: format!("La conexión se interrumpe: {why}."),
            todo: words::TODO_BROKEN,
        },
        Connection::Answered(answer) => return answered(facts, answer),
    })
}

fn unreached(host: &str, why: &Unreached) -> Finding {
    let network = |code, said, todo| Finding {
        code,
        whose: Whose::Network,
        said,
        todo,
    };
    match why {
        Unreached::NoName => network(
            "nombre-no-resuelto",
            format!("El nombre {host} no se resuelve a ninguna dirección."),
            words::TODO_NAME,
        ),
        Unreached::Refused => network(
            "puerto-cerrado",
            format!("El equipo {host} responde, pero nadie escucha en ese puerto."),
            words::TODO_PORT,
        ),
        Unreached::Silent => network(
            "sin-respuesta",
            format!("Nada responde en {host}: probablemente un cortafuegos descarta la conexión."),
            words::TODO_SILENT,
        ),
        Unreached::Other(why) => network(
            "red-con-fallo",
            format!("La red no deja llegar a {host}: {why}."),
            words::TODO_SILENT,
        ),
    }
}

fn server(host: &str, fault: &ServerFault) -> Finding {
    let ServerFault { kind, names } = fault;
    match kind {
        ServerFaultKind::Untrusted => ours(
            "cadena-del-servidor-no-reconocida",
            "Ninguna de las autoridades de --ca emitió el certificado del servidor.".to_owned(),
            words::TODO_UNTRUSTED,
        ),
        ServerFaultKind::OtherName => ours(
            "nombre-del-servidor-distinto",
            format!(
                "El certificado del servidor no es para {host}, sino para: {}.",
                names.join(", ")
            ),
            words::TODO_SERVER_NAME,
        ),
        ServerFaultKind::NotYetValid => ours(
            "certificado-del-servidor-aun-no-valido",
            "Según el reloj de este equipo, el certificado del servidor aún no es válido."
                .to_owned(),
            words::TODO_SERVER_CLOCK,
        ),
        ServerFaultKind::Expired => Finding {
            code: "certificado-del-servidor-caducado",
            whose: Whose::Gateway,
            said: "Según el reloj de este equipo, el certificado del servidor está caducado."
                .to_owned(),
            todo: words::TODO_SERVER_EXPIRED,
        },
        ServerFaultKind::Other(said) => Finding {
            code: "certificado-del-servidor-no-valido",
            whose: Whose::Gateway,
            said: format!("El certificado del servidor no es válido ({said})."),
            todo: words::TODO_TELL,
        },
    }
}

fn refused(alert: &Alert) -> Finding {
    let (code, said, todo) = match alert {
        Alert::CertificateRequired => (
            "certificado-no-presentado",
            "La pasarela pide un certificado de cliente y no le ha llegado ninguno.",
            words::TODO_REQUIRED,
        ),
        Alert::Expired => (
            "certificado-propio-caducado",
            "Según la pasarela, su certificado está caducado.",
            words::TODO_RENEW,
        ),
        Alert::Revoked => (
            "certificado-propio-revocado",
            "Su certificado está revocado.",
            words::TODO_REVOKED,
        ),
        Alert::UnknownAuthority => (
            "autoridad-no-reconocida",
            "La pasarela no reconoce a la autoridad que emitió su certificado.",
            words::TODO_AUTHORITY,
        ),
        Alert::WrongPurpose => (
            "certificado-propio-para-otro-uso",
            "Según la pasarela, su certificado no es para autenticación de cliente.",
            words::TODO_PURPOSE,
        ),
        Alert::BadCertificate => (
            "certificado-propio-no-valido",
            "La pasarela no da por bueno su certificado: aún no es válido o su firma no cuadra.",
            words::TODO_BAD,
        ),
        Alert::Holder => (
            "certificado-propio-ambiguo",
            "La pasarela no sabe de quién es su certificado: nombra a más de un organismo, o a ninguno que pueda leerse.",
            words::TODO_ONE_HOLDER,
        ),
        Alert::Version => (
            "version-de-tls",
            "La pasarela no admite la versión de TLS de este equipo.",
            words::TODO_TELL,
        ),
        Alert::Other(said) => {
            let said = format!("La pasarela rechaza la conexión ({said}).");
            return ours("conexion-rechazada", said, words::TODO_TELL);
        }
    };
    ours(code, said.to_owned(), todo)
}

fn answered(facts: &Facts, answer: &Answer) -> Option<Finding> {
    let Answer {
        status,
        code,
        blame,
        detail,
    } = answer;
    if *status == 200 {
        let fine = facts.own == Own::Good;
        return fine.then(|| Finding {
            code: "todo-correcto",
            whose: Whose::Nobody,
            said: "La conexión funciona y la pasarela responde a una consulta de coincidencia."
                .to_owned(),
            todo: words::TODO_NOTHING,
        });
    }
    let Some(code) = code else {
        return Some(Finding {
            code: "no-es-la-pasarela",
            whose: Whose::Network,
            said: format!("Responde algo que no es la pasarela (estado {status})."),
            todo: words::TODO_NOT_OURS,
        });
    };
    let known = words::PROBLEMS.iter().find(|(known, ..)| known == code);
    let whose = match blame.as_deref() {
        Some("solicitante") => Whose::Ours,
        Some(_) | None => Whose::Gateway,
    };
    Some(match known {
        Some((code, whose, said, todo)) => Finding {
            code,
            whose: *whose,
            said: (*said).to_owned(),
            todo,
        },
        None => Finding {
            code: "peticion-denegada",
            whose,
            said: format!("La pasarela deniega la consulta de prueba ({code}): {detail}"),
            todo: words::TODO_TELL,
        },
    })
}

fn ours(code: &'static str, said: String, todo: &'static str) -> Finding {
    Finding {
        code,
        whose: Whose::Ours,
        said,
        todo,
    }
}

#[cfg(test)]
mod tests;
