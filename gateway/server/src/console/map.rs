//! Spain by province, drawn on the server as SVG.
//!
//! Colour is never the only sign: every province bears the letter of its class and a title that says its value, and a page
//! puts a table beside the map. No style and no script within, so that a strict content security policy holds. The outlines
//! and their licence: `assets/map/NOTICE.md`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use domain::{Place, Territory};

static OUTLINES: &str = include_str!("../../assets/map/espana.txt");

/// What must stand under every map.
pub(crate) const ATTRIBUTION: &str = "© Instituto Geográfico Nacional (CC BY 4.0 ign.es), es-atlas";

/// How a province is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Nothing is known, or there is nothing to measure.
    Blank,
    /// The lowest class.
    A,
    /// The second.
    B,
    /// The third.
    C,
    /// The fourth.
    D,
    /// The highest.
    E,
}

impl Class {
    /// All of them, for a legend.
    pub(crate) const ALL: [Self; 6] = [Self::Blank, Self::A, Self::B, Self::C, Self::D, Self::E];

    /// By tenths of a per cent: fifths of the way, and the whole way for the highest alone with its fifth.
    pub(crate) const fn of_tenths(tenths: Option<u32>) -> Self {
        match tenths {
            None => Self::Blank,
            Some(0..200) => Self::A,
            Some(200..400) => Self::B,
            Some(400..600) => Self::C,
            Some(600..800) => Self::D,
            Some(_) => Self::E,
        }
    }

    /// The sign that goes with the colour.
    pub(crate) const fn letter(self) -> &'static str {
        match self {
            Self::Blank => "–",
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
        }
    }

    /// Whether it stands for nothing known.
    pub(crate) fn is_blank(self) -> bool {
        self == Self::Blank
    }

    /// The range in per cent.
    pub(crate) const fn range(self) -> &'static str {
        match self {
            Self::Blank => "–",
            Self::A => "0–19,9 %",
            Self::B => "20–39,9 %",
            Self::C => "40–59,9 %",
            Self::D => "60–79,9 %",
            Self::E => "80–100 %",
        }
    }

    /// The colour, and that of the letter upon it; their contrast is 4.5 to 1 at least.
    pub(crate) const fn colours(self) -> (&'static str, &'static str) {
        match self {
            Self::Blank => ("#ffffff", "#1b1b1b"),
            Self::A => ("#eaf1fb", "#1b1b1b"),
            Self::B => ("#bdd7ee", "#1b1b1b"),
            Self::C => ("#6baed6", "#1b1b1b"),
            Self::D => ("#2166ac", "#ffffff"),
            Self::E => ("#08306b", "#ffffff"),
        }
    }
}

/// A province on a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shade {
    /// How it is painted.
    pub(crate) class: Class,
    /// What it says, such as `León: 3 de 9 (33,3 %)`.
    pub(crate) title: String,
}

/// The part of each province that a territory covers: all of it (`E`), municipalities of it (`B`), nothing.
pub(crate) fn covered(territory: &Territory) -> BTreeMap<u8, Class> {
    let mut classes = BTreeMap::new();
    for place in territory.places() {
        if let Place::Municipality(code) = place {
            classes.insert(code.province(), Class::B);
        }
    }
    for province in domain::territory::provinces::all() {
        if territory.covers(Place::Province(province)) {
            classes.insert(province, Class::E);
        }
    }
    classes
}

/// Draws the map; a province without a shade is blank.
pub(crate) fn draw(title: &str, description: &str, shades: &BTreeMap<u8, Shade>) -> String {
    let canvas = &*CANVAS;
    let mut out = format!(
        "<svg class=\"mapa\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-labelledby=\"mapa-titulo mapa-descripcion\"><title id=\"mapa-titulo\">{}</title>\
         <desc id=\"mapa-descripcion\">{}</desc>",
        canvas.width,
        canvas.height,
        escaped(title),
        escaped(description)
    );
    for province in &canvas.provinces {
        out.push_str(&province.drawn(shades.get(&province.code)));
    }
    for (path, width) in [(canvas.communities, 2), (canvas.inset, 1)] {
        // Writing to a text does not fail.
        let _ = write!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#1b1b1b\" stroke-width=\"{width}\"/>"
        );
    }
    out.push_str("</svg>");
    out
}

/// The outlines as read.
struct Canvas {
    width: &'static str,
    height: &'static str,
    inset: &'static str,
    communities: &'static str,
    provinces: Vec<Outline>,
}

struct Outline {
    code: u8,
    x: i32,
    y: i32,
    path: &'static str,
}

