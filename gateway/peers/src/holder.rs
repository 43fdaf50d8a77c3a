//! A system that holds answers, ready to be asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use adapters::signatures;
use adapters::soap::SoapVersion;
use adapters::trace::Trace;
use contract::{Contract, Document, ElementId, Operation};
use domain::{Context, OperationKind};
use exchange::{Answer, Permitted};
use reqwest::Url;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::breaker::{Breaker, Outcome};
use crate::clients::Clients;
use crate::pulse::{Beat, Pulse};
use crate::request::{self, Form, Request};
use crate::seal::{self, Trust};
use crate::tongue::Heard;
use crate::transport::{self, Reply};
use crate::{
    ConnectError, HolderConfig, PeerFault, Protocol, Signatures, Speech, Wait, addressing, answer,
    parcel, rest,
};

/// A system that holds answers. Cheap to clone; clones share connections and turns.
#[derive(Clone)]
pub struct Holder {
    shared: Arc<Shared>,
}

struct Shared {
    config: HolderConfig,
    endpoint: Url,
    contract: Arc<Contract>,
    speech: Speech,
    clients: RwLock<Clients>,
    turns: Semaphore,
    breaker: Mutex<Breaker>,
    beat: Mutex<Beat>,
    without_lots: AtomicBool,
}

/// Whether asking the same twice does the same as asking it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    Harmless,
    Never,
}

/// A question with all that is needed to ask it and to read its answer.
pub(crate) struct Question<'q> {
    pub(crate) context: &'q Context,
    pub(crate) operation: &'q Operation,
    pub(crate) document: &'q Document,
    pub(crate) expected: ElementId,
    pub(crate) repeat: Repeat,
    /// How long to wait at most; the holder's own limit holds too.
    pub(crate) longest: Duration,
    /// The trace that it belongs to, told to the holder.
    pub(crate) trace: Option<Trace>,
    /// Who may sign its answer.
    pub(crate) trust: &'q Trust<'q>,
}

/// An answer, with the signature of the question that it must confirm.
struct Answered {
    reply: Reply,
    signature: Option<Vec<u8>>,
    /// The question as it left, which the answer over REST must be to.
    asked: Option<signatures::Question>,
    /// The name of the question, which its answer may repeat.
    name: Option<String>,
}

impl Holder {
    /// Checks the certificates as of `now` (seconds since the epoch) and gets ready; connects with the first question.
    pub fn connect(
        config: HolderConfig,
        contract: Arc<Contract>,
        now: i64,
    ) -> Result<Self, ConnectError> {
        Self::speaking(config, contract, Speech::default(), now)
    }

