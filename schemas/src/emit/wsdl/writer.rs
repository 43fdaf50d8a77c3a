//! An indented XML text of known names.

use quick_xml::escape::escape;

pub(super) struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
            depth: 0,
        }
    }

    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str(">\n");
        self.depth += 1;
    }

    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.extend(&["</", name, ">\n"]);
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str("/>\n");
    }

    pub(super) fn text_element(&mut self, name: &str, text: &str) {
        self.tag(name, &[]);
        self.extend(&[">", &escape(text), "</", name, ">\n"]);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.extend(&["<", name]);
        for (key, value) in attributes {
            self.extend(&[" ", key, "=\"", &escape(*value), "\""]);
        }
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn extend(&mut self, parts: &[&str]) {
        self.text.extend(parts.iter().copied());
    }
}
