//! The bound on what an expression costs: passes over lists do not nest.

use std::collections::BTreeSet;

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr};

use super::ExpressionFault;

/// The names that the expression's own passes bind.
pub(super) fn bound(expression: &Expr) -> Result<BTreeSet<String>, ExpressionFault> {
    let mut names = BTreeSet::new();
    walk(expression, 0, &mut names)?;
    Ok(names)
}

fn walk(
    expression: &Expr,
    passes: usize,
    names: &mut BTreeSet<String>,
) -> Result<(), ExpressionFault> {
    let mut each = |inner: &IdedExpr, passes| walk(&inner.expr, passes, names);
    match expression {
        Expr::Call(call) => {
            let mut parts = call.target.iter().map(AsRef::as_ref).chain(&call.args);
            parts.try_for_each(|part| each(part, passes))
        }
        Expr::Select(select) => each(&select.operand, passes),
        Expr::List(list) => list.elements.iter().try_for_each(|part| each(part, passes)),
        Expr::Map(map) => entries(map.entries.iter().map(|entry| &entry.expr), passes, names),
        Expr::Struct(made) => entries(made.entries.iter().map(|entry| &entry.expr), passes, names),
        Expr::Comprehension(pass) => {
            if passes > 0 {
                return Err(ExpressionFault::NestedPasses);
            }
            each(&pass.iter_range, passes)?;
            for part in [
                &pass.accu_init,
                &pass.loop_cond,
                &pass.loop_step,
                &pass.result,
            ] {
                each(part, passes + 1)?;
            }
            names.extend([pass.iter_var.clone(), pass.accu_var.clone()]);
            names.extend(pass.iter_var2.clone());
            Ok(())
        }
        // The library's list is open: names, literals and whatever has no parts.
        _ => Ok(()),
    }
}

fn entries<'e>(
    entries: impl Iterator<Item = &'e EntryExpr>,
    passes: usize,
    names: &mut BTreeSet<String>,
) -> Result<(), ExpressionFault> {
    for entry in entries {
        match entry {
            EntryExpr::StructField(field) => walk(&field.value.expr, passes, names)?,
            EntryExpr::MapEntry(pair) => {
                walk(&pair.key.expr, passes, names)?;
                walk(&pair.value.expr, passes, names)?;
            }
        }
    }
    Ok(())
}
