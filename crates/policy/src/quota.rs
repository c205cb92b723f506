//! What a quota allows.
//!
//! A [`Book`] has a balance for every account that calls: what it has spent in this day, in this
//! month and in all, and what is reserved for its calls under way. A call reserves what it may cost
//! at the most in all of its accounts at once, or in none; when it is over, what it did cost takes
//! the reservation's place. So calls that run at the same time cannot spend more together than
//! was left (S95).
//!
//! - [`calendar`]: days and months
//! - [`lines`]: the shares of a quota at which people are told
//! - [`offers`]: how much more people are offered to grant

pub mod calendar;
pub mod lines;
pub mod offers;

use foldhash::{HashMap, HashSet};
use model::quota::{Account, Amounts, AtStop, Quota, QuotaMeasure, QuotaPeriod, QuotaRaise};
use model::{MachineId, QuotaId, SessionId, TenantId, Tick, Timestamp, UsageRecordId, UserId};

use self::calendar::Windows;
use self::lines::Line;

/// What an account has spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// Which day and month these are.
    pub windows: Windows,
    /// In that day.
    pub day: Amounts,
    /// In that month.
    pub month: Amounts,
    /// In all.
    pub total: Amounts,
}

/// What a tenant's quotas are, with what was granted above them.
#[derive(Debug, Clone, Default)]
pub struct Allowances {
    /// The quotas.
    pub quotas: Vec<Quota>,
    /// What was granted.
    pub raises: Vec<QuotaRaise>,
}

/// Who calls, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallOf {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// The machine.
    pub machine: MachineId,
    /// The session.
    pub session: SessionId,
    /// The model that is asked for.
    pub model: Option<String>,
}

/// A quota does not allow a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exceeded {
    /// The quota.
    pub quota: QuotaId,
    /// Whose use it limits here.
    pub account: Account,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much it allows, with what was granted above it.
    pub limit: u64,
    /// How much is spent.
    pub spent: u64,
    /// How much is reserved for calls under way.
    pub reserved: u64,
    /// How much the call may need.
    pub asked: u64,
    /// What becomes of the call.
    pub at_stop: AtStop,
}

impl Exceeded {
    /// How much is missing for the call.
    pub const fn missing(&self) -> u64 {
        let taken = self.spent.saturating_add(self.reserved);
        taken.saturating_add(self.asked).saturating_sub(self.limit)
    }

    /// Whether only what is reserved for other calls is in the way: they may need less.
    pub const fn is_only_reserved(&self) -> bool {
        self.spent.saturating_add(self.asked) <= self.limit
    }
}

/// Somebody's use has reached a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossed {
    /// The quota.
    pub quota: QuotaId,
    /// Whose use.
    pub account: Account,
    /// The highest line that was reached.
    pub line: Line,
}

/// The balances of the accounts that call.
#[derive(Debug, Default)]
pub struct Book {
    balances: HashMap<Account, Balance>,
    reservations: HashMap<UsageRecordId, Reserved>,
}

#[derive(Debug)]
struct Balance {
    spent: Spent,
    reserved: Amounts,
    used_at: Tick,
}

#[derive(Debug)]
struct Reserved {
    accounts: Vec<Account>,
    amounts: Amounts,
    windows: Windows,
    expires_at: Tick,
}

impl CallOf {
    /// The accounts in which the call counts.
    pub fn accounts(&self) -> Vec<Account> {
        let model = self.model.as_deref().unwrap_or_default().to_ascii_lowercase();
        vec![
            Account::Tenant(self.tenant),
            Account::User(self.user),
            Account::Machine(self.machine),
            Account::Session(self.session),
            Account::Model(self.tenant, model),
        ]
    }
}

impl Spent {
    /// Nothing yet.
    pub fn nothing(now: Timestamp) -> Self {
        let none = Amounts::default();
        Self { windows: Windows::of(now), day: none, month: none, total: none }
    }

    /// What was spent in a period.
    pub const fn within(&self, period: QuotaPeriod) -> Amounts {
        match period {
            QuotaPeriod::Day => self.day,
            QuotaPeriod::Month => self.month,
            QuotaPeriod::Total => self.total,
        }
    }

    /// A new day begins with nothing, and so does a new month. A clock that is set back does not
    /// bring an old one back.
    pub fn roll(&mut self, now: Windows) {
        if now.day > self.windows.day {
            self.day = Amounts::default();
            self.windows.day = now.day;
        }
        if now.month > self.windows.month {
            self.month = Amounts::default();
            self.windows.month = now.month;
        }
    }

    /// Adds what was spent by a call that began in those windows.
    fn add(&mut self, used: Amounts, windows: Windows) {
        self.roll(windows);
        self.total = self.total.plus(used);
        if windows.day == self.windows.day {
            self.day = self.day.plus(used);
        }
        if windows.month == self.windows.month {
            self.month = self.month.plus(used);
        }
    }
}

