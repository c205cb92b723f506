//! The session waits for a larger budget: who looks on is told, and may grant it or stop the agent.

use std::io;

use client::Client;
use contract::quotas::{AnswerBudget, BudgetRequestView};
use model::quota::BudgetState;

use crate::audience::Audience;
use crate::escape;
use crate::hands::{Hands, Press};
use crate::money::amount;
use crate::screen::Screen;
use crate::words::Words;

/// What the session waits for. It waits for one quota at a time.
pub(crate) struct Budgets {
    waiting: Option<BudgetRequestView>,
    has_a_person: bool,
}

impl Budgets {
    /// `has_a_person` says whether somebody at the window may answer.
    pub(crate) const fn new(has_a_person: bool) -> Self {
        Self { waiting: None, has_a_person }
    }

    /// Whether keys are for the answer.
    pub(crate) const fn is_asking(&self) -> bool {
        self.has_a_person && self.waiting.is_some()
    }

    /// The session waits, or has its answer.
    pub(crate) fn take(
        &mut self,
        request: BudgetRequestView,
        audience: &mut Audience,
        words: &dyn Words,
    ) -> io::Result<()> {
        let is_it =
            |known: &BudgetRequestView| known.budget_request_id == request.budget_request_id;
        let is_known = self.waiting.as_ref().is_some_and(is_it);
        if request.state == BudgetState::Pending {
            if !is_known {
                audience.budget(&request)?;
                audience.remark(&what_stops(&request, words))?;
            }
            self.waiting = Some(request);
            return Ok(());
        }
        if is_known {
            self.waiting = None;
            audience.budget(&request)?;
            audience.remark(words.budget_answered(request.state))?;
        }
        Ok(())
    }

    /// Takes the keys for the answer and shows what they mean.
    pub(crate) fn ask(
        &self,
        screen: &mut Screen,
        hands: &mut Hands,
        words: &dyn Words,
    ) -> io::Result<()> {
        let Some(request) = &self.waiting else { return Ok(()) };
        if !self.has_a_person {
            return screen.passing(words.budget_waits());
        }
        hands.take_keys()?;
        screen.raw(true);
        screen.passing(&prompt(request, words))
    }

    /// Takes a key for the answer.
    pub(crate) async fn press(
        &mut self,
        press: Press,
        audience: &mut Audience,
        client: &Client,
        words: &dyn Words,
    ) -> anyhow::Result<()> {
        let Some(request) = &self.waiting else { return Ok(()) };
        let Some(answer) = meant(request, press) else { return Ok(()) };
        audience.passing(words.answering())?;
        match client.budget_request_answer(request.budget_request_id, &answer).await {
            Ok(request) => self.take(request, audience, words)?,
            // It stands, and can be answered again.
            Err(error) if error.is_offline() => {
                audience.remark(&words.not_answered(&error.to_string()))?;
            }
            // Somebody else was first: what became of it is told.
            Err(error) => {
                self.waiting = None;
                audience.remark(&escape::line(&error.to_string()))?;
            }
        }
        Ok(())
    }
}

/// Which answer a key is, where it is one.
fn meant(request: &BudgetRequestView, press: Press) -> Option<AnswerBudget> {
    let [less, more] = request.offers;
    match press {
        Press::Character('1') if request.can_grant => Some(AnswerBudget::Grant { amount: less }),
        Press::Character('2') if request.can_grant => Some(AnswerBudget::Grant { amount: more }),
        Press::Character('x' | 'X') => Some(AnswerBudget::Stop {}),
        _ => None,
    }
}

fn what_stops(request: &BudgetRequestView, words: &dyn Words) -> String {
    let shown = |number| amount(request.measure, number, words);
    let (used, limit, asked) = (shown(request.used), shown(request.limit), shown(request.asked));
    words.budget_stops(request.subject, request.period, [&used, &limit, &asked])
}

fn prompt(request: &BudgetRequestView, words: &dyn Words) -> String {
    let shown = request.offers.map(|offer| amount(request.measure, offer, words));
    words.budget_prompt(request.can_grant.then_some(&shown))
}
