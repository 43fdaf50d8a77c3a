//! Valid and invalid texts of every built-in type.

use super::{Builtin, FacetFault, SimpleType};

/// Type, texts that are values, texts that are not.
const FORMS: &[(Builtin, &[&str], &[&str])] = &[
    (Builtin::String, &["", " a\n", "ñ€😀"], &[]),
    (Builtin::NormalizedString, &["", "a\tb"], &[]),
    (Builtin::Token, &["", "  a  b "], &[]),
    (
        Builtin::Language,
        &["es", "es-ES", " ca-ES-valencia ", "x-klingon"],
        &["", "es_ES", "abcdefghi", "e1", "es-", "-es"],
    ),
    (
        Builtin::Name,
        &["a", "_a:b", "ñ.1-2"],
        &["", "1a", "-a", "a b", ".a"],
    ),
    (Builtin::NcName, &["a", "_a.b-1"], &["", "a:b", "1a"]),
    (
        Builtin::NmToken,
        &["1a", "-.:", "ñ"],
        &["", "a b", "a/b", "×"],
    ),
    (Builtin::Id, &["a1"], &["", "1a", "a:b"]),
    (Builtin::IdRef, &["a1"], &["", "1a", "a:b"]),
    (Builtin::Entity, &[], &["a1"]),
    (
        Builtin::QName,
        &["a", " p:a "],
        &["", "a:b:c", ":a", "a:", "1a"],
    ),
    (Builtin::Notation, &["a", "p:a"], &["", "a b"]),
    (Builtin::AnySimpleType, &["", " a\n"], &[]),
    (
        Builtin::AnyUri,
        &[
            "",
            "urn:pasarela:viogen:2",
            "http://a.b:80/c?d=e#f",
            "../a%20b",
            "http://ñ.es/{a}",
            "//a",
            "a@b",
            "a b",
            "http://[::1]/",
        ],
        &[
            ":a",
            "http://a:b/",
            "%zz",
            "%a",
            "a#b#c",
            "1a:b",
            "http://[::1/",
        ],
    ),
    (
        Builtin::Boolean,
        &["true", "false", "1", "0", " true\n"],
        &["", "TRUE", "yes", "01", "2"],
    ),
    (
        Builtin::Decimal,
        &[
            "0",
            "-0.0",
            "+1.5",
            ".5",
            "5.",
            " 1 ",
            "123456789012345678901234",
        ],
        &[
            "", ".", "+", "-", "1e5", "1,5", "1.2.3", "--1", "1 2", "٣", "INF",
        ],
    ),
    (
        Builtin::Integer,
        &["0", "-12", "+007", "123456789012345678901234"],
        &["", "1.0", "1.", "a", "- 1"],
    ),
    (
        Builtin::NonPositiveInteger,
        &["0", "-0", "-1"],
        &["1", "+1"],
    ),
    (Builtin::NegativeInteger, &["-1", "-01"], &["0", "-0", "1"]),
    (Builtin::NonNegativeInteger, &["0", "-0", "1"], &["-1"]),
    (Builtin::PositiveInteger, &["1", "+1", "01"], &["0", "-1"]),
    (
        Builtin::Long,
        &["9223372036854775807", "-9223372036854775808"],
        &["9223372036854775808", "-9223372036854775809"],
    ),
    (
        Builtin::Int,
        &["2147483647", "-2147483648", "+0"],
        &["2147483648", "-2147483649"],
    ),
    (Builtin::Short, &["32767", "-32768"], &["32768", "-32769"]),
    (Builtin::Byte, &["127", "-128"], &["128", "-129"]),
    (
        Builtin::UnsignedLong,
        &["0", "18446744073709551615"],
        &["-1", "18446744073709551616"],
    ),
    (
        Builtin::UnsignedInt,
        &["0", "4294967295"],
        &["-1", "4294967296"],
    ),
    (
        Builtin::UnsignedShort,
        &["0", "65535"],
        &["-1", "65536", "+1", "-0"],
    ),
    (Builtin::UnsignedByte, &["0", "255"], &["-1", "256"]),
    (
        Builtin::Float,
        &["1", "-1.5E3", ".5e-2", "5.", "INF", "-INF", "NaN", "1e99"],
        &["", "+INF", "inf", "nan", "1e", "e5", "1e1.5", ".", "0x1"],
    ),
    (
        Builtin::Double,
        &["1e308", "-0"],
        &["Infinity", "1d", "+-1"],
    ),
    (
        Builtin::Duration,
        &[
            "P1Y",
            "-P1M",
            "P1DT2H",
            "PT0S",
            "PT1.5S",
            "P1Y2M3DT4H5M6.789S",
            "P0D",
        ],
        &[
            "", "P", "PT", "P1", "1Y", "P1YT", "P1S", "PT1D", "P1M1Y", "P-1Y", "+P1Y", "PT1.S",
            "PT.5S", "P1.5Y", "PT1H1H", "P 1Y",
        ],
    ),
    (
        Builtin::DateTime,
        &[
            "2026-02-28T23:59:59",
            "2024-02-29T00:00:00Z",
            "2026-01-01T00:00:00.123456+14:00",
            "-0044-03-15T12:00:00",
            "2026-01-01T24:00:00",
            "12026-01-01T00:00:00-13:59",
        ],
        &[
            "",
            "2026-02-29T00:00:00",
            "2026-01-01",
            "2026-01-01 00:00:00",
            "2026-01-01T00:00",
            "2026-01-01T25:00:00",
            "2026-01-01T24:00:01",
            "2026-01-01T00:60:00",
            "2026-01-01T00:00:60",
            "2026-01-01T00:00:00.",
            "2026-01-01T00:00:00+14:01",
            "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00z",
            "0000-01-01T00:00:00",
            "02026-01-01T00:00:00",
            "26-01-01T00:00:00",
            "2026-1-01T00:00:00",
        ],
    ),
    (
        Builtin::Date,
        &[
            "2026-12-31",
            "1900-02-28Z",
            "2000-02-29",
            "2026-04-30+02:00",
        ],
        &[
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-32",
            "1900-02-29",
            "2026-04-31",
            "20260101",
            "2026-01-01T",
            "+2026-01-01",
        ],
    ),
    (
        Builtin::Time,
        &["00:00:00", "23:59:59.999Z", "24:00:00"],
        &[
            "24:00:01",
            "24:00:00.1",
            "1:00:00",
            "00:00",
            "00:00:00+15:00",
        ],
    ),
    (
        Builtin::GYear,
        &["2026", "-0001", "2026Z"],
        &["26", "0000", "2026-01"],
    ),
    (
        Builtin::GYearMonth,
        &["2026-12", "2026-01+01:00"],
        &["2026-13", "2026"],
    ),
    (Builtin::GMonth, &["--12", "--01Z"], &["--13", "12", "--1"]),
    (
        Builtin::GMonthDay,
        &["--02-29", "--12-31Z"],
        &["--02-30", "--04-31", "02-29"],
    ),
    (
        Builtin::GDay,
        &["---31", "---01-05:00"],
        &["---32", "---00", "31"],
    ),
    (
        Builtin::Base64Binary,
        &["", "QUJD", "QUI=", "QQ==", "Q U J D", "QU\nJD"],
        &["QUJ", "QQ=", "QR==", "Q===", "Q_J-", "=QUJ"],
    ),
    (
        Builtin::HexBinary,
        &["", "0aFF"],
        &["0", "0g", "0x0a", "0a 0b"],
    ),
];

#[test]
fn every_built_in_type_admits_its_own_forms_only() {
    for (builtin, good, bad) in FORMS {
        let simple = SimpleType::of(*builtin);
        for text in *good {
            assert!(simple.check(text).is_ok(), "{builtin} must admit {text:?}");
        }
        for text in *bad {
            assert_eq!(
                simple.check(text),
                Err(FacetFault::Form(*builtin)),
                "{builtin} {text:?}"
            );
        }
    }
}

#[test]
fn every_built_in_type_has_a_row() {
    for builtin in Builtin::ALL {
        assert!(
            FORMS.iter().any(|(known, _, _)| known == builtin),
            "{builtin}"
        );
        assert_eq!(Builtin::from_name(builtin.as_str()), Some(*builtin));
    }
}
