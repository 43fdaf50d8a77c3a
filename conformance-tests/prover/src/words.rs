//! A counterexample in words.

use cedar_policy::{Entity, EvalResult};
use cedar_policy_symcc::Env;

/// What was allowed, to whom and on what, in Spanish; then what is known of each of them.
pub(crate) fn of(env: &Env) -> String {
    let request = &env.request;
    let told = |uid: Option<&cedar_policy::EntityUid>| {
        uid.map_or_else(|| "?".to_owned(), ToString::to_string)
    };
    let mut lines = vec![format!(
        "se permitiria {} a {} sobre {}",
        told(request.action()),
        told(request.principal()),
        told(request.resource())
    )];
    if let Some(context) = request.context() {
        let names = [
            "operacion",
            "finalidad",
            "conExpediente",
            "peligro",
            "representacion",
        ];
        let pairs: Vec<String> = names
            .iter()
            .filter_map(|name| Some(format!("{name} = {}", context.get(name)?)))
            .collect();
        if !pairs.is_empty() {
            lines.push(format!("  la peticion dice: {}", pairs.join(", ")));
        }
    }
    let mut entities: Vec<&Entity> = env.entities.iter().collect();
    entities.sort_by_key(|entity| entity.uid().to_string());
    for entity in entities {
        let uid = entity.uid();
        if uid.type_name().to_string() == "Action" {
            continue;
        }
        let above: Vec<_> = env
            .entities
            .ancestors(&uid)
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .collect();
        let known = attributes(entity);
        if above.is_empty() && known.is_empty() {
            continue;
        }
        let within = if above.is_empty() {
            String::new()
        } else {
            format!(" es o esta en {}", above.join(", "))
        };
        let with = if known.is_empty() {
            String::new()
        } else {
            format!("; {}", known.join(", "))
        };
        lines.push(format!("  {uid}{within}{with}"));
    }
    lines.join("\n")
}

fn attributes(entity: &Entity) -> Vec<String> {
    let names = [
        "convenio",
        "situacion",
        "modo",
        "listaOperacion",
        "listaFinalidad",
        "techo",
        "accesoExcepcional",
        "relacion",
        "cargo",
        "responsable",
        "nivel",
        "sistemaPropio",
        "finalidad",
    ];
    names
        .iter()
        .filter_map(|name| Some((name, entity.attr(name)?.ok()?)))
        .map(|(name, value): (&&str, EvalResult)| format!("{name} = {value}"))
        .collect()
}
