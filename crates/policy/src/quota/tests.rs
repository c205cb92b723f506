use std::time::Duration;

use model::NanoUsd;
use model::quota::QuotaSubject;
use model::rng::CountingRng;
use proptest::prelude::*;

use super::*;

const DAY_MS: i64 = 86_400_000;

struct World {
    rng: CountingRng,
    call: CallOf,
}

impl World {
    fn new() -> Self {
        let rng = CountingRng::default();
        let at = Timestamp::from_millis(0);
        let call = CallOf {
            tenant: TenantId::new(at, &rng),
            user: UserId::new(at, &rng),
            machine: MachineId::new(at, &rng),
            session: SessionId::new(at, &rng),
            model: Some("GPT-5.5".to_owned()),
        };
        Self { rng, call }
    }

    fn id(&self) -> UsageRecordId {
        UsageRecordId::new(Timestamp::from_millis(0), &self.rng)
    }

    fn quota(
        &self,
        account: Option<Account>,
        subject: QuotaSubject,
        (measure, period): (QuotaMeasure, QuotaPeriod),
        limit: u64,
    ) -> Quota {
        let at = Timestamp::from_millis(0);
        Quota {
            id: QuotaId::new(at, &self.rng),
            tenant: self.call.tenant,
            subject,
            account,
            measure,
            period,
            limit,
            at_stop: AtStop::default(),
            changed_by: self.call.user,
            changed_at: at,
        }
    }

    fn of_tenant(&self, measure: QuotaMeasure, period: QuotaPeriod, limit: u64) -> Allowances {
        let account = Some(Account::Tenant(self.call.tenant));
        let quota = self.quota(account, QuotaSubject::Tenant, (measure, period), limit);
        Allowances { quotas: vec![quota], raises: Vec::new() }
    }

    /// Reserves on the first day, for ever.
    fn reserve(
        &self,
        book: &mut Book,
        asked: Amounts,
        allowances: &Allowances,
    ) -> Result<UsageRecordId, Exceeded> {
        let id = self.id();
        let times = (Timestamp::from_millis(0), Tick::default());
        let never = Tick::from_millis(u64::MAX);
        book.reserve(id, self.call.accounts(), asked, allowances, times, never).map(|()| id)
    }
}

fn tokens(tokens: u64) -> Amounts {
    Amounts { tokens, requests: 1, cost: NanoUsd::from_nanos(tokens * 10) }
}

use QuotaMeasure::{Cost, Requests, Tokens};
use QuotaPeriod::{Day, Month, Total};

#[test]
fn what_is_reserved_cannot_be_reserved_again() {
    let world = World::new();
    let allowances = world.of_tenant(Tokens, Day, 100);
    let mut book = Book::default();
    let first = world.reserve(&mut book, tokens(60), &allowances).unwrap();
    let exceeded = world.reserve(&mut book, tokens(60), &allowances).unwrap_err();
    let Exceeded { limit, spent, reserved, asked, .. } = exceeded;
    assert_eq!((limit, spent, reserved, asked), (100, 0, 60, 60));
    book.settle(first, tokens(10), &allowances, Tick::default());
    world.reserve(&mut book, tokens(60), &allowances).unwrap();
}

#[test]
fn what_did_not_come_about_is_given_back() {
    let world = World::new();
    let allowances = world.of_tenant(Cost, Total, 1_000);
    let mut book = Book::default();
    for _ in 0..10 {
        let id = world.reserve(&mut book, tokens(100), &allowances).unwrap();
        book.settle(id, Amounts::default(), &allowances, Tick::default());
        book.settle(id, tokens(100), &allowances, Tick::default());
    }
    let (spent, reserved) = book.balance(&Account::Tenant(world.call.tenant)).unwrap();
    assert_eq!((spent.total, reserved), (Amounts::default(), Amounts::default()));
}

/// A reservation that one account refuses is made in none.
#[test]
fn a_call_is_reserved_in_all_of_its_accounts_or_in_none() {
    let world = World::new();
    let session = Some(Account::Session(world.call.session));
    let mut allowances = world.of_tenant(Requests, Month, 10);
    let none = world.quota(session, QuotaSubject::Session, (Requests, Month), 0);
    allowances.quotas.push(none);
    let mut book = Book::default();
    let exceeded = world.reserve(&mut book, tokens(1), &allowances).unwrap_err();
    assert_eq!(exceeded.account, Account::Session(world.call.session));
    for account in world.call.accounts() {
        assert_eq!(book.balance(&account), None);
    }
}

