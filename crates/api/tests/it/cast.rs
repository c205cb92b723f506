//! Who asks, and what there is to ask for: people in every role, in two tenants, and one of
//! everything that belongs to one of them.

use std::time::Duration;

use model::actor::{AssignmentLevel, Credential as Proof};
use model::enrolment::Enrolment;
use model::identity::{Identity, RoleFrom};
use model::job::{Job, JobState};
use model::machine::{KeyAge, Machine, MachineFacts};
use model::notification::{Channel, ChannelKind, ChannelState, NoticeEvent, NoticeLanguage};
use model::permission::{PermissionRequest, PermissionState};
use model::policy_rule::{PolicyPreset, PolicyRule};
use model::price::{PriceOverride, Rates};
use model::provider::{KeyUse, ProviderKey};
use model::quota::{
    Account, AtStop, BudgetRequest, BudgetState, Quota, QuotaMeasure, QuotaPeriod, QuotaSubject,
};
use model::session::{Session, SessionKind, SessionState};
use model::share::{SessionShare, ShareLevel};
use model::user::{ApiToken, Login, UserKind, UserState};
use model::{
    Actor, ApiTokenId, BudgetRequestId, ChannelId, EnrolmentId, ExposeSecret, IdentityId, JobId,
    LoginId, MachineId, PermissionRequestId, PolicyRuleId, PriceId, ProviderKeyId, ProxyTokenId,
    QuotaId, Role, SessionId, TenantId, Timestamp, TokenScope, TokenScopes, UserId,
};
use store::jobs::JobText;
use store::proxy_tokens::ProxyToken;
use store::users::NewUser;
use store::{StoreError, Tx};
use vault::token::{Api, Login as LoginKind, Proxy};
use vault::{EnrolmentToken, Password, Token};

use crate::house::House;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    /// Gives a text that is no token.
    Garbage,
    /// Gives a token of the system administrator that has expired.
    Expired,
    /// Gives a token of the system administrator that was revoked.
    Revoked,
    /// Gives a registration token, which makes machines.
    Registration,
    /// Gives the token of a session's agent.
    Agent,
    /// Has been given the machine, and may only look.
    Reader,
    /// Whose sessions they are.
    Member,
    /// The same, in a browser.
    MemberInBrowser,
    /// The same, with a token that is for looking only.
    MemberLooking,
    /// Had the member's rights, and is disabled.
    Disabled,
    /// Was made for a person who has not chosen a password yet.
    Invited,
    /// A service account that has been given the machine.
    Program,
    /// Has been given the machine too.
    Colleague,
    /// Looks after the machine.
    Keeper,
    /// Has been given nothing.
    Newcomer,
    TenantAdmin,
    SystemAdmin,
    /// Works in another tenant.
    Stranger,
    /// Runs another tenant.
    ForeignAdmin,
}

impl Who {
    pub(crate) const ALL: [Self; 20] = [
        Self::Nobody,
        Self::Garbage,
        Self::Expired,
        Self::Revoked,
        Self::Registration,
        Self::Agent,
        Self::Reader,
        Self::Member,
        Self::MemberInBrowser,
        Self::MemberLooking,
        Self::Disabled,
        Self::Invited,
        Self::Program,
        Self::Colleague,
        Self::Keeper,
        Self::Newcomer,
        Self::TenantAdmin,
        Self::SystemAdmin,
        Self::Stranger,
        Self::ForeignAdmin,
    ];

    /// Those who have an account, with its role and what they were given on the machine.
    const fn account(self) -> Option<(Role, Option<AssignmentLevel>)> {
        Some(match self {
            Self::Reader => (Role::ReadOnly, Some(AssignmentLevel::User)),
            Self::Member
            | Self::MemberInBrowser
            | Self::MemberLooking
            | Self::Disabled
            | Self::Invited
            | Self::Program
            | Self::Colleague => (Role::User, Some(AssignmentLevel::User)),
            Self::Keeper => (Role::User, Some(AssignmentLevel::Admin)),
            Self::Newcomer | Self::Stranger => (Role::User, None),
            Self::TenantAdmin | Self::ForeignAdmin => (Role::TenantAdmin, None),
            Self::SystemAdmin => (Role::SystemAdmin, None),
            _ => return None,
        })
    }

