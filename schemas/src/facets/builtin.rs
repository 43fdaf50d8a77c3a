//! The built-in types of XML Schema 1.0, part 2, that contracts use.

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

macro_rules! builtins {
    ($($variant:ident = $name:literal,)+) => {
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

            /// The type of that local name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|builtin| builtin.as_str() == name)
            }
        }
    };
}

builtins! {
    String = "string",
    NormalizedString = "normalizedString",
    Token = "token",
    Language = "language",
    Name = "Name",
    NcName = "NCName",
    NmToken = "NMTOKEN",
    Id = "ID",
    AnyUri = "anyURI",
    Boolean = "boolean",
    Decimal = "decimal",
    Integer = "integer",
    NonPositiveInteger = "nonPositiveInteger",
    NegativeInteger = "negativeInteger",
    NonNegativeInteger = "nonNegativeInteger",
    PositiveInteger = "positiveInteger",
    Long = "long",
    Int = "int",
    Short = "short",
    Byte = "byte",
    UnsignedLong = "unsignedLong",
    UnsignedInt = "unsignedInt",
    UnsignedShort = "unsignedShort",
    UnsignedByte = "unsignedByte",
    Float = "float",
    Double = "double",
    Duration = "duration",
    DateTime = "dateTime",
    Date = "date",
    Time = "time",
    GYear = "gYear",
    GYearMonth = "gYearMonth",
    GMonth = "gMonth",
    GMonthDay = "gMonthDay",
    GDay = "gDay",
    Base64Binary = "base64Binary",
    HexBinary = "hexBinary",
}