#[test]
fn a_quota_for_each_gives_everybody_their_own() {
    let world = World::new();
    let each = world.quota(None, QuotaSubject::User, (Requests, Day), 1);
    let allowances = Allowances { quotas: vec![each], raises: Vec::new() };
    let mut book = Book::default();
    world.reserve(&mut book, tokens(1), &allowances).unwrap();
    assert!(world.reserve(&mut book, tokens(1), &allowances).is_err());
    let other = World { call: World::new().call, ..World::new() };
    let user = UserId::new(Timestamp::from_millis(9), &world.rng);
    let other = World { call: CallOf { user, ..other.call }, ..other };
    let id = UsageRecordId::new(Timestamp::from_millis(9), &world.rng);
    let times = (Timestamp::from_millis(0), Tick::default());
    book.reserve(id, other.call.accounts(), tokens(1), &allowances, times, Tick::from_millis(9))
        .unwrap();
}

#[test]
fn models_are_the_same_however_they_are_spelled() {
    let world = World::new();
    let account = Account::parse(world.call.tenant, QuotaSubject::Model, "gpt-5.5");
    let quota = world.quota(account, QuotaSubject::Model, (Requests, Day), 0);
    let allowances = Allowances { quotas: vec![quota], raises: Vec::new() };
    assert!(world.reserve(&mut Book::default(), tokens(1), &allowances).is_err());
}

#[test]
fn what_is_granted_counts_in_its_period_only() {
    let world = World::new();
    let mut allowances = world.of_tenant(Tokens, Day, 10);
    let account = Account::Tenant(world.call.tenant);
    let windows = |day: i64| Windows::of(Timestamp::from_millis(day * DAY_MS));
    let limit = |allowances: &Allowances, day| {
        allowances.of(&account, windows(day)).map(|(_, limit)| limit).collect::<Vec<_>>()
    };
    allowances.raises.push(QuotaRaise {
        id: model::QuotaRaiseId::new(Timestamp::from_millis(0), &world.rng),
        quota: allowances.quotas[0].id,
        account: account.clone(),
        amount: 5,
        granted_by: world.call.user,
        granted_at: Timestamp::from_millis(DAY_MS + 1),
    });
    assert_eq!(limit(&allowances, 0), [10]);
    assert_eq!(limit(&allowances, 1), [15]);
    assert_eq!(limit(&allowances, 2), [10]);
    allowances.quotas[0].period = Total;
    assert_eq!(limit(&allowances, 2), [15]);
}

/// A reservation that nobody settles ends by itself, and what was used counts all the same when it
/// is settled later.
#[test]
fn a_reservation_expires_and_still_settles() {
    let world = World::new();
    let allowances = world.of_tenant(Tokens, Total, 100);
    let mut book = Book::default();
    let id = world.id();
    let times = (Timestamp::from_millis(0), Tick::default());
    let expires_at = Tick::default() + Duration::from_secs(1);
    book.reserve(id, world.call.accounts(), tokens(100), &allowances, times, expires_at).unwrap();
    assert!(world.reserve(&mut book, tokens(1), &allowances).is_err());
    book.tidy(expires_at, Tick::default());
    let account = Account::Tenant(world.call.tenant);
    assert_eq!(book.balance(&account).unwrap().1, Amounts::default());
    book.settle(id, tokens(70), &allowances, expires_at);
    assert_eq!(book.balance(&account).unwrap().0.total.tokens, 70);
    assert!(world.reserve(&mut book, tokens(31), &allowances).is_err());
}

#[test]
fn accounts_that_nobody_uses_are_forgotten_and_others_are_not() {
    let world = World::new();
    let allowances = Allowances::default();
    let mut book = Book::default();
    let id = world.reserve(&mut book, tokens(1), &allowances).unwrap();
    let later = Tick::from_millis(10);
    book.tidy(later, later);
    assert_eq!(book.unopened(&world.call.accounts()), []);
    book.settle(id, tokens(1), &allowances, Tick::default());
    book.tidy(later, later);
    assert_eq!(book.unopened(&world.call.accounts()).len(), 5);
}

