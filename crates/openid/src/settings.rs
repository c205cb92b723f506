//! What an administrator says of a provider.

use model::SecretString;

/// One provider.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Who it is: the URL below which it describes itself, exactly as its tokens name it.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// What proves that; `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<SecretString>,
    /// What is asked for beside `openid`, `profile` and `email`.
    pub scopes: Vec<String>,
    /// The claim that holds somebody's groups.
    pub groups_claim: String,
}
