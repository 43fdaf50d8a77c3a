//! A gate before systems: it counts the questions that have come, and holds them until it opens.

use std::sync::Arc;

use tokio::sync::watch;

/// Clones are one gate, also before several systems.
#[derive(Debug, Clone)]
pub struct Gate {
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug)]
struct State {
    come: usize,
    /// It opens once so many have come.
    opens: usize,
}

impl Gate {
    /// One that stays shut until it is opened.
    pub fn shut() -> Self {
        Self::once(usize::MAX)
    }

    /// One that opens once so many questions have come.
    pub fn once(opens: usize) -> Self {
        let state = State { come: 0, opens };
        Self {
            state: Arc::new(watch::Sender::new(state)),
        }
    }

    /// How many questions have come so far.
    pub fn come(&self) -> usize {
        self.state.borrow().come
    }

    /// Waits until so many have come.
    pub async fn has(&self, questions: usize) {
        self.until(|state| state.come >= questions).await;
    }

    /// Lets all pass, those to come too.
    pub fn open(&self) {
        self.state.send_modify(|state| state.opens = 0);
    }

    pub(super) async fn pass(&self) {
        self.state.send_modify(|state| state.come += 1);
        self.until(|state| state.come >= state.opens).await;
    }

    async fn until(&self, so: impl FnMut(&State) -> bool) {
        // The sender is ours: it is not gone before this is.
        drop(self.state.subscribe().wait_for(so).await);
    }
}

impl PartialEq for Gate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }
}

impl Eq for Gate {}
