//! Whom to trust: what the operating system trusts, and certificates given by hand.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use crate::Error;

/// What encrypts connections to a server of which the certificate is checked. `ca_bundle` is PEM.
pub(crate) fn checking(ca_bundle: Option<&[u8]>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let extra = ca_bundle.map(certificates).transpose()?.unwrap_or_default();
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone())
        .map_err(|error| Error::Setup(format!("use the certificates: {error}")))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Setup(format!("set encryption up: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// Trusts nobody: for a server that is reached without encryption. The system's certificates,
/// which take a while to read, are left alone.
pub(crate) fn trusting_nobody() -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Setup(format!("set encryption up: {error}")))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates =
        read.map_err(|error| Error::Setup(format!("read the CA bundle: {error}")))?;
    if certificates.is_empty() {
        return Err(Error::Setup("the CA bundle holds no certificate".to_owned()));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_a_certificate_is_refused() {
        let error = checking(Some(b"nothing here")).unwrap_err().to_string();
        assert!(error.contains("holds no certificate"), "{error}");
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA!\n-----END CERTIFICATE-----\n";
        assert!(checking(Some(broken)).is_err());
    }
}
