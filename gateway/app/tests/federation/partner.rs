//! A partner: asks by REST and by SOAP, well or badly.

use std::sync::atomic::{AtomicU32, Ordering};

use adapters::soap::SoapVersion;
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use nodes::client::{Client, ClientError, Reply};

use crate::answer::Answer;

/// The officer of every request, a pseudonym.
pub(crate) const OFFICER: &str = "AGENTE-0001";
/// The namespace of the operations.
pub(crate) const VIOGEN: &str = "urn:pasarela:viogen:2";

/// One organism with its client.
pub(crate) struct Partner {
    client: Client,
    pub(crate) id: String,
    url: String,
}

impl Partner {
    /// The organism `id`, at the gateway `url`.
    pub(crate) fn new(client: Client, id: &str, url: &str) -> Self {
        Self {
            client,
            id: id.to_owned(),
            url: url.to_owned(),
        }
    }

    /// Host and port of the gateway.
    pub(crate) fn authority(&self) -> &str {
        self.url.trim_start_matches("https://")
    }

    /// Asks by `GET`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.unwrap()
    }

    /// Asks by `GET`, if the gateway can be reached.
    pub(crate) async fn try_get(&self, path: &str) -> Result<Answer, ClientError> {
        self.try_rest("GET", path, &[], "").await
    }

    /// Sends JSON by `POST` under that name.
    pub(crate) async fn post(&self, path: &str, id: &str, body: &str) -> Answer {
        self.rest("POST", path, &[("Idempotency-Key", id)], body)
            .await
    }

    /// Sends a REST request; `headers` replace those of a good one, an empty value takes one out.
    pub(crate) async fn rest(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        // A connection that is kept may end under a request; whoever is cut off asks again, by the same name.
        match self.try_rest(method, path, headers, body).await {
            Ok(answer) => answer,
            Err(_) => self.try_rest(method, path, headers, body).await.unwrap(),
        }
    }

    /// Sends that much by `POST` and never ends it.
    pub(crate) async fn begin(&self, path: &str, headers: &[(&str, &str)], begun: &str) -> Answer {
        let pieces = stream::iter([begun.as_bytes().to_vec()]).chain(stream::pending());
        self.pieces(path, headers, pieces).await
    }

    /// Sends a body by `POST` as it comes.
    pub(crate) async fn pieces(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        pieces: impl Stream<Item = Vec<u8>> + Send + 'static,
    ) -> Answer {
        let url = format!("{}{path}", self.url);
        let headers = self.headers("", headers);
        let sent = self.client.post_pieces(&url, &headers, pieces);
        Answer::from(sent.await.unwrap())
    }

    async fn try_rest(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, ClientError> {
        let media = if body.is_empty() {
            ""
        } else {
            "application/json"
        };
        let url = format!("{}{path}", self.url);
        self.client
            .send(
                method,
                &url,
                &self.headers(media, headers),
                body.as_bytes().to_vec(),
            )
            .await
            .map(Answer::from)
    }

    /// The headers of a good request, replaced by those that are given.
    fn headers<'a>(
        &'a self,
        media: &'a str,
        headers: &[(&'a str, &'a str)],
    ) -> Vec<(&'a str, &'a str)> {
        let good = [
            ("Pasarela-Solicitante", self.id.as_str()),
            ("Pasarela-Funcionario", OFFICER),
            ("Pasarela-Finalidad", "proteccion"),
            ("Content-Type", media),
        ];
        let replaced = |name: &str| headers.iter().any(|(other, _)| *other == name);
        let kept = good.into_iter().filter(|(name, _)| !replaced(name));
        kept.chain(headers.iter().copied())
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// Sends a SOAP message with the content type of its version.
    pub(crate) async fn soap(&self, version: SoapVersion, message: &str) -> Answer {
        self.soap_as(version.content_type(), message.as_bytes())
            .await
    }

    /// Sends bytes to the SOAP address with any content type.
    pub(crate) async fn soap_as(&self, media: &str, message: &[u8]) -> Answer {
        self.soap_version("/soap/viogen/2", media, message).await
    }

    /// Sends bytes to any address with any content type.
    pub(crate) async fn soap_version(&self, path: &str, media: &str, message: &[u8]) -> Answer {
        let url = format!("{}{path}", self.url);
        let headers = [("Content-Type", media)];
        Answer::from(
            self.client
                .post(&url, &headers, message.to_vec())
                .await
                .unwrap(),
        )
    }

    /// Sends bytes to any address, under these headers; what comes back need be no text.
    pub(crate) async fn soap_bytes(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let url = format!("{}{path}", self.url);
        self.client.post(&url, headers, body).await.unwrap()
    }

    /// Sends a SOAP message to any address, under these headers.
    pub(crate) async fn soap_at(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        message: &str,
    ) -> Answer {
        let url = format!("{}{path}", self.url);
        let sent = self.client.post(&url, headers, message.as_bytes().to_vec());
        Answer::from(sent.await.unwrap())
    }

    /// Asks one operation well: `content` is what stands inside its element.
    pub(crate) async fn call(&self, version: SoapVersion, element: &str, content: &str) -> Answer {
        let message = envelope(
            version,
            &self.context(&fresh()),
            &operation(element, content),
        );
        self.soap(version, &message).await
    }

    /// A good context block.
    pub(crate) fn context(&self, request: &str) -> String {
        let (id, now) = (&self.id, Timestamp::now());
        format!(
            "<Contexto xmlns=\"urn:pasarela:contexto:1\"><Solicitante>{id}</Solicitante>\
             <Funcionario>{OFFICER}</Funcionario><Finalidad>proteccion</Finalidad>\
             <IdPeticion>{request}</IdPeticion><TimeStamp>{now}</TimeStamp></Contexto>"
        )
    }
}

/// A name that no other request of this run has.
pub(crate) fn fresh() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("PET-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An envelope around a header and a body.
pub(crate) fn envelope(version: SoapVersion, header: &str, body: &str) -> String {
    let namespace = version.namespace();
    format!(
        "<s:Envelope xmlns:s=\"{namespace}\"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// The element of an operation.
pub(crate) fn operation(element: &str, content: &str) -> String {
    format!("<{element} xmlns=\"{VIOGEN}\">{content}</{element}>")
}
