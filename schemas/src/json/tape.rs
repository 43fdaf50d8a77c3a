//! A JSON text read into a flat tape: the grammar and the limits, not yet the meaning.

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use crate::fault::line_of;
use crate::violation::JsonShape;
use crate::{Fault, FaultKind, Limits};

/// The values of a JSON text in document order.
#[derive(Debug)]
pub(super) struct Tape {
    items: Vec<Item>,
    /// Keys, decoded strings, numbers and booleans as written.
    text: String,
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) shape: JsonShape,
    key: Span,
    value: Span,
    /// The number after the last item inside it.
    pub(super) end: usize,
    /// Where in the text it begins.
    pub(super) position: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: usize,
    end: usize,
}

impl Tape {
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Fault> {
        let fault = |kind, position| Fault {
            kind,
            line: line_of(bytes, position),
        };
        if bytes.len() > limits.max_bytes {
            return Err(fault(FaultKind::TooLarge, 0));
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            return Err(fault(FaultKind::NotUtf8, error.valid_up_to()));
        }
        let mut reader = Reader {
            jiter: Jiter::new(bytes),
            limits,
            tape: Tape {
                items: Vec::new(),
                text: String::with_capacity(bytes.len()),
            },
            open: Vec::new(),
        };
        match reader.read() {
            Ok(()) => Ok(reader.tape),
            Err(Broken::Json(error)) => Err(fault(kind_of(&error), error.index)),
            Err(Broken::Limit(kind)) => Err(fault(kind, reader.jiter.current_index())),
        }
    }

    pub(super) fn item(&self, index: usize) -> Option<Item> {
        self.items.get(index).copied()
    }

    /// The values directly inside item `index`, with their numbers.
    pub(super) fn inside(&self, index: usize) -> impl Iterator<Item = (usize, Item)> {
        let end = self.item(index).map_or(0, |item| item.end);
        let mut at = index + 1;
        std::iter::from_fn(move || {
            let item = self.item(at).filter(|_| at < end)?;
            let number = at;
            at = item.end;
            Some((number, item))
        })
    }

    /// The key of a value in an object.
    pub(super) fn key(&self, item: Item) -> &str {
        self.text
            .get(item.key.start..item.key.end)
            .unwrap_or_default()
    }

    /// The characters of a string, or a number or boolean as written.
    pub(super) fn value(&self, item: Item) -> &str {
        self.text
            .get(item.value.start..item.value.end)
            .unwrap_or_default()
    }
}

enum Broken {
    Json(JiterError),
    Limit(FaultKind),
}

impl From<JiterError> for Broken {
    fn from(error: JiterError) -> Self {
        Self::Json(error)
    }
}

