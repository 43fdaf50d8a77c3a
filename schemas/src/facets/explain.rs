//! What a fault means, in Spanish, for whoever sent the text.

use super::{FacetFault, SimpleType};

impl SimpleType {
    /// What the fault means, in Spanish, with the bound that was missed and never the value.
    pub fn explain(&self, fault: FacetFault) -> String {
        let facets = &self.facets;
        let count = |number: Option<u64>| number.unwrap_or(0);
        let bound = |bound: &Option<super::Bound>| {
            bound.as_ref().map_or_else(String::new, |bound| {
                let side = if bound.inclusive { "" } else { " (excluido)" };
                format!("`{}`{side}", bound.text)
            })
        };
        match fault {
            FacetFault::Form(builtin) => {
                format!("el valor no tiene la forma de `{builtin}`")
            }
            FacetFault::Enumeration => "el valor no es ninguno de los admitidos".to_owned(),
            FacetFault::Pattern => {
                let texts: Vec<_> = facets
                    .patterns
                    .iter()
                    .map(|p| format!("`{}`", p.text()))
                    .collect();
                format!("el valor no sigue el patrón {}", texts.join(" y "))
            }
            FacetFault::Length => {
                format!("la longitud del valor no es {}", count(facets.length))
            }
            FacetFault::MinLength => {
                format!("el valor es más corto que {}", count(facets.min_length))
            }
            FacetFault::MaxLength => {
                format!("el valor es más largo que {}", count(facets.max_length))
            }
            FacetFault::Min => format!("el valor es menor que el mínimo {}", bound(&facets.min)),
            FacetFault::Max => format!("el valor es mayor que el máximo {}", bound(&facets.max)),
            FacetFault::TotalDigits => {
                format!(
                    "el valor tiene más de {} cifras",
                    count(facets.total_digits)
                )
            }
            FacetFault::FractionDigits => {
                format!(
                    "el valor tiene más de {} decimales",
                    count(facets.fraction_digits)
                )
            }
        }
    }
}