    /// The same for a holder that signs, or speaks a dialect: questions and answers are of `contract` all the same.
    pub fn speaking(
        config: HolderConfig,
        contract: Arc<Contract>,
        speech: Speech,
        now: i64,
    ) -> Result<Self, ConnectError> {
        if let Some(signatures) = &speech.signatures {
            signatures.check()?;
        }
        let endpoint = transport::endpoint(&config.endpoint)?;
        let clients = RwLock::new(Clients::connect(&config, now)?);
        let turns = Semaphore::new(config.bounds.open_questions.min(Semaphore::MAX_PERMITS));
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                endpoint,
                contract,
                speech,
                clients,
                turns,
                breaker: Mutex::new(Breaker::new()),
                beat: Mutex::default(),
                without_lots: AtomicBool::new(false),
            }),
        })
    }

    /// Reads certificates, key and authorities again; open questions end on the connections they have. Whether it knows
    /// lots is found out anew.
    pub fn reload(&self, now: i64) -> Result<(), ConnectError> {
        let clients = Clients::connect(&self.shared.config, now)?;
        *self
            .shared
            .clients
            .write()
            .unwrap_or_else(PoisonError::into_inner) = clients;
        self.shared.without_lots.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// The contract of its questions and answers, as we see them.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.shared.contract
    }

    /// Whether it failed so often that it is not asked at this moment.
    pub fn rests(&self) -> bool {
        self.breaker().rests(Instant::now())
    }

    /// Asks what was permitted, as one step of a trace.
    pub async fn ask(
        &self,
        permitted: &Permitted,
        trace: Option<Trace>,
        trust: &Trust<'_>,
    ) -> Result<Answer, PeerFault> {
        let longest = Duration::MAX;
        self.ask_within(permitted, (trace, longest), trust).await
    }

    /// Asks what was permitted, and waits no longer than that, however long this holder may take otherwise.
    pub async fn ask_within(
        &self,
        permitted: &Permitted,
        (trace, longest): (Option<Trace>, Duration),
        trust: &Trust<'_>,
    ) -> Result<Answer, PeerFault> {
        let question = Question {
            context: permitted.context(),
            operation: permitted.operation(),
            document: permitted.question(),
            expected: permitted.expected(),
            repeat: repeat(permitted.kind()),
            longest,
            trace,
            trust,
        };
        let heard = self.watched(&question).await?;
        Ok(Answer::new(heard.document).having_lost(heard.lost))
    }

    /// Asks unless it rests, and tells the breaker how that ended.
    pub(crate) async fn watched(&self, question: &Question<'_>) -> Result<Heard, PeerFault> {
        if !self.breaker().admits(Instant::now()) {
            return Err(PeerFault::Resting);
        }
        // What is cut off from outside has told nothing.
        let mut watch = Watch {
            holder: self,
            outcome: Outcome::Untold,
        };
        let answered = self.heard(question).await;
        watch.outcome = match &answered {
            Ok(_) => Outcome::Works,
            Err(fault) => fault.outcome(),
        };
        answered
    }

    /// Whether it takes many questions as one: whoever has words of its own or speaks REST is asked one by one.
    pub(crate) fn takes_lots(&self) -> bool {
        let Speech {
            tongue, protocol, ..
        } = &self.shared.speech;
        tongue.is_none()
            && matches!(protocol, Protocol::Soap(_))
            && !self.without_lots().load(Ordering::Relaxed)
    }

    /// Whether it was found not to know lots.
    pub(crate) fn without_lots(&self) -> &AtomicBool {
        &self.shared.without_lots
    }

    /// What a question beside the exchanges shows: a system that answers is asked again.
    pub(crate) fn stirs(&self) {
        self.breaker().learn(Outcome::Stirs, Instant::now());
    }

    /// How it was found when it was asked last.
    pub fn pulse(&self) -> Pulse {
        let now = Instant::now();
        let resting = self.breaker().rests(now);
        self.beat().pulse(now, resting)
    }

    fn beat(&self) -> MutexGuard<'_, Beat> {
        self.shared
            .beat
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        let breaker = self.shared.breaker.lock();
        breaker.unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks, and reads the document that answers.
    pub(crate) async fn document(&self, question: &Question<'_>) -> Result<Document, PeerFault> {
        Ok(self.heard(question).await?.document)
    }

    async fn heard(&self, question: &Question<'_>) -> Result<Heard, PeerFault> {
        let Some(tongue) = &self.shared.speech.tongue else {
            let (document, lost) = (self.put(question).await?, Vec::new());
            return Ok(Heard { document, lost });
        };
        let (document, operation) = tongue.put(question.document, question.context)?;
        let put = Question {
            operation,
            document: &document,
            expected: operation.response,
            ..*question
        };
        let answer = tongue.understand(&self.put(&put).await?)?;
        if answer.document.root().element() == question.expected {
            return Ok(answer);
        }
        Err(PeerFault::Garbage(
            "the answer to another question".to_owned(),
        ))
    }

    async fn put(&self, question: &Question<'_>) -> Result<Document, PeerFault> {
        match self.shared.speech.protocol {
            Protocol::Soap(version) => self.put_envelope(question, version).await,
            Protocol::Rest => {
                let longest = self.shared.config.waits.whole.min(question.longest);
                let request = rest::build(question, longest)?;
                let answered = self.send(&request, question).await?;
                let Answered { reply, asked, .. } = answered;
                rest::check_media(&reply)?;
                let sealed = (self.signatures(), asked.as_ref());
                seal::http::check(&reply, sealed, question.trust)?;
                rest::read(&reply, question)
            }
        }
    }

    async fn put_envelope(
        &self,
        question: &Question<'_>,
        version: SoapVersion,
    ) -> Result<Document, PeerFault> {
        let request = request::build(question, version);
        let Answered {
            reply,
            signature,
            name,
            ..
        } = self.send(&request, question).await?;
        let binary = self.shared.speech.binary;
        let reply = parcel::unwrap(reply, binary, question.document.contract())?;
        let version = match request.form {
            Form::Envelope(bound) => bound,
            Form::Json => version,
        };
        answer::check_media(&reply, version)?;
        let sealed = (self.signatures(), signature.as_deref());
        let read = seal::open(&reply.body, version, sealed, question.trust)?;
        addressing::check(&read, name.as_deref())?;
        let contract = question.document.contract();
        answer::read(&read, reply.status, contract, question.expected)
    }

    fn signatures(&self) -> Option<&Signatures> {
        self.shared.speech.signatures.as_ref()
    }

    async fn send(
        &self,
        request: &Request,
        question: &Question<'_>,
    ) -> Result<Answered, PeerFault> {
        let repeat = question.repeat;
        let deadline = Instant::now() + self.shared.config.waits.whole.min(question.longest);
        let turn = timeout_at(deadline, self.shared.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(PeerFault::Timeout(Wait::Turn));
        };
        let mut left = match repeat {
            Repeat::Harmless => self.shared.config.bounds.attempts,
            Repeat::Never => 1,
        };
        loop {
            left = left.saturating_sub(1);
            match self.send_once(request, question, deadline).await {
                // A kept connection may end just as we use it.
                Err(PeerFault::Broken(_)) if left > 0 => {}
                told => return told,
            }
        }
    }

    async fn send_once(
        &self,
        request: &Request,
        question: &Question<'_>,
        deadline: Instant,
    ) -> Result<Answered, PeerFault> {
        let shared = &*self.shared;
        let address = transport::address(&shared.endpoint, &request.target)?;
        let spoken = shared.speech.addressing;
        let (request, name) = addressing::put(request, spoken, (question.operation, &address));
        let request = &*request;
        let sealed = seal::seal((request, &address), self.signatures(), deadline).await?;
        let client = shared
            .clients
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .here();
        let head = shared.config.waits.head;
        let sent = Instant::now();
        let contract = question.document.contract();
        let (body, binary) = (sealed.body.into_owned(), shared.speech.binary);
        let received = async {
            let mut parcel = parcel::wrap(request, body, binary, contract);
            parcel.headers = sealed.headers;
            let response = transport::send(&client, &address, (request, parcel), head).await?;
            transport::receive(response, shared.config.bounds).await
        };
        let received = timeout_at(deadline, received).await;
        let received = received.unwrap_or(Err(PeerFault::Timeout(Wait::Rest)));
        match &received {
            Ok(_) => self.beat().answered(sent, Instant::now()),
            Err(_) => self.beat().failed(Instant::now()),
        }
        Ok(Answered {
            reply: received?,
            signature: sealed.signature,
            asked: sealed.question,
            name,
        })
    }
}

/// Tells the breaker how a question ended, however it ends.
struct Watch<'h> {
    holder: &'h Holder,
    outcome: Outcome,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.holder.breaker().learn(self.outcome, Instant::now());
    }
}

fn repeat(kind: OperationKind) -> Repeat {
    match kind {
        OperationKind::Hit
        | OperationKind::Consult
        | OperationKind::Search
        | OperationKind::Index => Repeat::Harmless,
        OperationKind::Submit => Repeat::Never,
    }
}
