use std::sync::LazyLock;

use serde_json::{Map, Value as Json, json};

use super::{Constants, ENVIRONMENT, Expression, ExpressionFault, Scope};

/// A text, and whether a fault is the one it should have.
type Refused<'t> = (&'t str, fn(&ExpressionFault) -> bool);

const NAMES: &[&str] = &["caso", "rango", "letras"];

static VALUES: LazyLock<Map<String, Json>> = LazyLock::new(|| {
    let values = json!({
        "caso": {"a": {"b": "x"}, "l": [{"k": 2}, {"k": 3}], "@x": "y", "n": 2, "si": true},
        "rango": {"x": 1, "z": 9},
    });
    values.as_object().cloned().unwrap_or_default()
});
static LETTERS: LazyLock<Constants> = LazyLock::new(|| {
    let letters = json!({"letras": "TRWAGMYFPDXBNJZSQVHLCKE"});
    Constants::of(letters.as_object().unwrap())
});

fn scope() -> Scope<'static, 'static> {
    let mut scope = Scope::new();
    for (name, value) in &*VALUES {
        scope.set(name, value);
    }
    scope.know(&LETTERS);
    scope
}

#[test]
fn expressions_hold_or_not() {
    let table = [
        ("has(caso.a) && caso.a.b == 'x'", true),
        ("has(caso.zz)", false),
        ("caso.n + 1 == 3 && caso.si", true),
        ("caso['@x'] == 'y'", true),
        ("caso.l.exists(v, v.k > rango[caso.a.b])", true),
        ("caso.l.all(v, v.k > 2)", false),
        (
            "'99999018D'.charAt(8) == letras.charAt(int('99999018') % 23)",
            true,
        ),
        (
            "timestamp('2025-09-11T18:10:00+02:00') - timestamp('2025-09-08T16:10:00Z') <= duration('72h')",
            true,
        ),
    ];
    for (text, expected) in table {
        let compiled = Expression::compile(text, NAMES);
        let expression = compiled.unwrap_or_else(|fault| panic!("{text}: {fault}"));
        assert_eq!(expression.holds(&scope()), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_good_expression_is_refused_by_name() {
    let long = format!("caso.n == {}", "1".repeat(super::LONGEST));
    let deep = format!("{}caso.n{} == 1", "(".repeat(17), ")".repeat(17));
    let table: [Refused<'_>; 6] = [
        ("caso.n ==", |fault| {
            matches!(fault, ExpressionFault::Syntax(_))
        }),
        ("otro.n == 1", |fault| {
            *fault == ExpressionFault::UnknownName("otro".to_owned())
        }),
        ("caso.l.all(v, caso.l.all(w, v == w))", |fault| {
            *fault == ExpressionFault::NestedPasses
        }),
        ("caso.l.all(v, [1].map(w, w).size() == 1)", |fault| {
            *fault == ExpressionFault::NestedPasses
        }),
        (&long, |fault| *fault == ExpressionFault::TooLarge),
        (&deep, |fault| *fault == ExpressionFault::TooLarge),
    ];
    for (text, expected) in table {
        let fault = Expression::compile(text, NAMES).unwrap_err();
        assert!(expected(&fault), "{text}: {fault}");
    }
}

#[test]
fn what_fails_says_why_and_never_repeats_a_value() {
    let table = [
        ("caso.a.zz == 1", "failed: no such key"),
        ("rango[caso['@x']] == 1", "failed: no such key"),
        ("caso[caso['@x']].b == 1", "failed: no such key"),
        ("int(caso.a.b) == 1", "failed: "),
        ("timestamp(caso.a.b) == timestamp(caso.a.b)", "failed: "),
        ("caso.n / 0 == 1", "failed: division by zero"),
        ("sinNombre(1)", "failed: "),
        ("caso.a.b", "gave a text"),
    ];
    for (text, expected) in table {
        let expression = Expression::compile(text, NAMES).unwrap();
        let fault = expression.holds(&scope()).unwrap_err().to_string();
        assert!(fault.starts_with(expected), "{text}: {fault}");
        for value in ["x", "y"] {
            for quote in ['"', '`', '\''] {
                let quoted = format!("{quote}{value}{quote}");
                assert!(!fault.contains(&quoted), "{text}: {fault}");
            }
        }
    }
}

#[test]
fn an_inner_scope_hides_and_adds() {
    let outer = scope();
    let mut inner = outer.inner();
    inner.set_text("letras", "ABC");
    let expression = Expression::compile("letras + caso.a.b", NAMES).unwrap();
    assert_eq!(expression.text_of(&inner), Ok("ABCx".to_owned()));
    assert_eq!(
        expression.text_of(&outer),
        Ok("TRWAGMYFPDXBNJZSQVHLCKEx".to_owned())
    );
}

#[test]
fn the_functions_on_texts_are_there() {
    let expression = ENVIRONMENT.compile("'abc'.substring(1, 2) + 'x'.upperAscii()");
    let context = cel::Context::with_env(super::environment());
    let value = expression.unwrap().execute(&context);
    assert_eq!(value, Ok(cel::Value::from("bX")));
}

#[test]
fn patterns_are_matched_wherever_they_are_asked() {
    let table = [
        ("'99999018D'.matches('^[0-9]{8}[A-Z]$')", Ok(true)),
        ("matches('99999018', '^[0-9]{8}[A-Z]$')", Ok(false)),
        ("['a1', 'b2'].all(v, v.matches('^[ab][0-9]$'))", Ok(true)),
        ("'a1'.matches(caso.a.b + '|a')", Ok(true)),
        ("'a'.matches('(')", Err("failed: function `matches`")),
        (
            "1.matches('a')",
            Err("failed: no such overload of `matches`"),
        ),
    ];
    // The second time the pattern is known.
    for _ in 0..2 {
        for (text, expected) in &table {
            let expression = Expression::compile(text, NAMES).unwrap();
            let held = expression
                .holds(&scope())
                .map_err(|fault| fault.to_string());
            assert_eq!(
                held.as_ref().map_err(String::as_str),
                expected.as_ref().map_err(|fault| *fault),
                "{text}"
            );
        }
    }
}
