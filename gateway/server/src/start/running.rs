//! A gateway that serves, and how it ends.

use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use tokio::task::JoinHandle;

use crate::console::Serving;
use crate::sandbox;
use crate::standing::Current;

/// A gateway that serves.
pub struct Running {
    pub(super) address: SocketAddr,
    pub(super) enrolment: Option<(SocketAddr, ServerHandle)>,
    pub(super) handle: ServerHandle,
    pub(super) serving: JoinHandle<std::io::Result<()>>,
    pub(super) console: Option<Serving>,
    pub(super) current: Arc<Current>,
    pub(super) tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has in force, as long as it runs.
    pub fn in_force(&self) -> sandbox::InForce {
        sandbox::InForce(Arc::clone(&self.current))
    }

    /// The address of the console, if there is one.
    pub fn console(&self) -> Option<SocketAddr> {
        self.console.as_ref().map(|console| console.address)
    }

    /// The address that enrolment listens on, where there is any.
    pub fn enrolment(&self) -> Option<SocketAddr> {
        self.enrolment.as_ref().map(|(address, _)| *address)
    }

    /// Waits until it ends, by a signal or by a fault of the listener.
    ///
    /// # Errors
    /// The fault of the listener.
    pub async fn ended(&mut self) -> std::io::Result<()> {
        (&mut self.serving)
            .await
            .unwrap_or_else(|fault| Err(std::io::Error::other(fault)))
    }

    /// Lets open requests finish, then ends.
    pub async fn stop(self) {
        if let Some((_, enrolment)) = self.enrolment {
            enrolment.stop(true).await;
        }
        self.handle.stop(true).await;
        if let Some(console) = self.console {
            console.stop().await;
        }
        for task in self.tasks {
            task.abort();
        }
    }
}