#[test]
fn each_line_is_told_once() {
    let world = World::new();
    let allowances = world.of_tenant(Tokens, Day, 100);
    let mut book = Book::default();
    let mut told = Vec::new();
    for used in [79, 1, 14, 1, 4, 1] {
        let id = world.reserve(&mut book, tokens(0), &allowances).unwrap();
        let crossed = book.settle(id, tokens(used), &allowances, Tick::default());
        told.push(crossed.first().map(|crossed| crossed.line));
    }
    let lines = [None, Some(Line::Eighty), None, Some(Line::NinetyFive), None, Some(Line::Full)];
    assert_eq!(told, lines);
}

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Reserve { asked: u64 },
    Settle { which: usize, used: u64 },
    Drop { which: usize },
    Wait { hours: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_u64..60).prop_map(|asked| Step::Reserve { asked }),
        3 => (any::<usize>(), 0_u64..60).prop_map(|(which, used)| Step::Settle { which, used }),
        1 => any::<usize>().prop_map(|which| Step::Drop { which }),
        1 => (0_i64..400).prop_map(|hours| Step::Wait { hours }),
    ];
    prop::collection::vec(step, 0..120)
}

/// A call as the reference model remembers it: when it began, what it reserved, what it used.
#[derive(Debug)]
struct Remembered {
    id: UsageRecordId,
    began: Timestamp,
    asked: u64,
    used: Option<u64>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// S95: against a model that remembers every call and adds them up anew each time: the same
    /// calls are allowed, and what is spent is never more than a quota allows, where calls use no
    /// more than they reserved.
    #[test]
    fn the_book_agrees_with_adding_up(
        steps in steps(),
        limits in (40_u64..200, 100_u64..600, 200_u64..1500),
    ) {
        let world = World::new();
        let tenant = Account::Tenant(world.call.tenant);
        let quota = |period, limit| {
            world.quota(Some(tenant.clone()), QuotaSubject::Tenant, (Tokens, period), limit)
        };
        let quotas = vec![quota(Day, limits.0), quota(Month, limits.1), quota(Total, limits.2)];
        let allowances = Allowances { quotas, raises: Vec::new() };
        let mut book = Book::default();
        let mut all: Vec<Remembered> = Vec::new();
        let mut now = Timestamp::from_millis(0);
        for step in steps {
            let open: Vec<usize> =
                (0..all.len()).filter(|call| all[*call].used.is_none()).collect();
            match step {
                Step::Wait { hours } => now = now + Duration::from_hours(hours.unsigned_abs()),
                Step::Reserve { asked } => {
                    let allowed = allowances.quotas.iter().all(|quota| {
                        let windows = Windows::of(now);
                        let counts = |call: &&Remembered| {
                            call.used.is_none()
                                || windows.shares(quota.period, Windows::of(call.began))
                        };
                        let sum: u64 = all
                            .iter()
                            .filter(counts)
                            .map(|call| call.used.unwrap_or(call.asked))
                            .sum();
                        sum + asked <= quota.limit
                    });
                    let id = world.id();
                    let times = (now, Tick::default());
                    let never = Tick::from_millis(u64::MAX);
                    let reserved =
                        book.reserve(id, world.call.accounts(), tokens(asked), &allowances, times, never);
                    prop_assert_eq!(reserved.is_ok(), allowed, "{:?}", reserved);
                    if allowed {
                        all.push(Remembered { id, began: now, asked, used: None });
                    }
                }
                Step::Settle { which, used } if !open.is_empty() => {
                    let call = &mut all[open[which % open.len()]];
                    let used = used.min(call.asked);
                    call.used = Some(used);
                    book.settle(call.id, tokens(used), &allowances, Tick::default());
                }
                Step::Drop { which } if !open.is_empty() => {
                    let call = &mut all[open[which % open.len()]];
                    call.used = Some(0);
                    book.settle(call.id, Amounts::default(), &allowances, Tick::default());
                }
                Step::Settle { .. } | Step::Drop { .. } => {}
            }
            for quota in &allowances.quotas {
                let spent: u64 = all
                    .iter()
                    .filter(|call| Windows::of(now).shares(quota.period, Windows::of(call.began)))
                    .filter_map(|call| call.used)
                    .sum();
                prop_assert!(spent <= quota.limit);
            }
        }
        let spent: u64 = all.iter().filter_map(|call| call.used).sum();
        let total = book.balance(&tenant).map_or(0, |(spent, _)| spent.total.tokens);
        prop_assert_eq!(total, spent);
    }
}