static CANVAS: LazyLock<Canvas> = LazyLock::new(|| {
    let mut canvas = Canvas {
        width: "",
        height: "",
        inset: "",
        communities: "",
        provinces: Vec::new(),
    };
    for line in OUTLINES.lines() {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (what, x, y, path) = (next(), next(), next(), next());
        match what {
            "lienzo" => (canvas.width, canvas.height) = (x, y),
            "recuadro" => canvas.inset = path,
            "comunidades" => canvas.communities = path,
            code => canvas.provinces.extend(Outline::read(code, x, y, path)),
        }
    }
    canvas
});

impl Outline {
    /// Ceuta and Melilla: dots too small for a letter.
    const DOTS: [u8; 2] = [51, 52];

    fn read(code: &str, x: &str, y: &str, path: &'static str) -> Option<Self> {
        Some(Self {
            code: code.parse().ok()?,
            x: x.parse().ok()?,
            y: y.parse().ok()?,
            path,
        })
    }

    fn drawn(&self, shade: Option<&Shade>) -> String {
        let class = shade.map_or(Class::Blank, |shade| shade.class);
        let (fill, ink) = class.colours();
        let title = shade.map_or("", |shade| shade.title.as_str());
        let (x, ink) = if Self::DOTS.contains(&self.code) {
            (self.x + 16, "#1b1b1b")
        } else {
            (self.x, ink)
        };
        format!(
            "<g><title>{}</title><path d=\"{}\" fill=\"{fill}\" stroke=\"#5c6b7a\" stroke-width=\"0.8\"/>\
             <text x=\"{x}\" y=\"{}\" font-size=\"17\" font-family=\"sans-serif\" text-anchor=\"middle\" \
             dominant-baseline=\"central\" fill=\"{ink}\">{}</text></g>",
            escaped(title),
            self.path,
            self.y,
            class.letter()
        )
    }
}

/// The text as it stands within markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_has_an_outline() {
        let mut codes: Vec<_> = CANVAS.provinces.iter().map(|one| one.code).collect();
        codes.sort_unstable();
        assert_eq!(
            codes,
            domain::territory::provinces::all().collect::<Vec<_>>()
        );
        for outline in &CANVAS.provinces {
            let known = outline
                .path
                .chars()
                .all(|letter| "MlzahvAHV -".contains(letter) || letter.is_ascii_digit());
            assert!(known && outline.path.starts_with('M'), "{}", outline.code);
        }
        assert!(CANVAS.communities.len() > 1000 && CANVAS.inset.starts_with('M'));
    }

    #[test]
    fn classes() {
        let table = [
            (None, Class::Blank),
            (Some(0), Class::A),
            (Some(199), Class::A),
            (Some(200), Class::B),
            (Some(599), Class::C),
            (Some(873), Class::E),
            (Some(1000), Class::E),
        ];
        for (tenths, expected) in table {
            assert_eq!(Class::of_tenths(tenths), expected, "{tenths:?}");
        }
    }

    /// The contrast of two colours `#rrggbb` (WCAG 2.1).
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let part = |at: usize| {
                let part = colour.get(at..at + 2).unwrap();
                let value = f64::from(u8::from_str_radix(part, 16).unwrap()) / 255.0;
                if value <= 0.039_28 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        f64::max(one, other) / f64::min(one, other)
    }

    #[test]
    fn letters_stand_out() {
        for class in Class::ALL {
            let (fill, ink) = class.colours();
            assert!(contrast(fill, ink) >= 4.5, "{class:?}");
        }
    }

    #[test]
    fn a_territory_on_the_map() {
        let territory = |places: &str| -> Territory {
            places
                .split(' ')
                .map(|place| place.parse::<Place>().unwrap())
                .collect()
        };
        let table = [
            ("13047", vec![(13, Class::B)]),
            ("P13 13047 45168", vec![(13, Class::E), (45, Class::B)]),
            ("CA13", vec![(28, Class::E)]),
        ];
        for (places, expected) in table {
            let covered: Vec<_> = covered(&territory(places)).into_iter().collect();
            assert_eq!(covered, expected, "{places}");
        }
        assert_eq!(covered(&Territory::nation()).len(), 52);
    }

    #[test]
    fn names_are_text() {
        let shade = Shade {
            class: Class::E,
            title: String::from("<script>alert('x')</script> & \"co\""),
        };
        let drawn = draw("</title><b>", "1 < 2", &BTreeMap::from([(13, shade)]));
        assert!(
            drawn.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;co&quot;")
        );
        assert!(drawn.contains("&lt;/title&gt;&lt;b&gt;") && drawn.contains("1 &lt; 2"));
        assert!(!drawn.contains("<script") && !drawn.contains("style"));
    }
}
