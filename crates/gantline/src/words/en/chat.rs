//! What is said in a chat at the window, in English.

use super::English;
use crate::words::chat::ChatWords;
use crate::words::thousands;

impl ChatWords for English {
    fn chat_needs_a_window(&self) -> &'static str {
        "a chat needs a window to type in"
    }

    fn hint_one_prompt(&self) -> &'static str {
        "ask one thing with: gantline -p \"…\""
    }

    fn no_chat_to_continue(&self) -> &'static str {
        "there is no open chat to go on with"
    }

    fn not_a_chat(&self, title: &str) -> String {
        format!("{title} is a terminal, not a chat")
    }

    fn hint_attach(&self, id: &str) -> String {
        format!("attach to it: gantline attach {id}")
    }

    fn chat_begins(&self, agent: &str, machine: &str, directory: &str) -> String {
        format!("{agent} on {machine}, in {directory}")
    }

    fn chat_goes_on(&self, title: &str) -> String {
        format!("Going on with {title}")
    }

    fn chat_keys(&self) -> &'static str {
        "Enter sends, Alt-Enter begins a line, Ctrl-C stops the agent, /help says more"
    }

    fn chat_help(&self) -> &'static str {
        "/new          begin another chat
/agent NAME   begin another chat with this agent; without a name, list them
/agents       list the agents of the machine
/model ID     change the model; without one, list them
/mode ID      change the mode; without one, list them
/session      show this session
/show [N]     show whole what was shown in part, the last or the Nth last
/stop         end the session
/quit, /exit  leave; the session stays open
Tab completes commands, agents, and @files where this computer is the machine.
Other commands go to the agent."
    }

    fn chat_left(&self, id: &str) -> String {
        format!("The session stays open. Go on with: gantline chat --session {id}")
    }

    fn new_chat(&self) -> &'static str {
        "The next prompt begins another chat"
    }

    fn no_chat_yet(&self) -> &'static str {
        "The chat begins with the first prompt"
    }

    fn chat_stopped(&self) -> &'static str {
        "The session is ended; the next prompt begins another one"
    }

    fn agent_is_next(&self, agent: &str) -> String {
        format!("The next prompt begins a chat with {agent}")
    }

    fn model_is(&self, model: &str) -> String {
        format!("The model is {model}")
    }

    fn mode_is(&self, mode: &str) -> String {
        format!("The mode is {mode}")
    }

    fn command_needs(&self, command: &str, what: &str) -> String {
        format!("write {command} {what}")
    }

    fn offered(&self, names: &str) -> String {
        format!("The agent offers: {names}")
    }

    fn context_full(&self, percent: u64) -> String {
        format!("context {percent} %")
    }

    fn tokens(&self, count: u64) -> String {
        format!("{} tokens", thousands(count))
    }

    fn no_such_agent(&self, agent: &str, machine: &str) -> String {
        format!("{machine} has no agent `{agent}` that chats")
    }

    fn hint_list_agents(&self) -> &'static str {
        "/agents lists them"
    }

    fn nothing_folded(&self) -> &'static str {
        "There is nothing that was shown in part"
    }

    fn folded(&self, more: usize) -> String {
        format!("… {more} more lines, /show")
    }

    fn thought(&self) -> &'static str {
        "thought"
    }
}
