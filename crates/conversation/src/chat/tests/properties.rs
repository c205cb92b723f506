//! Whatever people, the agent and the daemon do in whatever order: no turn is lost, no question is
//! answered twice, every turn ends exactly once.

use std::collections::BTreeMap;

use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Prompt { steer: bool },
    Cancel(u8),
    CancelAny,
    AgentSays,
    AgentTool { id: u8, status: u8 },
    AgentAsks { call: u8 },
    AgentTakesBack,
    Person { answer: u8, with_note: bool },
    AgentEnds(u8),
    AgentAnswersSetup,
    AgentSetupError,
    Started,
    Exits,
    LaunchFails,
    Wait(u8),
    SetMode,
    Restart,
    TakeOver,
    Stop,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any::<bool>().prop_map(|steer| Step::Prompt { steer }),
        3 => (0..12_u8).prop_map(Step::Cancel),
        2 => Just(Step::CancelAny),
        6 => Just(Step::AgentSays),
        6 => (0..5_u8, 0..5_u8).prop_map(|(id, status)| Step::AgentTool { id, status }),
        8 => (0..5_u8).prop_map(|call| Step::AgentAsks { call }),
        1 => Just(Step::AgentTakesBack),
        8 => (0..3_u8, any::<bool>())
            .prop_map(|(answer, with_note)| Step::Person { answer, with_note }),
        8 => (0..5_u8).prop_map(Step::AgentEnds),
        14 => Just(Step::AgentAnswersSetup),
        1 => Just(Step::AgentSetupError),
        8 => Just(Step::Started),
        2 => Just(Step::Exits),
        1 => Just(Step::LaunchFails),
        3 => (0..60_u8).prop_map(Step::Wait),
        1 => Just(Step::SetMode),
        1 => Just(Step::Restart),
        6 => Just(Step::TakeOver),
        1 => Just(Step::Stop),
    ]
}

/// The world around a chat, with everything that must hold at every moment.
struct World {
    stage: Stage,
    next_turn: i64,
    next_question: i64,
    accepted: Vec<i64>,
    prompts: BTreeMap<i64, Prompt>,
    /// All facts and updates, through restarts.
    all_facts: Vec<Fact>,
    all_updates: Vec<Update>,
    all_sent: Vec<Value>,
    answers: BTreeMap<i64, usize>,
    process: bool,
    stopped: bool,
}

impl World {
    fn new() -> Self {
        let mut stage = Stage::new(setup(Preset::Ask));
        stage.plain(Conversation::start);
        Self {
            stage,
            next_turn: 1,
            next_question: 1_000_000,
            accepted: Vec::new(),
            prompts: BTreeMap::new(),
            all_facts: Vec::new(),
            all_updates: Vec::new(),
            all_sent: Vec::new(),
            answers: BTreeMap::new(),
            process: false,
            stopped: false,
        }
    }

    fn act(&mut self, step: &Step) {
        match *step {
            Step::Prompt { steer } => self.prompt(steer),
            Step::Cancel(number) => {
                let known = turn(i64::from(number) + 1);
                let _ = self.stage.outside(|chat, outside| chat.cancel(outside, Some(known)));
            }
            Step::CancelAny => {
                self.stage.outside(|chat, outside| chat.cancel(outside, None)).unwrap();
            }
            Step::AgentSays => self.stage.says("x"),
            Step::AgentTool { id, status } => {
                let word =
                    ["pending", "in_progress", "completed", "failed", "?"][usize::from(status)];
                let id = format!("t{id}");
                self.stage.update(&json!({ "sessionUpdate": "tool_call", "toolCallId": id,
                    "title": "T", "status": word }));
            }
            Step::AgentAsks { call } => {
                self.next_question += 1;
                let (id, call) = (self.next_question, run_call(&format!("t{call}"), "make"));
                self.stage.asks(id, &call);
            }
            Step::AgentTakesBack => {
                let id = self.next_question;
                self.stage
                    .agent(&json!({ "method": "$/cancel_request", "params": { "requestId": id } }));
            }
            Step::Person { answer, with_note } => self.person(answer, with_note),
            Step::AgentEnds(how) => self.agent_ends(how),
            Step::AgentAnswersSetup => self.answer_setup(false),
            Step::AgentSetupError => self.answer_setup(true),
            Step::Started => {
                self.process |= self.stage.chat.phase == Phase::Launching;
                self.stage.started();
            }
            Step::Exits => {
                if self.process || self.stage.chat.phase == Phase::Leaving {
                    self.process = false;
                    self.stage.exits();
                }
            }
            Step::LaunchFails => {
                if self.stage.chat.phase == Phase::Launching {
                    self.stage.plain(|chat| chat.launch_failed(&launch_failure()));
                }
            }
            Step::Wait(seconds) => self.stage.after(u64::from(seconds)),
            Step::SetMode => {
                let _ = self.stage.plain(|chat| chat.set_mode("plan"));
            }
            Step::Restart => self.restart(),
            Step::TakeOver => self.take_over(),
            Step::Stop => {
                self.stopped = true;
                self.stage.plain(|chat| chat.stop("enough"));
            }
        }
        self.collect();
    }

