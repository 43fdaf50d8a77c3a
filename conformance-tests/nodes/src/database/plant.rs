//! A case that is put in from this side of the wire, for whoever needs one in a certain place.

use domain::{CaseId, MunicipalityCode, OrganismId, RiskLevel};

use crate::database::write::Facts;
use crate::database::{Database, DatabaseError};

/// A synthetic case: what is not said here follows from the seed.
#[derive(Clone, Debug)]
pub struct Planted {
    /// Its identifier.
    pub id: CaseId,
    /// Where its victim lives.
    pub municipality: MunicipalityCode,
    /// The document of its victim.
    pub victim: String,
    /// Who answers for it.
    pub responsible: OrganismId,
    /// When it was opened, in seconds since 1970.
    pub at: i64,
}

impl Database {
    /// Puts a case in, at the lowest level that the contract knows.
    ///
    /// # Errors
    /// The database failed, or has a case of that identifier.
    pub async fn plant(&self, planted: &Planted) -> Result<(), DatabaseError> {
        let facts = Facts {
            victim: Some(planted.victim.clone()),
            aggressor: None,
            municipality: Some(planted.municipality),
            state: "activo".to_owned(),
            level: Some(RiskLevel::Low),
            said: None,
        };
        let (id, responsible) = (planted.id.as_str(), planted.responsible.as_str());
        let mut writing = self.write().await?;
        writing.create(id, responsible, &facts, planted.at).await?;
        writing.derive(id).await?;
        writing.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::Planted;
    use crate::database::{Database, Population, Provinces};

    #[tokio::test]
    async fn a_planted_case_is_where_it_was_put() {
        let folder = tempfile::tempdir().unwrap();
        let population = Population {
            seed: 1,
            provinces: Provinces::Some(Vec::new()),
        };
        let path = folder.path().join("central.sqlite");
        let (database, _) = Database::open(&path, &population, |_| ()).await.unwrap();
        let planted = Planted {
            id: "01JQ5Z7N2R8X4V6T0K3M9B1CDF".parse().unwrap(),
            municipality: "13047".parse().unwrap(),
            victim: "99999022J".to_owned(),
            responsible: "E99990999".parse().unwrap(),
            at: 1_600_000_000,
        };
        database.plant(&planted).await.unwrap();
        let changes = database.changes(0, 10).await.unwrap();
        let told: Vec<_> = changes
            .iter()
            .map(|it| (it.id.as_str(), it.municipality))
            .collect();
        assert_eq!(told, [(planted.id.as_str(), Some(planted.municipality))]);
        assert!(database.plant(&planted).await.is_err(), "twice");
    }
}
