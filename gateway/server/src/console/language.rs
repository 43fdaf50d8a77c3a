//! In which language a page is written: `?lang=`, else the cookie, else what the browser prefers, else Spanish.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;

use super::messages::{self, Words};
use super::response::cookie;

/// The cookie that keeps the choice.
pub(crate) const COOKIE: &str = "idioma";

/// The messages of the language wanted, and whether the address chose it.
pub(crate) struct Chosen {
    /// The messages.
    pub words: &'static Words,
    /// Whether it was chosen just now, and is to be remembered.
    pub anew: bool,
}

/// Chooses.
pub(crate) fn choose(request: &HttpRequest, asked: Option<&str>) -> Chosen {
    if let Some(words) = asked.and_then(messages::of) {
        return Chosen { words, anew: true };
    }
    let kept = cookie(request, COOKIE).and_then(messages::of);
    let words = kept
        .or_else(|| preferred(request))
        .unwrap_or_else(messages::spanish);
    Chosen { words, anew: false }
}

fn preferred(request: &HttpRequest) -> Option<&'static Words> {
    let header = request.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    by_preference(header).into_iter().find_map(messages::of)
}

/// The primary tags of an `Accept-Language` header (RFC 9110 §12.5.4), the most wanted first.
fn by_preference(header: &str) -> Vec<&str> {
    let mut tags: Vec<(f32, &str)> = header
        .split(',')
        .filter_map(|range| {
            let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
            let quality = quality.trim().strip_prefix("q=")?.parse().ok()?;
            Some((quality, tag.trim().split('-').next()?))
        })
        .filter(|(quality, _)| *quality > 0.0)
        .collect();
    tags.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wanted_comes_first() {
        let table: [(&str, &[&str]); 4] = [
            ("es-ES,es;q=0.9,en;q=0.8", &["es", "es", "en"]),
            ("fr;q=0.2, en;q=0.7", &["en", "fr"]),
            ("ca, es;q=0", &["ca"]),
            ("en;q=x", &[]),
        ];
        for (header, expected) in table {
            assert_eq!(by_preference(header), expected, "{header}");
        }
    }
}
