//! What second factors look like from outside.

use contract::second_factors::{
    OfferedSecondFactor, RecoveryCodes, SecondFactorResetView, SecondFactorView,
};
use control::second_factors::{self, Offer, Standing};
use model::ExposeSecret;
use model::second_factor::SecondFactorReset;

/// How one's own second factor stands.
pub fn standing(standing: &Standing) -> SecondFactorView {
    SecondFactorView {
        since: standing.since.map(Into::into),
        passkeys: standing.passkeys,
        recovery_codes_left: standing.recovery_codes_left,
        demand: standing.demand,
        reset: standing.reset.as_ref().map(reset),
    }
}

/// What an authenticator is to take over, once and in the clear.
pub fn offered(offer: &Offer) -> OfferedSecondFactor {
    OfferedSecondFactor {
        secret: offer.secret.expose_secret().to_owned(),
        uri: offer.uri.expose_secret().to_owned(),
    }
}

/// Recovery codes, once and in the clear.
pub fn recovery_codes(codes: &second_factors::RecoveryCodes) -> RecoveryCodes {
    let codes = codes.0.iter().map(|code| code.expose_secret().to_owned());
    RecoveryCodes { recovery_codes: codes.collect() }
}

/// That an administrator has switched somebody's second factor off.
pub fn reset(reset: &SecondFactorReset) -> SecondFactorResetView {
    SecondFactorResetView { at: reset.at.into(), by_name: reset.by_name.clone() }
}
