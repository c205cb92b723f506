//! The text that Prometheus reads: its exposition format, version 0.0.4
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::Write;

use crate::Observed;

/// The content type of the text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A label and its value, both words of the program.
pub type Label = (&'static str, &'static str);

/// What kind of number a family has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; its name ends in `_total`.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations in buckets, told in seconds; its name ends in `_seconds`.
    Histogram,
}

/// The text, family by family.
#[derive(Debug, Default)]
pub struct Exposition {
    text: String,
}

/// The samples of one name.
#[derive(Debug)]
pub struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Exposition {
    /// Begins a family. Each name may be begun once; `help` is one line.
    pub fn family(&mut self, kind: Kind, name: &'static str, help: &'static str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        write(&mut self.text, format_args!("# HELP {name} {help}\n"));
        write(&mut self.text, format_args!("# TYPE {name} {kind}\n"));
        Family { text: &mut self.text, name }
    }

    /// A gauge that is one whole number.
    pub fn gauge(&mut self, name: &'static str, help: &'static str, value: u64) {
        self.family(Kind::Gauge, name, help).count(&[], value);
    }

    /// A counter that is one number.
    pub fn counter(&mut self, name: &'static str, help: &'static str, total: u64) {
        self.family(Kind::Counter, name, help).count(&[], total);
    }

    /// A histogram without labels.
    pub fn histogram(&mut self, name: &'static str, help: &'static str, observed: &Observed) {
        self.family(Kind::Histogram, name, help).observed(&[], observed);
    }

    /// All of it.
    pub fn into_text(self) -> String {
        self.text
    }
}

impl Family<'_> {
    /// One number.
    pub fn sample(&mut self, labels: &[Label], value: f64) -> &mut Self {
        self.line("", labels, None, format_args!("{value}"))
    }

    /// One whole number.
    pub fn count(&mut self, labels: &[Label], total: u64) -> &mut Self {
        self.line("", labels, None, format_args!("{total}"))
    }

    /// What a histogram holds, in seconds.
    pub fn observed(&mut self, labels: &[Label], observed: &Observed) -> &mut Self {
        let count = observed.cumulative.last().copied().unwrap_or_default();
        for (bound_us, below) in observed.bounds_us.iter().zip(&observed.cumulative) {
            self.line("_bucket", labels, Some(&seconds(*bound_us)), format_args!("{below}"));
        }
        self.line("_bucket", labels, Some("+Inf"), format_args!("{count}"));
        self.line("_sum", labels, None, format_args!("{}", seconds(observed.sum_us)));
        self.line("_count", labels, None, format_args!("{count}"))
    }

    fn line(
        &mut self,
        suffix: &str,
        labels: &[Label],
        bound: Option<&str>,
        value: std::fmt::Arguments<'_>,
    ) -> &mut Self {
        write(self.text, format_args!("{}{suffix}", self.name));
        let bound = bound.map(|bound| ("le", bound));
        let mut before = '{';
        for (name, value) in labels.iter().copied().chain(bound) {
            write(self.text, format_args!("{before}{name}=\"{}\"", escaped(value)));
            before = ',';
        }
        if before == ',' {
            self.text.push('}');
        }
        write(self.text, format_args!(" {value}\n"));
        self
    }
}

fn write(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = text.write_fmt(arguments);
}

/// Exact, as a sum of floating-point numbers would not be.
fn seconds(micros: u64) -> String {
    let (whole, part) = (micros / 1_000_000, micros % 1_000_000);
    if part == 0 {
        return whole.to_string();
    }
    format!("{whole}.{part:06}").trim_end_matches('0').to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Histogram;

    #[test]
    fn families_are_written_as_prometheus_reads_them() {
        let mut exposition = Exposition::default();
        exposition.counter("calls_total", "Calls.", 3);
        let mut family = exposition.family(Kind::Gauge, "machines", "Machines, by state.");
        family.count(&[("state", "online")], 2).sample(&[("state", "a\"b\\c\nd")], 0.5);
        let expect = "# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 3\n\
            # HELP machines Machines, by state.\n# TYPE machines gauge\n\
            machines{state=\"online\"} 2\nmachines{state=\"a\\\"b\\\\c\\nd\"} 0.5\n";
        assert_eq!(exposition.into_text(), expect);
    }

    #[test]
    fn a_histogram_is_told_in_seconds() {
        let histogram = Histogram::new(&[10, 2_000_000]);
        histogram.observe_us(10);
        histogram.observe_us(1_500_000);
        histogram.observe_us(3_000_001);
        let mut exposition = Exposition::default();
        exposition.histogram("took_seconds", "Took.", &histogram.observed());
        let samples: Vec<_> =
            exposition.text.lines().filter(|line| !line.starts_with('#')).collect();
        let expect = [
            "took_seconds_bucket{le=\"0.00001\"} 1",
            "took_seconds_bucket{le=\"2\"} 2",
            "took_seconds_bucket{le=\"+Inf\"} 3",
            "took_seconds_sum 4.500011",
            "took_seconds_count 3",
        ];
        assert_eq!(samples, expect);
    }
}