    /// Whether the account is the member's.
    const fn is_members(self) -> bool {
        matches!(self, Self::MemberInBrowser | Self::MemberLooking)
    }

    /// Whether the account may act.
    const fn state(self) -> UserState {
        match self {
            Self::Disabled => UserState::Disabled,
            Self::Invited => UserState::Invited,
            _ => UserState::Active,
        }
    }

    const fn kind(self) -> UserKind {
        match self {
            Self::Program => UserKind::Service,
            _ => UserKind::Person,
        }
    }

    const fn is_foreign(self) -> bool {
        matches!(self, Self::Stranger | Self::ForeignAdmin)
    }
}

/// How somebody says who they are.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    None,
    Bearer(String),
    Cookie(String),
}

/// People, and one of everything. Sessions, login, token and question are the member's.
#[derive(Debug, Clone)]
pub(crate) struct Cast {
    pub(crate) tenant: TenantId,
    pub(crate) machine: MachineId,
    pub(crate) chat: SessionId,
    pub(crate) terminal: SessionId,
    pub(crate) job: JobId,
    pub(crate) enrolment: EnrolmentId,
    pub(crate) provider_key: ProviderKeyId,
    pub(crate) price: PriceId,
    pub(crate) quota: QuotaId,
    pub(crate) budget_request: BudgetRequestId,
    pub(crate) question: PermissionRequestId,
    /// For everybody in the tenant.
    pub(crate) rule: PolicyRuleId,
    pub(crate) login: LoginId,
    pub(crate) identity: IdentityId,
    pub(crate) token: ApiTokenId,
    /// Its address cannot be opened.
    pub(crate) channel: ChannelId,
    pub(crate) username: String,
    /// To whom the chat is lent; somebody who is disabled, so that it opens nothing.
    pub(crate) borrower: UserId,
    actors: Vec<(Who, Actor)>,
    credentials: Vec<(Who, Credential)>,
}

/// What is to be stored.
#[derive(Default)]
struct Rows {
    tenants: Vec<TenantId>,
    users: Vec<NewUser>,
    tokens: Vec<(ApiToken, [u8; 32])>,
    revoked: Vec<(ApiTokenId, UserId)>,
    logins: Vec<(Login, [u8; 32])>,
    assignments: Vec<(UserId, AssignmentLevel)>,
}

impl Cast {
    /// Makes everybody and everything afresh.
    pub(crate) async fn assemble(house: &House) -> Self {
        Maker { house, now: house.app.plane.clock().now(), rows: Rows::default() }.make().await
    }

    /// How somebody says who they are.
    pub(crate) fn credential(&self, who: Who) -> Credential {
        let known = self.credentials.iter().find(|(known, _)| *known == who);
        known.map_or(Credential::None, |(_, credential)| credential.clone())
    }

    /// Who the server takes somebody for; nobody without an account.
    pub(crate) fn actor(&self, who: Who) -> Option<Actor> {
        self.actors.iter().find(|(known, _)| *known == who).map(|(_, actor)| *actor)
    }

    pub(crate) fn user(&self, who: Who) -> UserId {
        self.actor(who).unwrap().user().unwrap()
    }

    /// What somebody was given on the machine.
    pub(crate) fn assignment(who: Who) -> Option<AssignmentLevel> {
        who.account().and_then(|(_, level)| level)
    }
}

struct Maker<'a> {
    house: &'a House,
    now: Timestamp,
    rows: Rows,
}

