//! Cases put together lately, so that asking again for one costs neither database nor assembly.
//!
//! All writes go through this server, so a write forgets the case. A reader who began before the write must not put
//! back what it saw: whoever reads takes a ticket first, and a ticket older than the last write is refused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contract::Document;

/// Cases kept in each of the two generations.
const CAPACITY: usize = 2048;

/// The cases, by identifier.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Generations>);

/// The young generation takes what is used; when it is full it becomes the old one, and what was there is forgotten.
#[derive(Debug, Default)]
struct Generations {
    young: HashMap<String, Arc<Document>>,
    old: HashMap<String, Arc<Document>>,
    writes: u64,
}

/// When a reader began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket(u64);

impl Cache {
    /// A case that is still as it was, or the ticket to bring it.
    pub(super) fn get(&self, id: &str) -> Result<Arc<Document>, Ticket> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = all.young.get(id) {
            return Ok(Arc::clone(found));
        }
        match all.old.remove(id) {
            Some(found) => {
                all.insert(id, Arc::clone(&found));
                Ok(found)
            }
            None => Err(Ticket(all.writes)),
        }
    }

    /// Keeps a case that was read under a ticket, unless something was written since.
    pub(super) fn put(&self, ticket: Ticket, id: &str, case: &Arc<Document>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.writes == ticket.0 {
            all.insert(id, Arc::clone(case));
        }
    }

    /// Forgets a case; to be called after its write has been committed and before anybody is told.
    pub(super) fn forget(&self, id: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.writes += 1;
        all.young.remove(id);
        all.old.remove(id);
    }
}

impl Generations {
    fn insert(&mut self, id: &str, case: Arc<Document>) {
        if self.young.len() >= CAPACITY {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id.to_owned(), case);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use contract::{Contract, Document, Governance, Limits, QName};

    use super::{CAPACITY, Cache};

    fn document() -> Arc<Document> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/viogen/2");
        let contract = Contract::load(&folder, Governance::Required).unwrap();
        let (ns, name) = (contract.namespace(), "ConsultarCasoRespuesta");
        let root = contract.root(&QName::new(Some(ns), name)).unwrap();
        let xml = format!("<{name} xmlns=\"{ns}\"><caso/></{name}>");
        Arc::new(
            contract::xml::decode(&contract, root, xml.as_bytes(), &Limits::default()).unwrap(),
        )
    }

    #[test]
    fn what_was_read_before_a_write_is_not_kept_after_it() {
        let (cache, case) = (Cache::default(), document());
        let early = cache.get("a").unwrap_err();
        cache.put(early, "a", &case);
        assert!(cache.get("a").is_ok());
        cache.forget("a");
        assert!(cache.get("a").is_err());
        cache.put(early, "a", &case);
        assert!(cache.get("a").is_err());
    }

    #[test]
    fn what_is_not_used_is_forgotten_and_what_is_used_stays() {
        let (cache, case) = (Cache::default(), document());
        let put = |id: &str| cache.put(cache.get(id).unwrap_err(), id, &case);
        put("used");
        put("unused");
        for number in 0..3 * CAPACITY {
            put(&number.to_string());
            assert!(cache.get("used").is_ok());
        }
        assert!(cache.get("unused").is_err());
    }
}