struct Reader<'b> {
    jiter: Jiter<'b>,
    limits: &'b Limits,
    tape: Tape,
    /// The containers that are open, each with how many attributes it has so far.
    open: Vec<(usize, usize)>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), Broken> {
        let mut next = Some((self.jiter.peek()?, Span::default()));
        while let Some((peek, key)) = next {
            next = match self.value(peek, key)? {
                Some(first) => Some(first),
                None => self.step()?,
            };
        }
        self.jiter.finish()?;
        Ok(())
    }

    /// Reads a value; of a container only its beginning, and then gives what is first inside.
    fn value(&mut self, peek: Peek, key: Span) -> Result<Option<(Peek, Span)>, Broken> {
        if self.tape.items.len() >= self.limits.max_elements {
            return Err(Broken::Limit(FaultKind::TooManyElements));
        }
        let position = self.jiter.current_index();
        let at = self.tape.items.len();
        let mut item = Item {
            shape: JsonShape::Null,
            key,
            value: Span::default(),
            end: at + 1,
            position,
        };
        match peek {
            Peek::Object | Peek::Array => return self.container(peek, item),
            Peek::Null => self.jiter.known_null()?,
            Peek::True | Peek::False => {
                item.shape = JsonShape::Boolean;
                let word = if self.jiter.known_bool(peek)? {
                    "true"
                } else {
                    "false"
                };
                item.value = keep(&mut self.tape.text, word, self.limits)?;
            }
            Peek::String => {
                item.shape = JsonShape::String;
                item.value = keep(&mut self.tape.text, self.jiter.known_str()?, self.limits)?;
            }
            _ => {
                item.shape = JsonShape::Number;
                let number = self.jiter.known_number_bytes(peek)?;
                let number = std::str::from_utf8(number).unwrap_or_default();
                item.value = keep(&mut self.tape.text, number, self.limits)?;
            }
        }
        self.tape.items.push(item);
        Ok(None)
    }

    fn container(&mut self, peek: Peek, item: Item) -> Result<Option<(Peek, Span)>, Broken> {
        if self.open.len() >= self.limits.max_depth {
            return Err(Broken::Limit(FaultKind::TooDeep));
        }
        self.open.push((self.tape.items.len(), 0));
        if peek == Peek::Array {
            self.tape.items.push(Item {
                shape: JsonShape::Array,
                ..item
            });
            if let Some(first) = self.jiter.known_array()? {
                return Ok(Some((first, Span::default())));
            }
        } else {
            self.tape.items.push(Item {
                shape: JsonShape::Object,
                ..item
            });
            if let Some(key) = self.jiter.known_object()? {
                let key = keep(&mut self.tape.text, key, self.limits)?;
                self.count(key)?;
                return Ok(Some((self.jiter.peek()?, key)));
            }
        }
        self.close();
        Ok(None)
    }

    /// What comes after a value, in the innermost container that has not ended.
    fn step(&mut self) -> Result<Option<(Peek, Span)>, Broken> {
        while let Some(open) = self.open.last().and_then(|(at, _)| self.tape.item(*at)) {
            if open.shape == JsonShape::Array {
                if let Some(peek) = self.jiter.array_step()? {
                    return Ok(Some((peek, Span::default())));
                }
            } else if let Some(key) = self.jiter.next_key()? {
                let key = keep(&mut self.tape.text, key, self.limits)?;
                self.count(key)?;
                return Ok(Some((self.jiter.peek()?, key)));
            }
            self.close();
        }
        Ok(None)
    }

    /// Counts the key of an attribute: each is looked up among those before it.
    fn count(&mut self, key: Span) -> Result<(), Broken> {
        let key = self.tape.text.get(key.start..key.end);
        if let Some((_, attributes)) = self.open.last_mut()
            && key.is_some_and(|key| key.starts_with('@'))
        {
            *attributes += 1;
            if *attributes > self.limits.max_attributes {
                return Err(Broken::Limit(FaultKind::TooManyAttributes));
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let end = self.tape.items.len();
        let open = self.open.pop();
        if let Some(item) = open.and_then(|(at, _)| self.tape.items.get_mut(at)) {
            item.end = end;
        }
    }
}

fn keep(text: &mut String, piece: &str, limits: &Limits) -> Result<Span, Broken> {
    if piece.len() > limits.max_text {
        return Err(Broken::Limit(FaultKind::TextTooLong));
    }
    let start = text.len();
    text.push_str(piece);
    Ok(Span {
        start,
        end: text.len(),
    })
}

fn kind_of(error: &JiterError) -> FaultKind {
    match &error.error_type {
        JiterErrorType::JsonError(JsonErrorType::TrailingCharacters) => FaultKind::TrailingData,
        JiterErrorType::JsonError(
            JsonErrorType::LoneLeadingSurrogateInHexEscape
            | JsonErrorType::UnexpectedEndOfHexEscape,
        ) => FaultKind::LoneSurrogate,
        JiterErrorType::JsonError(JsonErrorType::NumberOutOfRange) => FaultKind::NumberTooLong,
        JiterErrorType::JsonError(_) | JiterErrorType::WrongType { .. } => FaultKind::NotJson,
    }
}