impl Maker<'_> {
    async fn make(mut self) -> Cast {
        let (tenant, other) = (self.id(TenantId::new), self.id(TenantId::new));
        self.rows.tenants.extend([tenant, other]);
        let (mut actors, mut credentials) = (Vec::new(), Vec::new());
        let mut borrower = None;
        for who in Who::ALL.into_iter().filter(|who| !who.is_members()) {
            let Some((role, level)) = who.account() else { continue };
            let home = if who.is_foreign() { other } else { tenant };
            let user = self.user(who, home, role, level).await;
            if who == Who::Disabled {
                borrower = Some(user);
            }
            let (token, text) = self.token(user, Duration::from_hours(1), TokenScopes::FULL);
            let proof = Proof::ApiToken { token, scopes: TokenScopes::FULL };
            if who.state() == UserState::Active {
                actors.push((who, Actor::User { user, tenant: home, role, credential: proof }));
            }
            credentials.push((who, Credential::Bearer(text)));
        }
        let of = |wanted: Who| {
            let known = actors.iter().find(|(who, _)| *who == wanted);
            known.and_then(|(_, actor)| actor.user()).unwrap()
        };
        let (member, root) = (of(Who::Member), of(Who::SystemAdmin));
        let (login, cookie) = self.login(member);
        let proof = Proof::Login(login);
        let role = Role::User;
        actors.push((
            Who::MemberInBrowser,
            Actor::User { user: member, tenant, role, credential: proof },
        ));
        credentials.push((Who::MemberInBrowser, Credential::Cookie(cookie)));
        let looking = TokenScopes::of(&[TokenScope::Read]).unwrap();
        let (token, text) = self.token(member, Duration::from_hours(1), looking);
        let proof = Proof::ApiToken { token, scopes: looking };
        actors.push((
            Who::MemberLooking,
            Actor::User { user: member, tenant, role, credential: proof },
        ));
        credentials.push((Who::MemberLooking, Credential::Bearer(text)));
        credentials.push((Who::Garbage, Credential::Bearer("not-a-token".to_owned())));
        let (_, expired) = self.token(root, Duration::ZERO, TokenScopes::FULL);
        credentials.push((Who::Expired, Credential::Bearer(expired)));
        let (revoked, text) = self.token(root, Duration::from_hours(1), TokenScopes::FULL);
        self.rows.revoked.push((revoked, root));
        credentials.push((Who::Revoked, Credential::Bearer(text)));
        let token = self.token(member, Duration::from_hours(1), TokenScopes::FULL).0;
        let username =
            self.rows.users.iter().find(|user| user.id == member).unwrap().username.clone();
        let cast = Cast {
            tenant,
            machine: self.id(MachineId::new),
            chat: self.id(SessionId::new),
            terminal: self.id(SessionId::new),
            job: self.id(JobId::new),
            enrolment: self.id(EnrolmentId::new),
            provider_key: self.id(ProviderKeyId::new),
            price: self.id(PriceId::new),
            quota: self.id(QuotaId::new),
            budget_request: self.id(BudgetRequestId::new),
            question: self.id(PermissionRequestId::new),
            rule: self.id(PolicyRuleId::new),
            login,
            identity: self.id(IdentityId::new),
            channel: self.id(ChannelId::new),
            token,
            username,
            borrower: borrower.unwrap(),
            actors,
            credentials,
        };
        self.store(cast, member).await
    }

    async fn store(self, mut cast: Cast, member: UserId) -> Cast {
        let rng = &**self.house.app.plane.rng();
        let fingerprint = self.house.app.plane.identity.fingerprint();
        let enrolment = EnrolmentToken::mint(rng, cast.enrolment, fingerprint);
        let text = enrolment.text().expose_secret().to_owned();
        cast.credentials.push((Who::Registration, Credential::Bearer(text)));
        let agent = Token::<Proxy>::mint(rng, self.id(ProxyTokenId::new));
        let text = agent.text().expose_secret().to_owned();
        cast.credentials.push((Who::Agent, Credential::Bearer(text)));

        let machine = machine(&cast, self.now);
        let chat = session(&cast, member, SessionKind::Chat, self.now);
        let terminal = session(&cast, member, SessionKind::Terminal, self.now);
        let question = question(&cast, self.now);
        let job = job(&cast, member, self.now);
        let key = provider_key(&cast, member, self.now);
        let price = price(&cast, member, self.now);
        let quota = quota(&cast, member, self.now);
        let budget_request = budget_request(&cast, member, self.now);
        let rule = rule(&cast, member, self.now);
        let identity = identity(&cast, member, self.now);
        let share = share(&cast, member, self.now);
        let channel = channel(&cast, member, self.now);
        let preset = preset(&cast, member, self.now);
        let later = self.now + Duration::from_hours(1);
        let registration = Enrolment {
            id: cast.enrolment,
            tenant: cast.tenant,
            created_by: member,
            created_at: self.now,
            expires_at: later,
            revoked_at: None,
            consumed_by: None,
        };
        let proxy_token = ProxyToken {
            id: agent.id(),
            secret_hash: *agent.digest().as_bytes(),
            tenant: cast.tenant,
            user: member,
            machine: cast.machine,
            session: cast.chat,
            model: None,
            created_at: self.now,
            expires_at: later,
            revoked_at: None,
        };
        let (now, rows) = (self.now, self.rows);
        let digest = *enrolment.digest().as_bytes();
        let stored = self.house.store().write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                rows.insert(tx, machine.id, now, &machine).await?;
                tx.session_insert(&chat).await?;
                tx.session_insert(&terminal).await?;
                tx.permission_insert(&question).await?;
                tx.policy_rule_insert(&rule).await?;
                tx.identity_insert(&identity).await?;
                tx.session_share_put(&share).await?;
                tx.channel_put(&channel).await?;
                tx.policy_preset_put(&preset).await?;
                tx.job_insert(&job, &job_text()).await?;
                tx.provider_key_insert(&key).await?;
                tx.price_put(&price).await?;
                tx.quota_put(&quota).await?;
                tx.budget_request_open(&budget_request).await?;
                tx.enrolment_insert(&registration, &digest).await?;
                tx.proxy_token_insert(&proxy_token).await
            })
        });
        stored.await.unwrap();
        crate::copies::send(self.house, cast.tenant, cast.machine);
        cast
    }

    fn id<T>(&self, make: impl Fn(Timestamp, &dyn model::Rng) -> T) -> T {
        make(self.now, &**self.house.app.plane.rng())
    }

    async fn user(
        &mut self,
        who: Who,
        home: TenantId,
        role: Role,
        level: Option<AssignmentLevel>,
    ) -> UserId {
        let id = self.id(UserId::new);
        let password_hash = match (role, level) {
            (Role::User, Some(AssignmentLevel::User)) => Some(password_hash().await),
            _ => None,
        };
        self.rows.users.push(NewUser {
            id,
            tenant: home,
            username: format!("user-{id}"),
            display_name: "Somebody".to_owned(),
            kind: who.kind(),
            role,
            state: who.state(),
            password_hash,
            created_at: self.now,
        });
        self.rows.assignments.extend(level.map(|level| (id, level)));
        id
    }

    fn token(
        &mut self,
        user: UserId,
        lasts: Duration,
        scopes: TokenScopes,
    ) -> (ApiTokenId, String) {
        let token = Token::<Api>::mint(&**self.house.app.plane.rng(), self.id(ApiTokenId::new));
        // A token that lasts for no time at all has ended a minute ago.
        let begun = if lasts.is_zero() {
            Timestamp::from_millis(self.now.as_millis() - 60_000)
        } else {
            self.now
        };
        let row = ApiToken {
            id: token.id(),
            user,
            name: "a token".to_owned(),
            scopes,
            created_at: begun,
            last_used_at: None,
            expires_at: begun + lasts,
        };
        self.rows.tokens.push((row, *token.digest().as_bytes()));
        (token.id(), token.text().expose_secret().to_owned())
    }

    fn login(&mut self, user: UserId) -> (LoginId, String) {
        let login = Token::<LoginKind>::mint(&**self.house.app.plane.rng(), self.id(LoginId::new));
        let row = Login {
            id: login.id(),
            user,
            created_at: self.now,
            last_used_at: later_than_any_test(self.now),
            expires_at: self.now + Duration::from_hours(1),
            user_agent: "a browser".to_owned(),
        };
        self.rows.logins.push((row, *login.digest().as_bytes()));
        (login.id(), login.text().expose_secret().to_owned())
    }
}