    fn prompt(&mut self, steer: bool) {
        let number = self.next_turn;
        self.next_turn += 1;
        let when_busy = if steer { WhenBusy::Steer } else { WhenBusy::Queue };
        let prompt = Prompt { when_busy, ..prompt(number) };
        let accepted = self.stage.outside(|chat, outside| chat.prompt(outside, prompt.clone()));
        if accepted.is_ok() {
            self.accepted.push(number);
            self.prompts.insert(number, prompt);
        }
    }

    fn person(&mut self, answer: u8, with_note: bool) {
        let asked = self.all_facts.iter().rev().find_map(|fact| match fact {
            Fact::Asked { request, digest, .. } => Some((*request, *digest)),
            _ => None,
        });
        let Some((request, digest)) = asked else { return };
        let answer = PermissionAnswer::ALL[usize::from(answer)];
        let note = if with_note { "please not" } else { "" }.to_owned();
        let reply = PermissionReply { request, digest, answer, note, author: "ben".to_owned() };
        let _ = self.stage.outside(|chat, outside| chat.answer(outside, reply));
    }

    fn agent_ends(&mut self, how: u8) {
        let open = self.stage.chat.asked.iter().find(|(_, asked)| **asked == Asked::Prompt);
        let Some(id) = open.map(|(id, _)| *id) else { return };
        let message = match how {
            0 => json!({ "id": id, "error": { "code": -32603, "message": "no" } }),
            1 => json!({ "id": id, "result": { "stopReason": "cancelled" } }),
            2 => json!({ "id": id, "result": { "stopReason": "refusal" } }),
            _ => json!({ "id": id, "result": { "stopReason": "end_turn" } }),
        };
        self.stage.agent(&message);
        self.stage.agent(&message);
    }

    fn answer_setup(&mut self, error: bool) {
        let open = self.stage.chat.asked.iter().find(|(_, asked)| **asked != Asked::Prompt);
        let Some(id) = open.map(|(id, _)| *id) else { return };
        let result = json!({ "sessionId": "s1", "agentCapabilities": { "loadSession": true } });
        let message = if error {
            json!({ "id": id, "error": { "code": -32603, "message": "no" } })
        } else {
            json!({ "id": id, "result": result })
        };
        self.stage.agent(&message);
    }

    /// The daemon dies and comes back with its journal; its children die with it.
    fn restart(&mut self) {
        self.collect();
        let mut memory = Memory::default();
        self.all_updates.iter().for_each(|update| memory.learn(update));
        let is_final = |turn| memory.turn(turn).is_some_and(|turn| turn.state.is_final());
        let open = self.prompts.values().filter(|prompt| !is_final(prompt.turn));
        let prompts = open.cloned().collect();
        self.stage = Stage::of(Conversation::resume(setup(Preset::Ask), memory, prompts));
        self.process = false;
    }

    /// The daemon dies and comes back, and its agent has not noticed.
    fn take_over(&mut self) {
        self.collect();
        let mut memory = Memory::default();
        self.all_updates.iter().for_each(|update| memory.learn(update));
        let prompts: Vec<_> = self.prompts.values().cloned().collect();
        let (setup, now) = (setup(Preset::Ask), self.stage.clock.tick());
        let handed_on = self.stage.chat.handed_on();
        let chat = Conversation::taken_up(setup, &handed_on, &memory, &prompts, now);
        self.stage.chat = chat.unwrap();
        assert_eq!(self.stage.chat.handed_on().get(), handed_on.get());
    }

    fn collect(&mut self) {
        self.all_facts.append(&mut self.stage.facts);
        self.all_updates.append(&mut self.stage.transcript);
        for message in self.stage.sent.drain(..) {
            if let (true, Some(id)) = (message["method"].is_null(), message["id"].as_i64()) {
                *self.answers.entry(id).or_default() += 1;
            }
            self.all_sent.push(message);
        }
    }

    fn states(&self, id: TurnId) -> Vec<TurnState> {
        let state = |fact: &Fact| match fact {
            Fact::Turn { turn, state, .. } if *turn == id => Some(*state),
            _ => None,
        };
        self.all_facts.iter().filter_map(state).collect()
    }

