//! What is taken for a secret by its name, or by how it begins. Whatever is, is in no copy of a
//! workspace, however often somebody has committed it.

/// Directories and files of these names, whatever is in them.
const NAMES: &[&str] = &[
    ".aws",
    ".azure",
    ".bash_history",
    ".docker",
    ".dockercfg",
    ".env",
    ".git-credentials",
    ".gnupg",
    ".htpasswd",
    ".kube",
    ".my.cnf",
    ".netrc",
    ".npmrc",
    ".password-store",
    ".pgpass",
    ".psql_history",
    ".pypirc",
    ".python_history",
    ".ssh",
    ".terraformrc",
    ".vault-token",
    ".yarnrc",
    ".yarnrc.yml",
    ".zsh_history",
    "_netrc",
    "credentials",
    "credentials.json",
    "credentials.toml",
    "kubeconfig",
    "secrets.json",
    "secrets.toml",
    "secrets.yaml",
    "secrets.yml",
];

/// Names that begin like this.
const BEGINNINGS: &[&str] = &[".env.", "service-account", "service_account"];

/// Names that end like this.
const ENDINGS: &[&str] = &[
    ".env",
    ".jks",
    ".kdb",
    ".kdbx",
    ".key",
    ".keystore",
    ".p12",
    ".p8",
    ".pem",
    ".pfx",
    ".pkcs12",
    ".ppk",
    ".tfstate",
    ".tfstate.backup",
];

/// What private keys of OpenSSH are called.
const KEY: &str = "id_";

/// How a key in PEM begins (RFC 7468).
const PEM: &[u8] = b"-----BEGIN ";

/// What stands in its first line where it is a private one.
const PRIVATE: &[u8] = b"PRIVATE KEY-----";

/// So many bytes are looked at for a key.
const LOOKED_AT_BYTES: usize = 4 * 1024;

/// Whether a file or a directory of this name is taken for a secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // `id_rsa` and `id_rsa.pub`, but not `id_mapping.rs`.
    let is_key =
        name.strip_prefix(KEY).is_some_and(|rest| !rest.trim_end_matches(".pub").contains('.'));
    is_key
        || NAMES.contains(&name.as_str())
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file that begins like this holds a private key, whatever it is called.
pub fn holds_private_key(beginning: &[u8]) -> bool {
    let beginning = &beginning[..beginning.len().min(LOOKED_AT_BYTES)];
    let lines = beginning.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.into_iter().any(|line| line.starts_with(PEM) && line.ends_with(PRIVATE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            ".env",
            ".ENV",
            ".env.local",
            ".env.production",
            "prod.env",
            "id_rsa",
            "id_ed25519",
            "id_ecdsa.pub",
            "ID_RSA",
            "server.pem",
            "tls.key",
            "app.p12",
            "store.jks",
            "x.kdbx",
            ".ssh",
            ".aws",
            ".npmrc",
            ".netrc",
            "_netrc",
            ".git-credentials",
            "terraform.tfstate",
            "service-account-prod.json",
            "secrets.yml",
            "credentials",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "environment.rs",
            "env",
            ".envrc.md",
            "id_mapping.rs",
            "keyboard.ts",
            "pem.rs",
            "secrets.rs",
            "monkey",
            "identity.txt",
            ".gitignore",
            "credentials.rs",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn private_keys_are_known_by_how_they_begin() {
        for kind in ["", "RSA ", "OPENSSH ", "EC ", "ENCRYPTED "] {
            let key = format!("# mine\r\n-----BEGIN {kind}PRIVATE KEY-----\r\nMII\r\n");
            assert!(holds_private_key(key.as_bytes()), "{kind}");
        }
        assert!(!holds_private_key(b"-----BEGIN CERTIFICATE-----\nMII"));
        assert!(!holds_private_key(b"let x = \"-----BEGIN PRIVATE KEY-----\";"));
        assert!(!holds_private_key(b""));
    }
}