impl Rows {
    async fn insert(
        self,
        tx: &mut Tx,
        machine_id: MachineId,
        now: Timestamp,
        machine: &Machine,
    ) -> Result<(), StoreError> {
        for tenant in self.tenants {
            tx.tenant_insert(tenant, "A tenant", now).await?;
        }
        for user in &self.users {
            tx.user_insert(user).await?;
        }
        for (token, digest) in &self.tokens {
            tx.api_token_insert(token, digest).await?;
            // So that using it writes nothing.
            tx.api_token_touch(token.id, later_than_any_test(now)).await?;
        }
        for (token, user) in self.revoked {
            tx.api_token_delete(token, user).await?;
        }
        for (login, digest) in &self.logins {
            tx.login_insert(login, digest).await?;
        }
        tx.machine_insert(machine).await?;
        for (user, level) in self.assignments {
            tx.assignment_put(machine_id, user, level, user, now).await?;
        }
        Ok(())
    }
}

/// The hash of [`PASSWORD`], made once: it is meant to take long.
async fn password_hash() -> String {
    static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    let hash = || async {
        let rng = host::SystemRng::default();
        let password = Password::choose(PASSWORD.into()).unwrap();
        let hash = vault::Passwords::new(&rng).hash(&rng, password).await.unwrap();
        hash.as_phc().to_owned()
    };
    HASH.get_or_init(hash).await.clone()
}

