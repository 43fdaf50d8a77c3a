//! Building documents by hand, under the same validation as the decoders.

use std::sync::Arc;

use crate::sink::{Sink, Stop, Wanted};
use crate::violation::{Violation, ViolationKind};
use crate::{Contract, Document, ElementId, Limits, NodeRef, xml};

/// A document under construction; the calls come in schema order.
///
/// Whether masked values are refused is told by the root, as for the decoders: they are when it is
/// the request of an operation. After an error the builder goes on only to collect more of them;
/// `finish` gives no document.
#[derive(Debug)]
pub struct Builder {
    contract: Arc<Contract>,
    sink: Sink,
    broken: bool,
}

impl Builder {
    /// Begins a document with the open element `root`.
    pub fn new(contract: &Arc<Contract>, root: ElementId) -> Self {
        let sink = Sink::new(contract, root, &Limits::default());
        Self {
            contract: Arc::clone(contract),
            sink,
            broken: false,
        }
    }

    /// The contract of the document.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// The open element; `None` once the root is closed.
    pub fn open_element(&self) -> Option<ElementId> {
        self.sink.open_element()
    }

    /// Opens the child element `local`.
    ///
    /// # Errors
    /// The contract does not allow it here.
    pub fn open(&mut self, local: &str) -> Result<(), Violation> {
        self.run(|sink, contract| sink.open(contract, Wanted::Local(local)).map(|_| ()))
    }

    /// Adds the child element `local` with its value.
    ///
    /// # Errors
    /// The contract does not allow it here, or not with that value.
    pub fn leaf(&mut self, local: &str, text: &str) -> Result<(), Violation> {
        self.open(local)?;
        self.text(text)?;
        self.close()
    }

    /// Adds an attribute to the open element, before its content.
    ///
    /// # Errors
    /// The contract does not allow it here, or not with that value.
    pub fn attribute(&mut self, local: &str, text: &str) -> Result<(), Violation> {
        self.run(|sink, contract| {
            carried(sink, contract, text)?;
            sink.attribute(contract, Wanted::Local(local), text)
        })
    }

    /// Gives the open element its value.
    ///
    /// # Errors
    /// The contract does not allow it here, or not that value.
    pub fn text(&mut self, text: &str) -> Result<(), Violation> {
        self.run(|sink, contract| {
            carried(sink, contract, text)?;
            sink.text(contract, text)
        })
    }

    /// Makes the open element nil.
    ///
    /// # Errors
    /// The contract does not allow it.
    pub fn nil(&mut self) -> Result<(), Violation> {
        self.run(Sink::nil)
    }

    /// Closes the open element.
    ///
    /// # Errors
    /// Something required is missing from it.
    pub fn close(&mut self) -> Result<(), Violation> {
        self.run(Sink::close)
    }

    /// Adds a copy of an element of another document as the next child. Between documents of one
    /// contract it is cheap; else the names must be the same, and everything is validated anew.
    ///
    /// # Errors
    /// The contract does not allow it here.
    pub fn append(&mut self, node: NodeRef<'_>) -> Result<(), Violation> {
        let contract = Arc::clone(&self.contract);
        self.run(|sink, _| sink.graft(&contract, node))
    }

    /// Ends the document, closing the root and whatever else is open.
    ///
    /// # Errors
    /// Everything that was not accepted on the way, and what is missing at the end.
    pub fn finish(mut self) -> Result<Document, Vec<Violation>> {
        while !self.broken && self.sink.depth() > 0 {
            self.broken = self.sink.close(&self.contract).is_err();
        }
        self.sink.finish(&self.contract, |_| 0)
    }

    /// Lets `call` drive the sink; a violation that it noted is the error.
    fn run(
        &mut self,
        call: impl FnOnce(&mut Sink, &Contract) -> Result<(), Stop>,
    ) -> Result<(), Violation> {
        let before = self.sink.violation_count();
        if self.broken {
            return Err(self.last());
        }
        self.broken = call(&mut self.sink, &self.contract).is_err();
        if self.broken || self.sink.violation_count() > before {
            return Err(self.last());
        }
        Ok(())
    }

    /// The last violation; a call after the root was closed has none of its own.
    fn last(&self) -> Violation {
        self.sink.last_violation().unwrap_or(Violation {
            path: "/".to_owned(),
            line: None,
            kind: ViolationKind::UnexpectedText,
        })
    }

    /// Contract and sink, for the JSON decoder.
    pub(crate) fn parts(&mut self) -> (&Contract, &mut Sink) {
        (&self.contract, &mut self.sink)
    }

    /// Takes no more calls.
    pub(crate) fn break_off(&mut self) {
        self.broken = true;
    }
}

/// Refuses text that XML cannot carry.
fn carried(sink: &mut Sink, contract: &Contract, text: &str) -> Result<(), Stop> {
    if text.chars().all(xml::is_char) {
        return Ok(());
    }
    sink.violate(contract, ViolationKind::IllegalCharacter)?;
    Err(Stop)
}
