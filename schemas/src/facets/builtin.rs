//! The built-in types of XML Schema 1.0, part 2, that contracts use.

use std::fmt;

/// What is done to white space before a text is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhiteSpace {
    /// Nothing.
    Preserve,
    /// Tabs and line ends become spaces.
    Replace,
    /// As `Replace`; then runs become one space and the ends are trimmed.
    Collapse,
}

/// The JSON type of a leaf's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JsonKind {
    /// A number without fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A string: everything else, decimals included, so that no digit is lost.
    String,
}

/// What the values of a built-in type are, whatever narrows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Characters.
    Text,
    /// True or false.
    Boolean,
    /// Decimal numbers.
    Decimal,
    /// Whole numbers between two bounds, if any.
    Integer(Option<&'static str>, Option<&'static str>),
    /// Floating-point numbers of single precision.
    Float,
    /// Floating-point numbers of double precision.
    Double,
    /// Dates and times, by their layout: `Y` year, `M` month, `D` day, `t` time.
    Temporal(&'static str),
    /// Durations.
    Duration,
    /// Bytes, in hexadecimal.
    Hex,
    /// Bytes, in Base64.
    Base64,
}

macro_rules! builtins {
    ($($variant:ident = $name:literal: $family:expr,)+) => {
        /// A built-in simple type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Builtin { $(#[doc = concat!("`xs:", $name, "`.")] $variant,)+ }

        impl Builtin {
            /// Every built-in type.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The local name in the schema namespace.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What its values are.
            pub fn family(self) -> Family {
                match self { $(Self::$variant => $family,)+ }
            }

            /// The type of that local name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|builtin| builtin.as_str() == name)
            }
        }
    };
}

builtins! {
    AnySimpleType = "anySimpleType": Family::Text,
    String = "string": Family::Text,
    NormalizedString = "normalizedString": Family::Text,
    Token = "token": Family::Text,
    Language = "language": Family::Text,
    Name = "Name": Family::Text,
    NcName = "NCName": Family::Text,
    NmToken = "NMTOKEN": Family::Text,
    Id = "ID": Family::Text,
    IdRef = "IDREF": Family::Text,
    Entity = "ENTITY": Family::Text,
    QName = "QName": Family::Text,
    Notation = "NOTATION": Family::Text,
    AnyUri = "anyURI": Family::Text,
    Boolean = "boolean": Family::Boolean,
    Decimal = "decimal": Family::Decimal,
    Integer = "integer": Family::Integer(None, None),
    NonPositiveInteger = "nonPositiveInteger": Family::Integer(None, Some("0")),
    NegativeInteger = "negativeInteger": Family::Integer(None, Some("-1")),
    NonNegativeInteger = "nonNegativeInteger": Family::Integer(Some("0"), None),
    PositiveInteger = "positiveInteger": Family::Integer(Some("1"), None),
    Long = "long": Family::Integer(Some("-9223372036854775808"), Some("9223372036854775807")),
    Int = "int": Family::Integer(Some("-2147483648"), Some("2147483647")),
    Short = "short": Family::Integer(Some("-32768"), Some("32767")),
    Byte = "byte": Family::Integer(Some("-128"), Some("127")),
    UnsignedLong = "unsignedLong": Family::Integer(Some("0"), Some("18446744073709551615")),
    UnsignedInt = "unsignedInt": Family::Integer(Some("0"), Some("4294967295")),
    UnsignedShort = "unsignedShort": Family::Integer(Some("0"), Some("65535")),
    UnsignedByte = "unsignedByte": Family::Integer(Some("0"), Some("255")),
    Float = "float": Family::Float,
    Double = "double": Family::Double,
    Duration = "duration": Family::Duration,
    DateTime = "dateTime": Family::Temporal("Y-M-DTt"),
    Date = "date": Family::Temporal("Y-M-D"),
    Time = "time": Family::Temporal("t"),
    GYear = "gYear": Family::Temporal("Y"),
    GYearMonth = "gYearMonth": Family::Temporal("Y-M"),
    GMonth = "gMonth": Family::Temporal("--M"),
    GMonthDay = "gMonthDay": Family::Temporal("--M-D"),
    GDay = "gDay": Family::Temporal("---D"),
    Base64Binary = "base64Binary": Family::Base64,
    HexBinary = "hexBinary": Family::Hex,
}

impl Builtin {
    /// What is done to white space.
    pub fn white_space(self) -> WhiteSpace {
        if matches!(self, Self::String | Self::AnySimpleType) {
            WhiteSpace::Preserve
        } else if self == Self::NormalizedString {
            WhiteSpace::Replace
        } else {
            WhiteSpace::Collapse
        }
    }

    /// Whether every text of the family is a value, so that only the facets are left to check.
    pub(super) fn is_free_text(self) -> bool {
        matches!(
            self,
            Self::AnySimpleType | Self::String | Self::NormalizedString | Self::Token
        )
    }
}

impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xs:{}", self.as_str())
    }
}
