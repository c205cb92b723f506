/** Own words for the codes of notices; the machine's sentence is behind "Details". */
export const notices = {
  agent_exited: "The agent's program has ended. The next message starts it again.",
  agent_start_failed: "The agent could not be started.",
  agent_unresponsive: "The agent did not answer in time and was ended.",
  agent_error: "The agent answered with an error.",
  login_required: "The agent must be logged in on the machine first.",
  context_lost: "The agent was started again and remembers nothing of this conversation.",
  context_compacted: "The agent has shortened what it remembers.",
  agent_never_asks: "This agent acts without asking. The session's rules cannot hold it.",
  mode_not_set: "The mode in which the agent asks could not be set.",
  mode_reset: "The agent had left the mode in which it asks, and was put back.",
  model_not_set: "The model could not be set.",
  option_not_set: "The option could not be set.",
  empty_turn: "The agent ended the turn without saying anything.",
  permission_unanswerable: "The agent asked something that cannot be answered as decided.",
  too_much_open: "The agent had more open at once than is kept.",
  daemon_restarted: "The daemon was restarted while this turn ran. What it did is not known.",
};
