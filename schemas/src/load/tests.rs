use std::path::Path;

use crate::{Contract, Governance};

#[test]
fn the_shipped_contracts_load() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts");
    for (name, version, operations) in [("viogen", "2", 5), ("contexto", "1", 0)] {
        let contract = Contract::load(&contracts.join(name).join(version), Governance::Required);
        let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!((contract.name(), contract.version()), (name, version));
        assert_eq!(contract.operations().len(), operations, "{name}");
    }
}
