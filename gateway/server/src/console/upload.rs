//! Forms that carry files: `multipart/form-data` (RFC 7578), read from a body that came whole and is bounded.

use std::ops::Range;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;

use super::fields::Fields;
use super::refusal::Refusal;
use super::visit::Visit;

/// The most parts of a form.
const MOST_PARTS: usize = 200;
/// The most bytes of what stands before a part.
const MOST_HEAD: usize = 4096;

/// A file that came with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// The field that it came in.
    pub field: String,
    /// The name that the browser gives it: never a path of ours.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// What a form has brought.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    /// Its fields.
    pub fields: Fields,
    files: Vec<File>,
}

impl Sent {
    /// Reads the form of a visit, with files or without.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn of(visit: &Visit) -> Result<Self, Refusal> {
        let media = visit.http.headers().get(CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        match media.and_then(boundary) {
            Some(boundary) => Self::read(boundary, &visit.body),
            None => Ok(Self {
                fields: visit.form.clone(),
                files: Vec::new(),
            }),
        }
    }

    /// The file of that field; nothing if none was chosen.
    pub(crate) fn file(&self, field: &str) -> Option<&File> {
        self.files(field).next()
    }

    /// Every file of that field.
    pub(crate) fn files(&self, field: &str) -> impl Iterator<Item = &File> {
        // Where none was chosen browsers send no name and no content.
        let chosen = |file: &&File| !(file.name.is_empty() && file.bytes.is_empty());
        let chosen = self.files.iter().filter(chosen);
        chosen.filter(move |file| file.field == field)
    }

    /// A form of these parts.
    #[cfg(test)]
    pub(crate) fn with(fields: Fields, files: Vec<File>) -> Self {
        Self { fields, files }
    }

    /// Reads a form of that content type, with files or without.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn of_type(media: &str, body: &Bytes) -> Result<Self, Refusal> {
        if let Some(boundary) = boundary(media) {
            return Self::read(boundary, body);
        }
        let text = std::str::from_utf8(body).map_err(|_| Refusal::Unreadable)?;
        Ok(Self {
            fields: Fields::read(text)?,
            files: Vec::new(),
        })
    }

    fn read(boundary: &str, body: &Bytes) -> Result<Self, Refusal> {
        let mut sent = Self::default();
        let mut pairs = Vec::new();
        for part in parts(boundary, body)? {
            let whole = body.slice(part);
            let (field, file, content) = split(&whole)?;
            if let Some(name) = file {
                sent.files.push(File {
                    field,
                    name,
                    bytes: content,
                });
            } else {
                let text = std::str::from_utf8(&content).map_err(|_| Refusal::Unreadable)?;
                pairs.push((field, text.to_owned()));
            }
        }
        sent.fields = Fields::of(pairs);
        Ok(sent)
    }
}

/// The boundary that a content type names.
fn boundary(media: &str) -> Option<&str> {
    let (kind, rest) = media.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut parameters = rest.split(';').filter_map(|it| it.trim().split_once('='));
    let (_, boundary) = parameters.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let boundary = boundary.trim_matches('"');
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

/// Where each part is: between one delimiter and the next.
fn parts(boundary: &str, body: &[u8]) -> Result<Vec<Range<usize>>, Refusal> {
    let delimiter = format!("--{boundary}");
    let rest = body
        .strip_prefix(delimiter.as_bytes())
        .ok_or(Refusal::Unreadable)?;
    let inner = format!("\r\n{delimiter}");
    let mut from = body.len() - rest.len();
    let mut parts = Vec::new();
    // After a delimiter comes a line end, or `--` where the form ends.
    while !starts(body, from, b"--") {
        if !starts(body, from, b"\r\n") || parts.len() == MOST_PARTS {
            return Err(Refusal::Unreadable);
        }
        let begin = from + 2;
        let length = find(body.get(begin..).unwrap_or_default(), inner.as_bytes());
        let end = begin + length.ok_or(Refusal::Unreadable)?;
        parts.push(begin..end);
        from = end + inner.len();
    }
    Ok(parts)
}

fn starts(body: &[u8], at: usize, with: &[u8]) -> bool {
    body.get(at..).is_some_and(|rest| rest.starts_with(with))
}

/// The first place of `what`, which begins with a carriage return.
fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = within.get(from..)?;
        let next = rest.iter().position(|byte| *byte == b'\r')?;
        from += next;
        if starts(within, from, what) {
            return Some(from);
        }
        from += 1;
    }
}

/// The name of a part, that of the file if it is one, and what is in it.
fn split(part: &Bytes) -> Result<(String, Option<String>, Bytes), Refusal> {
    let end = find(part, b"\r\n\r\n").ok_or(Refusal::Unreadable)?;
    let head = part.get(..end.min(MOST_HEAD)).unwrap_or_default();
    let head = std::str::from_utf8(head).map_err(|_| Refusal::Unreadable)?;
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, disposition) = lines
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .ok_or(Refusal::Unreadable)?;
    let name = parameter(disposition, "name").ok_or(Refusal::Unreadable)?;
    let file = parameter(disposition, "filename").map(str::to_owned);
    Ok((name.to_owned(), file, part.slice(end + 4..)))
}

/// A parameter in quotes; browsers write a quote within as `%22`.
fn parameter<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut parameters = header.split("; ").skip(1);
    let value = parameters.find_map(|it| it.trim().strip_prefix(name)?.strip_prefix("=\""))?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "--x\r\nContent-Disposition: form-data; name=\"acto\"\r\n\r\npaso\r\n\
        --x\r\nContent-Disposition: form-data; name=\"nota\"\r\n\r\nuna\r\nlínea --x\r\n\
        --x\r\nContent-Disposition: form-data; name=\"documento\"; filename=\"a;b.pdf\"\r\n\
        Content-Type: application/pdf\r\n\r\n%PDF-\r\n\r\n--\r\r\n%%EOF\r\n\
        --x\r\nContent-Disposition: form-data; name=\"otro\"; filename=\"\"\r\n\r\n\r\n--x--\r\n";

    fn read(form: &str) -> Result<Sent, Refusal> {
        Sent::read("x", &Bytes::from(form.to_owned()))
    }

    #[test]
    fn fields_and_files() {
        let sent = read(FORM).unwrap();
        assert_eq!(sent.fields.get("acto"), Some("paso"));
        assert_eq!(sent.fields.get("nota"), Some("una\r\nlínea --x"));
        let file = sent.file("documento").unwrap();
        assert_eq!(file.name, "a;b.pdf");
        assert_eq!(file.bytes, "%PDF-\r\n\r\n--\r\r\n%%EOF");
        assert!(sent.file("otro").is_none(), "no file was chosen");
    }

    #[test]
    fn what_is_cut_or_mangled_is_refused() {
        let table = [
            String::new(),
            FORM.replace("--x--", ""),
            FORM.replace("Content-Disposition", "Content"),
            FORM.replace("name=\"acto\"", "nombre=\"acto\""),
            FORM.replacen("--x", "--y", 1),
            FORM.chars().take(40).collect(),
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(MOST_PARTS + 1)
                + "--x--",
        ];
        for form in table {
            assert!(read(&form).is_err(), "{form}");
        }
    }

    #[test]
    fn boundaries() {
        let table = [
            ("multipart/form-data; boundary=abc", Some("abc")),
            (
                "multipart/form-data; charset=utf-8; boundary=\"a b\"",
                Some("a b"),
            ),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("application/x-www-form-urlencoded; boundary=a", None),
        ];
        for (media, expected) in table {
            assert_eq!(boundary(media), expected, "{media}");
        }
    }
}
