//! Closed vocabularies: enums whose variants have one spelling everywhere (storage, wire, API).

/// A text is not one of the words that are allowed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {given:?}; allowed: {allowed}")]
pub struct UnknownWord {
    /// What kind of word was expected, for example `role`.
    pub what: &'static str,
    /// What was given.
    pub given: String,
    /// All words that would have done, separated by commas.
    pub allowed: String,
}

/// Declares an enum whose variants are words: `as_str`, `Display`, `FromStr`, `ALL`, serde and,
/// with the feature `schema` of the declaring crate, an OpenAPI schema, all with the same spelling.
#[macro_export]
macro_rules! words {
    (
        $(#[$doc:meta])+
        $vis:vis enum $name:ident as $what:literal {
            // A `literal` would be wrapped on its way into the attribute, and the schema's derive
            // does not look into wrappings: it would write the variant's name instead.
            $($(#[$variant_doc:meta])+ $variant:ident = $word:tt,)+
        }
    ) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        $vis enum $name {
            $($(#[$variant_doc])+ #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The one spelling.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownWord {
                        what: $what,
                        given: text.to_owned(),
                        allowed: [$($word),+].join(", "),
                    }),
                }
            }
        }
    };
}

#[cfg(all(test, feature = "schema"))]
mod tests {
    use utoipa::PartialSchema;

    use crate::turn::WhenBusy;

    #[test]
    fn the_schema_has_the_words_and_not_the_names() {
        let schema = serde_json::to_value(WhenBusy::schema()).unwrap();
        let words: Vec<&str> = WhenBusy::ALL.iter().map(|word| word.as_str()).collect();
        assert_eq!(schema["enum"], serde_json::json!(words));
    }
}