impl Allowances {
    /// The quotas for an account, each with how much it allows now.
    pub fn of<'a>(
        &'a self,
        account: &'a Account,
        now: Windows,
    ) -> impl Iterator<Item = (&'a Quota, u64)> {
        let holds = move |quota: &&Quota| {
            quota.subject == account.subject()
                && quota.account.as_ref().is_none_or(|named| named == account)
        };
        self.quotas.iter().filter(holds).map(move |quota| {
            let granted = self.raises.iter().filter(|raise| {
                raise.quota == quota.id
                    && raise.account == *account
                    && now.shares(quota.period, Windows::of(raise.granted_at))
            });
            let more = granted.fold(0_u64, |sum, raise| sum.saturating_add(raise.amount));
            (quota, quota.limit.saturating_add(more))
        })
    }
}

impl Book {
    /// The accounts that must be opened before anything is reserved in them.
    pub fn unopened(&self, accounts: &[Account]) -> Vec<Account> {
        let unknown = accounts.iter().filter(|account| !self.balances.contains_key(account));
        unknown.cloned().collect()
    }

    /// Opens an account with what it has spent by the ledger. One that is open stays as it is: what
    /// it has is newer.
    pub fn open(&mut self, account: Account, spent: Spent, now: Tick) {
        let balance = Balance { spent, reserved: Amounts::default(), used_at: now };
        self.balances.entry(account).or_insert(balance);
    }

    /// Reserves for a call in [all of its accounts](CallOf::accounts), or, where a quota does not allow it, in none.
    /// The call began at `began`; the reservation ends by itself at `expires_at`.
    ///
    /// The accounts must be open; what is not is taken to have spent nothing.
    pub fn reserve(
        &mut self,
        id: UsageRecordId,
        accounts: Vec<Account>,
        asked: Amounts,
        allowances: &Allowances,
        (began, now): (Timestamp, Tick),
        expires_at: Tick,
    ) -> Result<(), Exceeded> {
        let windows = Windows::of(began);
        let none = Balance::nothing(began, now);
        for account in &accounts {
            let balance = match self.balances.get_mut(account) {
                Some(balance) => {
                    balance.spent.roll(windows);
                    &*balance
                }
                None => &none,
            };
            balance.check(account, asked, allowances)?;
        }
        for account in &accounts {
            // All but those that nobody has opened are there, and need no name of their own.
            let balance = match self.balances.get_mut(account) {
                Some(balance) => balance,
                None => {
                    let opened = self.balances.entry(account.clone());
                    opened.or_insert_with(|| Balance::nothing(began, now))
                }
            };
            balance.reserved = balance.reserved.plus(asked);
            balance.used_at = now;
        }
        self.reservations.insert(id, Reserved { accounts, amounts: asked, windows, expires_at });
        Ok(())
    }

    /// A call is over and has used this; nothing, if it did not come about. Answers the lines that
    /// were reached by it. What was settled before is settled.
    pub fn settle(
        &mut self,
        id: UsageRecordId,
        used: Amounts,
        allowances: &Allowances,
        now: Tick,
    ) -> Vec<Crossed> {
        let Some(reserved) = self.reservations.remove(&id) else { return Vec::new() };
        let mut crossed = Vec::new();
        for account in reserved.accounts {
            let Some(balance) = self.balances.get_mut(&account) else { continue };
            let before = balance.spent;
            balance.reserved = balance.reserved.minus(reserved.amounts);
            balance.spent.add(used, reserved.windows);
            balance.used_at = now;
            crossed.extend(lines::crossed(&before, &balance.spent, &account, allowances));
        }
        crossed
    }

    /// Gives back what is reserved for calls that should have been over for long, and forgets
    /// accounts that nobody has used since `idle_since` and for which nothing is reserved. What
    /// such a call has used still counts when it is settled.
    pub fn tidy(&mut self, now: Tick, idle_since: Tick) {
        for reserved in self.reservations.values_mut().filter(|r| r.expires_at <= now) {
            for account in &reserved.accounts {
                if let Some(balance) = self.balances.get_mut(account) {
                    balance.reserved = balance.reserved.minus(reserved.amounts);
                }
            }
            reserved.amounts = Amounts::default();
        }
        let busy: HashSet<_> =
            self.reservations.values().flat_map(|reserved| &reserved.accounts).collect();
        self.balances
            .retain(|account, balance| balance.used_at > idle_since || busy.contains(account));
    }

    /// What is spent and reserved by an account, if it is open.
    pub fn balance(&self, account: &Account) -> Option<(Spent, Amounts)> {
        self.balances.get(account).map(|balance| (balance.spent, balance.reserved))
    }
}

impl Balance {
    fn nothing(began: Timestamp, now: Tick) -> Self {
        Self { spent: Spent::nothing(began), reserved: Amounts::default(), used_at: now }
    }

    fn check(
        &self,
        account: &Account,
        asked: Amounts,
        allowances: &Allowances,
    ) -> Result<(), Exceeded> {
        for (quota, limit) in allowances.of(account, self.spent.windows) {
            let spent = self.spent.within(quota.period).of(quota.measure);
            let reserved = self.reserved.of(quota.measure);
            let asked = asked.of(quota.measure);
            if spent.saturating_add(reserved).saturating_add(asked) > limit {
                return Err(Exceeded {
                    quota: quota.id,
                    account: account.clone(),
                    measure: quota.measure,
                    period: quota.period,
                    limit,
                    spent,
                    reserved,
                    asked,
                    at_stop: quota.at_stop,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
