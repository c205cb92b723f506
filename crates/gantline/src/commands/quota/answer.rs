//! `gantline quota answer`: answers a session that waits because a quota has stopped it.

use std::process::ExitCode;
use std::str::FromStr;

use client::Client;
use contract::quotas::{AnswerBudget, BudgetRequestView};

use crate::connection::ConnectionOptions;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::ends_with;
use crate::money::amount;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// Whom to answer, and what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Request, or the session that waits, by its identifier or the end of it.
    request: String,
    /// How much more to grant, in what the quota counts, such as `5` (US dollars), `1M` (tokens) or
    /// `200` (calls); or `stop`.
    answer: Answer,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Answer {
    Grant(f64),
    Stop,
}

impl FromStr for Answer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "stop" {
            return Ok(Self::Stop);
        }
        let number = text.strip_prefix('+').unwrap_or(text);
        let (number, times) = match number.strip_suffix(['k', 'K']) {
            Some(thousands) => (thousands, 1e3),
            None => number.strip_suffix(['m', 'M']).map_or((number, 1.0), |rest| (rest, 1e6)),
        };
        let is_plain = number.chars().all(|one| one.is_ascii_digit() || one == '.');
        let parsed = number.parse::<f64>().ok().filter(|parsed| is_plain && *parsed > 0.0);
        parsed
            .map(|parsed| Self::Grant(parsed * times))
            .ok_or("say how much more, such as 5, 200k or 1M, or `stop`")
    }
}

/// Answers it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let request = find(&client, &args.request, words).await?;
    let body = match args.answer {
        Answer::Grant(amount) => AnswerBudget::Grant { amount },
        Answer::Stop => AnswerBudget::Stop {},
    };
    let request = client.budget_request_answer(request.budget_request_id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&request)?,
        Format::Quiet => {}
        Format::Text => print_line(match args.answer {
            Answer::Grant(more) => words.budget_granted(&amount(request.measure, more, words)),
            Answer::Stop => words.budget_declined().to_owned(),
        })?,
    }
    Ok(Meaning::Done.into())
}

async fn find(client: &Client, name: &str, words: &dyn Words) -> anyhow::Result<BudgetRequestView> {
    let is_meant = |request: &BudgetRequestView| {
        ends_with(&request.budget_request_id, name) || ends_with(&request.session_id, name)
    };
    let mut found = client.budget_requests(None).await?.into_iter().filter(is_meant);
    match (found.next(), found.next()) {
        (Some(request), None) => Ok(request),
        _ => Err(Refusal::new(Meaning::NotFound, words.no_one_budget_request(name)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_people_write_them() {
        for (text, expect) in [
            ("5", Ok(Answer::Grant(5.0))),
            ("+5", Ok(Answer::Grant(5.0))),
            ("0.5", Ok(Answer::Grant(0.5))),
            ("200k", Ok(Answer::Grant(200_000.0))),
            ("+1M", Ok(Answer::Grant(1_000_000.0))),
            ("stop", Ok(Answer::Stop)),
        ] {
            assert_eq!(text.parse::<Answer>(), expect, "{text}");
        }
        for text in ["", "+", "-5", "0", "many", "1e9", "inf", "NaN", "5G", "k"] {
            assert!(text.parse::<Answer>().is_err(), "{text}");
        }
    }
}
