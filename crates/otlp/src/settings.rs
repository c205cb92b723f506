//! Which collector is told, from the server's own file and the variables that every OpenTelemetry
//! program knows (<https://opentelemetry.io/docs/specs/otel/protocol/exporter/>).
//!
//! What is not read here is read by the SDK itself: headers, time limits, sampling, batches, and
//! what the resource is called.

use http::Uri;

/// Where a collector is found, below which the signals have paths of their own.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Turns all of it off.
const DISABLED: &str = "OTEL_SDK_DISABLED";

/// One kind of telemetry and its variables.
struct Signal {
    path: &'static str,
    endpoint: &'static str,
    exporter: &'static str,
    protocol: &'static str,
}

const TRACES: Signal = Signal {
    path: "v1/traces",
    endpoint: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    exporter: "OTEL_TRACES_EXPORTER",
    protocol: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
};

const METRICS: Signal = Signal {
    path: "v1/metrics",
    endpoint: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    exporter: "OTEL_METRICS_EXPORTER",
    protocol: "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
};

/// The variable for both signals.
const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";

/// The one protocol that is spoken.
const SPOKEN: &str = "http/protobuf";

/// Where telemetry goes; at least one of both is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where spans are posted to.
    pub traces: Option<Uri>,
    /// Where measurements are posted to.
    pub metrics: Option<Uri>,
}

/// What is set makes no sense. To go on would be to tell nobody, and nobody would know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    /// It is no address of a collector.
    #[error("{variable} must be like http://collector:4318, not {given:?}")]
    Endpoint {
        /// What was read.
        variable: &'static str,
        /// What stands there.
        given: String,
    },
    /// Another protocol was asked for.
    #[error("{variable} is {given:?}; only {SPOKEN} is spoken here")]
    Protocol {
        /// What was read.
        variable: &'static str,
        /// What stands there.
        given: String,
    },
    /// Another exporter was asked for.
    #[error("{variable} is {given:?}; only otlp and none are known here")]
    Exporter {
        /// What was read.
        variable: &'static str,
        /// What stands there.
        given: String,
    },
}

impl Settings {
    /// Reads what was set: variables by `variable`, and what the server's file says. A variable
    /// wins. `None` where nobody asked for telemetry.
    pub fn read(
        in_file: Option<&str>,
        variable: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Option<Self>, InvalidSettings> {
        // An empty variable counts as one that is not set.
        let set =
            |name| variable(name).map(|text| text.trim().to_owned()).filter(|s| !s.is_empty());
        if set(DISABLED).is_some_and(|text| text.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let settings = Self {
            traces: endpoint(&TRACES, in_file, &set)?,
            metrics: endpoint(&METRICS, in_file, &set)?,
        };
        let is_on = settings.traces.is_some() || settings.metrics.is_some();
        Ok(is_on.then_some(settings))
    }
}

fn endpoint(
    signal: &Signal,
    in_file: Option<&str>,
    set: &impl Fn(&'static str) -> Option<String>,
) -> Result<Option<Uri>, InvalidSettings> {
    match set(signal.exporter) {
        Some(given) if given == "none" => return Ok(None),
        Some(given) if given != "otlp" => {
            return Err(InvalidSettings::Exporter { variable: signal.exporter, given });
        }
        _ => {}
    }
    // The address of one signal is taken as it is, the common one has the signal's path added.
    let (variable, url) = if let Some(given) = set(signal.endpoint) {
        (signal.endpoint, given)
    } else if let Some(given) = set(ENDPOINT) {
        (ENDPOINT, below(&given, signal))
    } else if let Some(given) = in_file {
        ("otlp_endpoint", below(given, signal))
    } else {
        return Ok(None);
    };
    for variable in [signal.protocol, PROTOCOL] {
        if let Some(given) = set(variable)
            && given != SPOKEN
        {
            return Err(InvalidSettings::Protocol { variable, given });
        }
    }
    let uri = url.parse().ok().filter(is_collector);
    uri.map(Some).ok_or(InvalidSettings::Endpoint { variable, given: url })
}

fn below(endpoint: &str, signal: &Signal) -> String {
    format!("{}/{}", endpoint.trim_end_matches('/'), signal.path)
}

fn is_collector(uri: &Uri) -> bool {
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    // A password would be in every error message; headers have a variable of their own.
    let is_bare = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    matches!(uri.scheme_str(), Some("http" | "https")) && has_host && is_bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        in_file: Option<&str>,
        set: &[(&str, &str)],
        traces: Option<&str>,
        metrics: Option<&str>,
    ) {
        let variable = |name: &'static str| {
            set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        let read = Settings::read(in_file, variable).unwrap();
        let shown = |uri: Option<Uri>| uri.map(|uri| uri.to_string());
        let (found_traces, found_metrics) =
            read.map_or((None, None), |read| (shown(read.traces), shown(read.metrics)));
        assert_eq!(found_traces.as_deref(), traces);
        assert_eq!(found_metrics.as_deref(), metrics);
    }

    #[test]
    fn nobody_is_told_unless_somebody_is_named() {
        check(None, &[], None, None);
        check(None, &[(ENDPOINT, " ")], None, None);
        check(Some("http://a:4318"), &[(DISABLED, "TRUE")], None, None);
        check(None, &[("OTEL_SERVICE_NAME", "x"), (PROTOCOL, "grpc")], None, None);
    }

    #[test]
    fn a_variable_wins_over_the_file_and_the_signals_own_over_the_common_one() {
        let (traces, metrics) = (Some("http://a:4318/v1/traces"), Some("http://a:4318/v1/metrics"));
        check(Some("http://a:4318"), &[], traces, metrics);
        check(Some("http://b:1"), &[(ENDPOINT, "http://a:4318/")], traces, metrics);
        let own = [(ENDPOINT, "http://b:1/otlp"), (TRACES.endpoint, "https://t:2/in")];
        check(None, &own, Some("https://t:2/in"), Some("http://b:1/otlp/v1/metrics"));
        check(None, &[(TRACES.endpoint, "https://t:2/in")], Some("https://t:2/in"), None);
        check(Some("http://a:4318"), &[(METRICS.exporter, "none")], traces, None);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (name, value) in [
            (ENDPOINT, "collector:4318"),
            (ENDPOINT, "http://"),
            (ENDPOINT, "ftp://collector"),
            (ENDPOINT, "http://me:secret@collector:4318"),
            (PROTOCOL, "grpc"),
            (TRACES.protocol, "http/json"),
            (METRICS.exporter, "prometheus"),
        ] {
            let in_file = (name != ENDPOINT).then_some("http://a:4318");
            let variable = |asked: &'static str| (asked == name).then(|| value.to_owned());
            let refused = Settings::read(in_file, variable).unwrap_err().to_string();
            assert!(refused.contains(name), "{refused}");
        }
    }
}