fn later_than_any_test(now: Timestamp) -> Timestamp {
    now + Duration::from_hours(1)
}

fn machine(cast: &Cast, now: Timestamp) -> Machine {
    Machine {
        id: cast.machine,
        tenant: cast.tenant,
        name: "a machine".to_owned(),
        public_key: [7; 32],
        key_age: KeyAge::default(),
        epoch: 0,
        facts: MachineFacts { shell_allowed: true, ..MachineFacts::default() },
        labels: Vec::new(),
        enrolled_at: now,
        last_seen_at: None,
        freezes: model::freeze::Freezes::default(),
    }
}

fn channel(cast: &Cast, user: UserId, now: Timestamp) -> Channel {
    Channel {
        id: cast.channel,
        tenant: cast.tenant,
        user,
        name: "ours".to_owned(),
        kind: ChannelKind::Slack,
        host: "hooks.example".to_owned(),
        destination: "hooks.example:443".to_owned(),
        sealed: vec![1],
        events: vec![NoticeEvent::TurnEnded],
        shortest_turn: Duration::ZERO,
        language: NoticeLanguage::En,
        console: "https://gantline.example".to_owned(),
        state: ChannelState::Off,
        put_off_because: None,
        given_up: 0,
        created_at: now,
        tested_at: None,
        browser: None,
    }
}

fn rule(cast: &Cast, created_by: UserId, now: Timestamp) -> PolicyRule {
    PolicyRule {
        id: cast.rule,
        tenant: cast.tenant,
        effect: "never".to_owned(),
        tool: "WebFetch".to_owned(),
        matches: r#"{"kind":"tool"}"#.to_owned(),
        title: "WebFetch".to_owned(),
        owner: None,
        machine: None,
        workspace: None,
        session: None,
        request: None,
        created_by,
        created_at: now,
        expires_at: None,
        last_used_at: None,
        uses: 0,
    }
}

fn identity(cast: &Cast, user: UserId, now: Timestamp) -> Identity {
    Identity {
        id: cast.identity,
        user,
        issuer: "https://id.example.com".to_owned(),
        subject: user.to_string(),
        shown: "somebody".to_owned(),
        role_from: RoleFrom::Here,
        created_at: now,
    }
}

fn share(cast: &Cast, granted_by: UserId, now: Timestamp) -> SessionShare {
    SessionShare {
        session: cast.chat,
        user: cast.borrower,
        level: ShareLevel::Drive,
        granted_by,
        granted_at: now,
        expires_at: now + Duration::from_hours(1),
    }
}

fn preset(cast: &Cast, changed_by: UserId, now: Timestamp) -> PolicyPreset {
    PolicyPreset {
        tenant: cast.tenant,
        name: "careful".to_owned(),
        description: String::new(),
        options: r#"{"permission_preset":"ask"}"#.to_owned(),
        changed_by,
        changed_at: now,
    }
}

