//! Faults as tables: one line says what a fault is called, what the caller is told, and which problem it is.

/// Declares an enum of faults: name, code of the violation, what the caller is told, problem.
macro_rules! fault_table {
    ($(#[$about:meta])* $faults:ident: $($(#[$doc:meta])* $name:ident = $code:literal, $text:literal, $problem:ident;)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $faults { $($(#[$doc])* $name),+ }

        impl $faults {
            /// Every fault, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in a violation.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// What the caller is told.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The problem it is.
            pub const fn problem(self) -> domain::Problem {
                match self { $(Self::$name => domain::Problem::$problem),+ }
            }
        }
    };
}

pub(crate) use fault_table;
