//! What people say about a session's policy, under the names that the documents print.

use std::collections::BTreeSet;
use std::fmt;

use model::UnknownWord;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::session::{AuthPolicy, NonInteractive};
use crate::{Permissions, Tool};

/// The spelling for every tool, those that nobody knows included.
pub const EVERY_TOOL: &str = "*";

/// The six dimensions and the number of turns, as asked for. A part that is absent or `null`
/// follows the preset; it never widens anything.
///
/// Resolved in this order: `permission_preset`, then `permissions`, then `allowed_tools`, then
/// `denied_tools`, which win over everything that allows. The other parts stand for themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PolicyOptions {
    /// The starting point: `safe-readonly`, `ask`, `dev-default`, `full-auto`, or a preset that
    /// an administrator has made.
    #[serde(default, alias = "preset", skip_serializing_if = "Option::is_none")]
    pub permission_preset: Option<String>,
    /// What happens to a call that is not forbidden, instead of what the preset says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Permissions>,
    /// The tools that may be used, instead of those of the preset: a list, or one text with
    /// commas. `*` is every tool. An empty list is refused; the empty text is taken for `*`, with
    /// a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_tools: Option<ToolList>,
    /// Tools that are taken away from those, written in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied_tools: Option<ToolList>,
    /// What happens when the agent insists on a login that cannot be done; `fail` if it is left
    /// out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_policy: Option<AuthPolicy>,
    /// What happens to a question that nobody can be asked; `deny` if it is left out.
    #[serde(default, alias = "non_interactive_perms", skip_serializing_if = "Option::is_none")]
    pub non_interactive_permissions: Option<NonInteractive>,
    /// How many prompts the session takes, from 1; without limit if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_turns: Option<u32>,
}

impl PolicyOptions {
    /// The options that name a preset and nothing else.
    pub fn of_preset(name: impl Into<String>) -> Self {
        Self { permission_preset: Some(name.into()), ..Self::default() }
    }

    /// Whether they say which calls go ahead, so that a preset would only complete them.
    pub const fn decides_about_tools(&self) -> bool {
        self.permissions.is_some() || self.allowed_tools.is_some()
    }
}

/// A list of tools, as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolList {
    /// `*`: every tool, those that nobody knows included.
    Every,
    /// The empty text, which the documents print for "every tool".
    EmptyText,
    /// These, by name; empty only if an empty list was written.
    Only(BTreeSet<Tool>),
}

/// A list of tools cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolListError {
    /// One of the names is no tool's.
    #[error(transparent)]
    Unknown(#[from] UnknownWord),
    /// `*` stands beside names.
    #[error("`*` is every tool; write it alone, or name the tools")]
    EveryBesideNames,
}

impl ToolList {
    /// These tools.
    pub fn only(tools: impl IntoIterator<Item = Tool>) -> Self {
        Self::Only(tools.into_iter().collect())
    }

    /// Reads one text, with commas between the names.
    pub fn from_text(text: &str) -> Result<Self, ToolListError> {
        if text.trim().is_empty() {
            return Ok(Self::EmptyText);
        }
        Self::from_names(text.split(','))
    }

    /// Reads a list of names.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, ToolListError> {
        let names: Vec<&str> = names.into_iter().map(str::trim).collect();
        if names == [EVERY_TOOL] {
            return Ok(Self::Every);
        }
        if names.contains(&EVERY_TOOL) {
            return Err(ToolListError::EveryBesideNames);
        }
        let tools: Result<BTreeSet<Tool>, UnknownWord> =
            names.into_iter().map(str::parse).collect();
        Ok(Self::Only(tools?))
    }
}

impl std::str::FromStr for ToolList {
    type Err = ToolListError;

    fn from_str(text: &str) -> Result<Self, ToolListError> {
        Self::from_text(text)
    }
}

impl Serialize for ToolList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Every => serializer.serialize_str(EVERY_TOOL),
            Self::EmptyText => serializer.serialize_str(""),
            Self::Only(tools) => tools.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ToolList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = ToolList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of tools, or a text with commas between them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ToolList, E> {
                ToolList::from_text(text).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ToolList, A::Error> {
                let mut names: Vec<String> = Vec::new();
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                ToolList::from_names(names.iter().map(String::as_str)).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for ToolList {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("Names with commas between them, or `*` for every tool."))
            .build();
        let names = ArrayBuilder::new().items(Tool::schema()).build();
        Schema::OneOf(OneOfBuilder::new().item(names).item(text).build()).into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for ToolList {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<PolicyOptions, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    fn tools(json: &str) -> ToolList {
        read(&format!(r#"{{"allowed_tools":{json}}}"#)).unwrap().allowed_tools.unwrap()
    }

    #[test]
    fn tools_are_a_list_or_a_text_with_commas() {
        let both = ToolList::only([Tool::Read, Tool::Bash]);
        assert_eq!(tools(r#"["Bash","Read"]"#), both);
        assert_eq!(tools(r#""Bash,Read""#), both);
        assert_eq!(tools(r#"" Read , Bash ""#), both);
        assert_eq!(tools(r#""*""#), ToolList::Every);
        assert_eq!(tools(r#"["*"]"#), ToolList::Every);
        assert_eq!(tools(r#""""#), ToolList::EmptyText);
        assert_eq!(tools("[]"), ToolList::Only(BTreeSet::new()));
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_list_of_those_that_are_known() {
        for json in [
            r#"{"allowed_tools":"Bash,Wirte"}"#,
            r#"{"denied_tools":["bash"]}"#,
            r#"{"allowed_tools":"Bash,,Read"}"#,
            r#"{"allowed_tools":["Bash",""]}"#,
        ] {
            let refused = read(json).unwrap_err();
            for tool in Tool::ALL {
                assert!(refused.contains(tool.as_str()), "{json}: {refused}");
            }
        }
        let refused = read(r#"{"permissions":"approve"}"#).unwrap_err();
        assert!(refused.contains("approve-all"), "{refused}");
        assert!(read(r#"{"allowed_tools":"*,Bash"}"#).unwrap_err().contains("alone"));
        for json in [r#"{"allow_tools":"Bash"}"#, r#"{"allowed_tools":7}"#, r#"{"max_turns":-1}"#] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn options_are_read_as_they_were_written() {
        let options = PolicyOptions {
            permission_preset: Some("full-auto".to_owned()),
            permissions: Some(Permissions::ApproveReads),
            allowed_tools: Some(ToolList::EmptyText),
            denied_tools: Some(ToolList::only([Tool::Write])),
            auth_policy: Some(AuthPolicy::Skip),
            non_interactive_permissions: Some(NonInteractive::Fail),
            max_turns: Some(3),
        };
        let json = serde_json::to_string(&options).unwrap();
        assert_eq!(read(&json).unwrap(), options);
        assert_eq!(serde_json::to_string(&PolicyOptions::default()).unwrap(), "{}");
        let nothing = r#"{"permissions":null,"allowed_tools":null,"max_turns":null}"#;
        assert_eq!(read(nothing).unwrap(), PolicyOptions::default());
        let short = read(r#"{"preset":"ask","non_interactive_perms":"deny"}"#).unwrap();
        assert_eq!(short.non_interactive_permissions, Some(NonInteractive::Deny));
    }
}
