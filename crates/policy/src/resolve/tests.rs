use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::session::Decision;
use crate::tools::ToolUse;

/// One letter for each of the twelve tools in the documented order, and one for tools that nobody
/// knows: `a` allowed, `?` a person is asked, `-` rejected, `!` the turn fails.
fn letters(policy: &SessionPolicy) -> String {
    let known = Tool::ALL.iter().copied().map(ToolUse::Known);
    known.chain([ToolUse::Other]).map(|tool_use| letter(policy, tool_use)).collect()
}

fn letter(policy: &SessionPolicy, tool_use: ToolUse) -> char {
    match policy.decide(tool_use) {
        Decision::Allow { .. } => 'a',
        Decision::Ask { .. } => '?',
        Decision::Reject { .. } => '-',
        Decision::Fail { .. } => '!',
    }
}

fn options(json: &str) -> PolicyOptions {
    serde_json::from_str(json).unwrap()
}

#[track_caller]
fn check(json: &str, expect: &str) {
    let resolved = resolve(&options(json), Door::documented(true), &[]).unwrap();
    assert_eq!(letters(&resolved.policy), expect, "{json}");
}

/// Every row of the document's table of presets, and the twelve tools in its order.
#[test]
fn the_documented_presets() {
    let names: Vec<&str> = Tool::ALL.iter().map(|tool| tool.as_str()).collect();
    let printed = "Bash Edit Glob Grep LS MultiEdit NotebookEdit Read TodoWrite WebFetch \
                   WebSearch Write";
    assert_eq!(names.join(" "), printed);
    check(r#"{"permission_preset":"safe-readonly"}"#, "--aaa--a-----");
    check(r#"{"permission_preset":"dev-default"}"#, "?------a---?-");
    check(r#"{"permission_preset":"full-auto"}"#, "aaaaaaaaaaaaa");
    check("{}", "?------a---?-");
}

/// S75: every example that the document prints, with its flags as options.
#[test]
fn the_documented_examples() {
    check(r#"{"permissions":"approve-all"}"#, "a------a---a-");
    check(r#"{"permissions":"approve-reads"}"#, "?------a---?-");
    check(r#"{"permissions":"deny-all"}"#, "-------a-----");
    check(r#"{"allowed_tools":"Read,Grep,Glob"}"#, "--aa---a-----");
    check(r#"{"allowed_tools":""}"#, "??aaa??a?????");
    check(r#"{"allowed_tools":"Bash"}"#, "?------------");
    check(r#"{"permission_preset":"full-auto","denied_tools":"Write"}"#, "aaaaaaaaaaa-a");
    check(r#"{"permission_preset":"full-auto","denied_tools":"Write,Bash"}"#, "-aaaaaaaaaa-a");
    check(r#"{"allowed_tools":"Bash,Read,Write,Edit","denied_tools":"Write"}"#, "??-----a-----");
    check(
        r#"{"permission_preset":"full-auto","permissions":"approve-reads",
            "denied_tools":"Write,Bash"}"#,
        "-?aaa??a???-?",
    );
    check(r#"{"permission_preset":"full-auto","denied_tools":"Bash"}"#, "-aaaaaaaaaaaa");
    check(
        r#"{"permission_preset":"full-auto","non_interactive_permissions":"deny"}"#,
        "aaaaaaaaaaaaa",
    );
    check(
        r#"{"permissions":"approve-all","auth_policy":"skip",
            "non_interactive_permissions":"deny"}"#,
        "a------a---a-",
    );
}

/// The document calls these the same.
#[test]
fn the_documented_equivalences() {
    let door = Door::documented(true);
    for (preset, spelled) in [
        ("safe-readonly", r#"{"permissions":"deny-all","allowed_tools":"Glob,Grep,LS,Read"}"#),
        ("dev-default", r#"{"permissions":"approve-reads","allowed_tools":"Bash,Read,Write"}"#),
    ] {
        let named = resolve(&PolicyOptions::of_preset(preset), door, &[]).unwrap().policy;
        let spelled = resolve(&options(spelled), door, &[]).unwrap().policy;
        assert_eq!(SessionPolicy { preset: named.preset.clone(), ..spelled }, named);
    }
}

#[test]
fn where_nobody_can_be_asked_the_documented_rule_decides() {
    let letters_with = |json: &str| {
        letters(&resolve(&options(json), Door::documented(false), &[]).unwrap().policy)
    };
    assert_eq!(letters_with("{}"), "-------a-----");
    assert_eq!(letters_with(r#"{"non_interactive_permissions":"deny"}"#), "-------a-----");
    assert_eq!(letters_with(r#"{"non_interactive_permissions":"fail"}"#), "!------a---!-");
}

/// S38: an empty list never means everything, and neither does a part that is missing.
#[test]
fn empty_and_missing_never_widen() {
    let door = Door::documented(true);
    let refused = resolve(&options(r#"{"allowed_tools":[]}"#), door, &[]).unwrap_err();
    assert_eq!(refused, PolicyError::NoTools);
    assert!(refused.to_string().contains('*'));
    let missing = resolve(&options(r#"{"allowed_tools":null}"#), door, &[]).unwrap();
    assert_eq!(missing.policy, SessionPolicy::of_preset(Preset::DevDefault));
    assert!(missing.warnings.is_empty());
    let empty_text = resolve(&options(r#"{"allowed_tools":""}"#), door, &[]).unwrap();
    assert_eq!(empty_text.warnings, [Warning::EmptyTextIsEveryTool]);
    let nothing = resolve(&options(r#"{"allowed_tools":"Bash","denied_tools":"Bash"}"#), door, &[]);
    assert_eq!(nothing.unwrap().warnings, [Warning::NoToolIsLeft]);
    let all_denied = resolve(&options(r#"{"preset":"full-auto","denied_tools":"*"}"#), door, &[]);
    assert_eq!(letters(&all_denied.unwrap().policy), "-------------");
}

#[test]
fn the_console_asks_those_who_say_nothing_about_tools() {
    let preset = |json: &str| {
        let resolved = resolve(&options(json), Door::asking(true), &[]).unwrap();
        resolved.policy.preset.to_string()
    };
    assert_eq!(preset("{}"), "ask");
    assert_eq!(preset(r#"{"max_turns":3,"denied_tools":"Bash"}"#), "ask");
    assert_eq!(preset(r#"{"permissions":"approve-all"}"#), "dev-default");
    assert_eq!(preset(r#"{"allowed_tools":"Bash"}"#), "dev-default");
}

#[test]
fn a_preset_of_ones_own_is_a_starting_point_like_ours() {
    let named = NamedPreset {
        name: "careful".parse().unwrap(),
        options: options(
            r#"{"preset":"full-auto","denied_tools":"Bash","permissions":"approve-reads",
                "max_turns":5,"non_interactive_permissions":"fail"}"#,
        ),
    };
    let with = |json: &str| {
        resolve(&options(json), Door::documented(true), std::slice::from_ref(&named)).unwrap()
    };
    let plain = with(r#"{"preset":"careful"}"#);
    assert_eq!(letters(&plain.policy), "-?aaa??a?????");
    assert_eq!((plain.max_turns, plain.origins.max_turns), (Some(5), Origin::Preset));
    assert_eq!(plain.policy.non_interactive, NonInteractive::Fail);
    assert_eq!(plain.origins.denied_tools, Origin::Preset);
    assert_eq!(plain.origins.auth_policy, Origin::Default);
    let changed = with(r#"{"preset":"careful","allowed_tools":"Bash","max_turns":9}"#);
    assert_eq!(letters(&changed.policy), "?------------");
    assert_eq!(changed.max_turns, Some(9));
    let unknown = resolve(
        &PolicyOptions::of_preset("carefree"),
        Door::documented(true),
        std::slice::from_ref(&named),
    );
    let message = unknown.unwrap_err().to_string();
    let names = ["safe-readonly", "ask", "dev-default", "full-auto", "careful"];
    assert!(names.iter().all(|name| message.contains(name)), "{message}");
    assert!(check_named(&PolicyOptions::of_preset("careful")).is_err());
    assert!(check_named(&options(r#"{"allowed_tools":[]}"#)).is_err());
}

#[test]
fn each_part_says_where_it_comes_from() {
    let resolved = resolve(
        &options(r#"{"preset":"full-auto","permissions":"approve-reads","denied_tools":"Bash"}"#),
        Door::documented(true),
        &[],
    );
    let expect = Origins {
        permission_preset: Origin::Asked,
        permissions: Origin::Asked,
        allowed_tools: Origin::Preset,
        denied_tools: Origin::Asked,
        auth_policy: Origin::Default,
        non_interactive_permissions: Origin::Default,
        max_turns: Origin::Default,
    };
    assert_eq!(resolved.unwrap().origins, expect);
    for turns in [0, MOST_TURNS + 1] {
        let options = PolicyOptions { max_turns: Some(turns), ..PolicyOptions::default() };
        let refused = resolve(&options, Door::documented(true), &[]);
        assert_eq!(refused.unwrap_err(), PolicyError::BadTurnLimit);
    }
}

fn any_list() -> impl Strategy<Value = Option<ToolList>> {
    prop_oneof![
        Just(None),
        Just(Some(ToolList::Every)),
        Just(Some(ToolList::EmptyText)),
        subsequence(Tool::ALL.to_vec(), 0..=12).prop_map(|tools| Some(ToolList::only(tools))),
    ]
}

prop_compose! {
    fn any_options()(
        preset in proptest::option::of(select(Preset::ALL.to_vec())),
        permissions in proptest::option::of(select(Permissions::ALL.to_vec())),
        allowed_tools in any_list(),
        denied_tools in any_list(),
        non_interactive in proptest::option::of(select(NonInteractive::ALL.to_vec())),
    ) -> PolicyOptions {
        PolicyOptions {
            permission_preset: preset.map(|preset| preset.to_string()),
            permissions,
            allowed_tools,
            denied_tools,
            non_interactive_permissions: non_interactive,
            ..PolicyOptions::default()
        }
    }
}

/// What the document says about one tool, read off its text and not off the resolver: the mode and
/// the lists are looked up anew for each tool, as words.
fn by_the_document(options: &PolicyOptions, tool: Option<Tool>, interactive: bool) -> char {
    let preset = options.permission_preset.as_deref().unwrap_or("dev-default");
    let mode = match (options.permissions, preset) {
        (Some(mode), _) => mode.as_str(),
        (None, "safe-readonly") => "deny-all",
        (None, "full-auto") => "approve-all",
        (None, _) => "approve-reads",
    };
    let name = tool.map_or("", Tool::as_str);
    let in_list = |list: &ToolList| match list {
        ToolList::Every | ToolList::EmptyText => true,
        ToolList::Only(tools) => tools.iter().any(|one| one.as_str() == name),
    };
    let of_preset = match preset {
        "safe-readonly" => ["Glob", "Grep", "LS", "Read"].contains(&name),
        "dev-default" => ["Bash", "Read", "Write"].contains(&name),
        _ => true,
    };
    let is_allowed = options.allowed_tools.as_ref().map_or(of_preset, in_list);
    let is_denied = match &options.denied_tools {
        Some(ToolList::EmptyText) | None => false,
        Some(list) => in_list(list),
    };
    let reads = ["Glob", "Grep", "LS", "Read"].contains(&name);
    match (is_allowed && !is_denied, reads, mode) {
        (false, ..) | (true, false, "deny-all") => '-',
        (true, true, _) | (true, false, "approve-all") => 'a',
        _ if interactive => '?',
        _ if options.non_interactive_permissions == Some(NonInteractive::Fail) => '!',
        _ => '-',
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// S75: the resolver against a model that was read off the document.
    #[test]
    fn the_resolver_decides_as_the_document_says(
        options in any_options(),
        interactive in any::<bool>(),
    ) {
        let resolved = resolve(&options, Door::documented(interactive), &[]);
        let empty_list = options.allowed_tools == Some(ToolList::Only(BTreeSet::new()));
        prop_assert_eq!(resolved.is_err(), empty_list);
        let Ok(resolved) = resolved else { return Ok(()) };
        let tools = Tool::ALL.iter().copied().map(Some).chain([None]);
        let expect: String =
            tools.map(|tool| by_the_document(&options, tool, interactive)).collect();
        prop_assert_eq!(letters(&resolved.policy), expect);
    }

    /// S38: leaving a part out, or denying more, never lets more happen.
    #[test]
    fn saying_less_never_widens(options in any_options(), tool in select(Tool::ALL.to_vec())) {
        let door = Door::documented(true);
        let Ok(before) = resolve(&options, door, &[]) else { return Ok(()) };
        let silent = resolve(&PolicyOptions::default(), door, &[]).unwrap();
        let left_out = PolicyOptions { allowed_tools: None, permission_preset: None, ..options.clone() };
        let left_out = resolve(&left_out, door, &[]).unwrap();
        prop_assert!(left_out.policy.tools.is_subset(&silent.policy.tools));
        let mut denied: BTreeSet<Tool> = before.policy.denied_tools.clone();
        denied.insert(tool);
        let more = PolicyOptions { denied_tools: Some(ToolList::Only(denied)), ..options };
        let after = resolve(&more, door, &[]).unwrap();
        prop_assert!(after.policy.tools.is_subset(&before.policy.tools));
        prop_assert!(!after.policy.tools.contains(&tool));
    }

    #[test]
    fn what_was_resolved_is_read_as_it_was_written(options in any_options()) {
        let Ok(resolved) = resolve(&options, Door::asking(true), &[]) else { return Ok(()) };
        let json = serde_json::to_string(&resolved).unwrap();
        prop_assert_eq!(serde_json::from_str::<Resolved>(&json).unwrap(), resolved);
    }
}
