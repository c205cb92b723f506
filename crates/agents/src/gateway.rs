//! Where an agent finds its models: our LLM gateway, which looks like every vendor at once.

use model::provider::{Dialect, ProviderName};
use model::{ExposeSecret, SecretString};

/// What an agent is told of the LLM gateway. The token is short-lived and worth nothing elsewhere;
/// the vendors' own keys never come near a machine.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Its address without a slash at the end and without the version that vendors append, such
    /// as `https://gantline.example/api/remote/llm-proxy`.
    pub base_url: String,
    /// The proxy token.
    pub token: SecretString,
    /// The providers for which the server holds a key.
    pub providers: Vec<ProviderName>,
    /// The model that was chosen; `None` leaves it to the agent where it has an opinion.
    pub model: Option<String>,
}

impl Gateway {
    /// The address with the version under which OpenAI's interfaces live.
    pub fn v1(&self) -> String {
        format!("{}/v1", self.base_url)
    }

    /// The token as text, to be put into an environment or a private file.
    pub(crate) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// Which of the dialects that an agent speaks it is to use: the one of the chosen model, else
    /// the first one for which the server holds a key. Without any key it is the agent's first
    /// one, and the gateway's answer says what is missing.
    pub(crate) fn dialect(&self, spoken: &[Dialect]) -> Dialect {
        let has_key = |dialect: &&Dialect| {
            self.providers.iter().any(|provider| provider.dialect() == **dialect)
        };
        let of_model = self.model.as_deref().map(dialect_of);
        let chosen = spoken.iter().find(|dialect| Some(**dialect) == of_model);
        let fallback = || spoken.iter().find(has_key).or(spoken.first());
        chosen.or_else(fallback).copied().unwrap_or(Dialect::OpenAi)
    }

    /// The chosen model, or one that everybody offers who speaks the dialect.
    pub(crate) fn model_for(&self, dialect: Dialect) -> &str {
        self.model.as_deref().unwrap_or(match dialect {
            Dialect::OpenAi => "gpt-5.5",
            Dialect::Anthropic => "claude-sonnet-5",
            Dialect::Gemini => "gemini-2.5-flash",
        })
    }
}

/// The dialect in which a model is usually spoken to.
fn dialect_of(model: &str) -> Dialect {
    let is = |beginnings: &[&str]| beginnings.iter().any(|beginning| model.starts_with(beginning));
    if is(&["claude", "opus", "sonnet", "haiku"]) {
        Dialect::Anthropic
    } else if is(&["gemini"]) {
        Dialect::Gemini
    } else {
        Dialect::OpenAi
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{Anthropic, Gemini, OpenAi};

    fn gateway(providers: &[&str], model: Option<&str>) -> Gateway {
        Gateway {
            base_url: "http://127.0.0.1:8080/llm".to_owned(),
            token: "glpt_fake".to_owned().into(),
            providers: providers.iter().map(|name| name.parse().unwrap()).collect(),
            model: model.map(str::to_owned),
        }
    }

    #[test]
    fn the_dialect_follows_the_model_then_the_keys_then_the_agent() {
        #[track_caller]
        fn check(providers: &[&str], model: Option<&str>, expect: Dialect) {
            let spoken = [OpenAi, Anthropic, Gemini];
            assert_eq!(gateway(providers, model).dialect(&spoken), expect);
        }
        check(&["openai", "anthropic"], Some("claude-opus-5"), Anthropic);
        check(&["openai", "google"], Some("gemini-2.5-pro"), Gemini);
        check(&["anthropic"], None, Anthropic);
        check(&["deepseek", "anthropic"], None, OpenAi);
        check(&[], None, OpenAi);
        assert_eq!(gateway(&["openai"], Some("gpt-5.5")).dialect(&[Anthropic]), Anthropic);
    }

    #[test]
    fn the_token_is_not_shown() {
        assert!(!format!("{:?}", gateway(&[], None)).contains("glpt_fake"));
    }
}