    fn check(&self) {
        for (id, count) in &self.answers {
            assert!(*count <= 1, "question {id} was answered {count} times");
        }
        for number in &self.accepted {
            let states = self.states(turn(*number));
            let mut reached = TurnState::Sent;
            for state in &states {
                reached = reached.become_state(*state).expect("turns only move forward");
            }
            let finals = states.iter().filter(|state| state.is_final()).count();
            let runs = states.iter().filter(|state| **state == TurnState::Running).count();
            assert!(finals <= 1 && runs <= 1, "turn {number}: {states:?}");
            let is_held = self.stage.chat.turns.waits(turn(*number))
                || self.stage.chat.running_turn() == Some(turn(*number));
            assert!(is_held != (finals == 1), "turn {number} is lost: {states:?}");
        }
        let mut asked = BTreeMap::<PermissionRequestId, i32>::new();
        for fact in &self.all_facts {
            match fact {
                Fact::Asked { request, .. } => *asked.entry(*request).or_default() += 1,
                Fact::Closed { request, .. } => *asked.entry(*request).or_default() -= 1,
                _ => {}
            }
        }
        assert!(asked.values().all(|open| (0..=1).contains(open)), "{asked:?}");
        let open = asked.values().filter(|open| **open == 1).count();
        assert_eq!(open, self.stage.chat.requests.len());
    }

    /// Everything comes to an end when the session is stopped and its agent is gone.
    fn finish(&mut self) {
        self.act(&Step::Stop);
        self.stage.exits();
        self.collect();
        self.check();
        assert!(self.stage.chat.has_ended());
        for number in &self.accepted {
            let last = self.states(turn(*number)).last().copied();
            assert!(last.is_some_and(TurnState::is_final), "turn {number} never ended: {last:?}");
        }
        let mut memory = Memory::default();
        self.all_updates.iter().for_each(|update| memory.learn(update));
        assert!(memory.open_tool_calls.is_empty() && memory.open_requests.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// R23, R06: in every interleaving.
    #[test]
    fn nothing_is_lost_or_done_twice(steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new();
        for step in &steps {
            world.act(step);
            world.check();
        }
        world.finish();
    }

    /// R05: a chat that is taken over before everything that happens is the same chat: what it writes
    /// down, tells the server and says to its agent.
    #[test]
    fn a_chat_that_is_taken_over_goes_on_as_it_would_have(
        steps in prop::collection::vec(step(), 1..50)
    ) {
        let (mut one, mut other) = (World::new(), World::new());
        // Times begin anew.
        let is_other = |step: &&Step| !matches!(step, Step::Wait(_));
        for step in steps.iter().filter(is_other) {
            one.act(step);
            other.act(&Step::TakeOver);
            other.act(step);
        }
        prop_assert_eq!(one.all_updates, other.all_updates);
        prop_assert_eq!(one.all_facts, other.all_facts);
        prop_assert_eq!(one.all_sent, other.all_sent);
    }

    #[test]
    fn any_line_of_an_agent_is_survived(lines in prop::collection::vec(hostile_line(), 1..40)) {
        let mut stage = Stage::ready();
        stage.prompt(1);
        for line in &lines {
            stage.outside(|chat, outside| chat.receive(outside, line));
        }
        stage.exits();
        prop_assert!(stage.outcome(1).0.is_final());
    }
}

/// Messages of the right shape with anything inside, and lines with no shape at all.
fn hostile_line() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z_]{0,8}".prop_map(Value::from),
        Just(json!("s1")),
        Just(json!("tool_call")),
        Just(json!("agent_message_chunk")),
        Just(json!("config_option_update")),
        Just(json!("text")),
        Just(json!("t")),
    ];
    let names = prop::sample::select(vec![
        "sessionId",
        "update",
        "sessionUpdate",
        "content",
        "type",
        "text",
        "toolCallId",
        "toolCall",
        "options",
        "kind",
        "optionId",
        "configOptions",
        "stopReason",
        "rawInput",
        "locations",
    ]);
    let any_json = leaf.prop_recursive(5, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Value>()),
        ]
    });
    let method = prop::sample::select(vec![
        "session/update",
        "session/request_permission",
        "$/cancel_request",
        "fs/read_text_file",
    ]);
    prop_oneof![
        6 => (method, any::<Option<u8>>(), any_json.clone()).prop_map(|(method, id, mut params)| {
            if let Some(members) = params.as_object_mut() {
                members.insert("sessionId".to_owned(), json!("s1"));
            }
            let mut message = json!({ "method": method, "params": params });
            if let Some(id) = id {
                message["id"] = json!(id);
            }
            message.to_string()
        }),
        2 => (0..20_u8, any_json).prop_map(|(id, result)| json!({ "id": id, "result": result }).to_string()),
        1 => "\\PC{0,40}".prop_map(String::from),
    ]
}