fn session(cast: &Cast, owner: UserId, kind: SessionKind, now: Timestamp) -> Session {
    Session {
        id: if kind == SessionKind::Chat { cast.chat } else { cast.terminal },
        tenant: cast.tenant,
        owner,
        machine: cast.machine,
        kind,
        agent: None,
        workspace: "/srv/project".to_owned(),
        model: None,
        preset: "ask".to_owned(),
        policy: None,
        title: "A session".to_owned(),
        labels: model::label::Labels::default(),
        state: SessionState::Running,
        detail: None,
        containment: None,
        containment_detail: None,
        worktree: None,
        idle_limit: None,
        pause: None,
        paused_for: std::time::Duration::ZERO,
        created_at: now,
        last_active_at: now,
        imported_at: None,
    }
}

fn job(cast: &Cast, owner: UserId, now: Timestamp) -> Job {
    Job {
        id: cast.job,
        tenant: cast.tenant,
        owner,
        machine: cast.machine,
        agent: "demo".parse().unwrap(),
        workspace: None,
        model: None,
        prompt_head: "do it".to_owned(),
        prompt_is_longer: false,
        priority: 0,
        timeout: None,
        machine_wait: Duration::from_hours(1),
        interactive: false,
        state: JobState::Queued,
        attempt: 1,
        session: None,
        turn: None,
        failure: None,
        error: None,
        created_at: now,
        queued_at: now,
        started_at: None,
        finished_at: None,
    }
}

fn job_text() -> JobText {
    JobText {
        policy: "{}".to_owned(),
        prompt: "do it".to_owned(),
        content: None,
        worktree: None,
        result: None,
    }
}

/// The digest of the question, as it is shown.
pub(crate) const DIGEST: [u8; 32] = [9; 32];

fn question(cast: &Cast, now: Timestamp) -> PermissionRequest {
    PermissionRequest {
        id: cast.question,
        tenant: cast.tenant,
        machine: cast.machine,
        session: cast.chat,
        turn: None,
        title: "Write notes.txt".to_owned(),
        details: "{}".to_owned(),
        digest: DIGEST,
        state: PermissionState::Pending,
        answer: None,
        note: None,
        answered_by: None,
        asked_at: now,
        answered_at: None,
    }
}

fn price(cast: &Cast, changed_by: UserId, now: Timestamp) -> PriceOverride {
    let rates = Rates { input: 1, cache_read: 1, cache_write: 1, cache_write_1h: 1, output: 2 };
    PriceOverride {
        id: cast.price,
        tenant: cast.tenant,
        provider: "openai".parse().unwrap(),
        model: "*".to_owned(),
        rates,
        changed_by,
        changed_at: now,
    }
}

fn quota(cast: &Cast, changed_by: UserId, now: Timestamp) -> Quota {
    Quota {
        id: cast.quota,
        tenant: cast.tenant,
        subject: QuotaSubject::Session,
        account: Some(Account::Session(cast.chat)),
        measure: QuotaMeasure::Tokens,
        period: QuotaPeriod::Total,
        limit: 1_000,
        at_stop: AtStop::Ask,
        changed_by,
        changed_at: now,
    }
}

fn budget_request(cast: &Cast, owner: UserId, now: Timestamp) -> BudgetRequest {
    BudgetRequest {
        id: cast.budget_request,
        tenant: cast.tenant,
        session: cast.chat,
        owner,
        machine: cast.machine,
        quota: cast.quota,
        account: Account::Session(cast.chat),
        measure: QuotaMeasure::Tokens,
        period: QuotaPeriod::Total,
        limit: 1_000,
        spent: 990,
        asked: 20,
        model: None,
        state: BudgetState::Pending,
        asked_at: now,
        answered_by: None,
        answered_at: None,
    }
}

fn provider_key(cast: &Cast, created_by: UserId, now: Timestamp) -> ProviderKey {
    ProviderKey {
        id: cast.provider_key,
        tenant: cast.tenant,
        provider: "openai".parse().unwrap(),
        name: "a key".to_owned(),
        base_url: "https://api.openai.com/v1".to_owned(),
        sealed: vec![1],
        hint: String::new(),
        serves: KeyUse::default(),
        last_trial: None,
        created_by,
        created_at: now,
        secret_set_at: now,
    }
}
