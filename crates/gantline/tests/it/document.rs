//! Every command line that the document of the ACP gateway prints, as printed but for the name of
//! the program and of the agent, with the policy that it should come to.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::support::{House, run_with_input, stderr, stdout};

use Tools::{AllBut, Only};

/// One line: its arguments, and what becomes of it.
struct Printed {
    arguments: &'static [&'static str],
    /// Permission mode and tools.
    policy: (&'static str, Tools),
    /// The agent of the demonstration asks to write a file.
    exit_code: i32,
}

/// Which tools are allowed.
#[derive(Clone, Copy)]
enum Tools {
    /// These, and no unknown ones.
    Only(&'static [&'static str]),
    /// All that are known but these, and unknown ones too.
    AllBut(&'static [&'static str]),
}

impl Tools {
    /// In the order in which a session shows them.
    fn named(self) -> Vec<&'static str> {
        match self {
            Only(tools) => tools.to_vec(),
            AllBut(tools) => ALL.iter().copied().filter(|tool| !tools.contains(tool)).collect(),
        }
    }
}

const ALL: [&str; 12] = [
    "Bash",
    "Edit",
    "Glob",
    "Grep",
    "LS",
    "MultiEdit",
    "NotebookEdit",
    "Read",
    "TodoWrite",
    "WebFetch",
    "WebSearch",
    "Write",
];
const READS: Tools = Only(&["Glob", "Grep", "LS", "Read"]);
const USUAL: Tools = Only(&["Bash", "Read", "Write"]);
const DEV: (&str, Tools) = ("approve-reads", USUAL);

const PRINTED: &[Printed] = &[
    Printed { arguments: &["-p", "什么是 Go 语言?"], policy: DEV, exit_code: 5 },
    Printed { arguments: &["--prompt", "什么是 Go 语言?"], policy: DEV, exit_code: 5 },
    Printed { arguments: &["什么是 Go 语言?"], policy: DEV, exit_code: 5 },
    Printed { arguments: &["--agent", "demo", "-p", "Hello"], policy: DEV, exit_code: 5 },
    Printed {
        arguments: &["--session", "my-session", "-p", "继续之前的对话"],
        policy: DEV,
        exit_code: 5,
    },
    Printed { arguments: &["--format", "json", "-p", "Hello"], policy: DEV, exit_code: 5 },
    Printed {
        arguments: &["--approve-all", "-p", "Hello"],
        policy: ("approve-all", USUAL),
        exit_code: 0,
    },
    Printed {
        arguments: &["--deny-all", "-p", "分析这段代码"],
        policy: ("deny-all", USUAL),
        exit_code: 5,
    },
    Printed {
        arguments: &["--permission-preset", "safe-readonly", "-p", "分析这段代码"],
        policy: ("deny-all", READS),
        exit_code: 5,
    },
    Printed {
        arguments: &["--permission-preset", "full-auto", "-p", "帮我重构代码"],
        policy: ("approve-all", AllBut(&[])),
        exit_code: 0,
    },
    Printed {
        arguments: &["--allowed-tools", "Read,Grep,Glob", "-p", "分析代码"],
        policy: ("approve-reads", Only(&["Glob", "Grep", "Read"])),
        exit_code: 5,
    },
    Printed {
        arguments: &["--allowed-tools", "", "-p", "任意操作"],
        policy: ("approve-reads", AllBut(&[])),
        exit_code: 5,
    },
    Printed {
        arguments: &["--allowed-tools", "Bash", "-p", "运行测试"],
        policy: ("approve-reads", Only(&["Bash"])),
        exit_code: 5,
    },
    Printed {
        arguments: &[
            "--permission-preset",
            "full-auto",
            "--denied-tools",
            "Write",
            "-p",
            "帮我分析代码",
        ],
        policy: ("approve-all", AllBut(&["Write"])),
        exit_code: 5,
    },
    Printed {
        arguments: &[
            "--permission-preset",
            "full-auto",
            "--denied-tools",
            "Write,Bash",
            "-p",
            "只读分析",
        ],
        policy: ("approve-all", AllBut(&["Bash", "Write"])),
        exit_code: 5,
    },
    Printed {
        arguments: &[
            "--allowed-tools",
            "Bash,Read,Write,Edit",
            "--denied-tools",
            "Write",
            "-p",
            "可以编辑但不能新建文件",
        ],
        policy: ("approve-reads", Only(&["Bash", "Edit", "Read"])),
        exit_code: 5,
    },
    Printed { arguments: &["--auth-policy", "skip", "-p", "Hello"], policy: DEV, exit_code: 5 },
    Printed { arguments: &["--auth-policy", "fail", "-p", "Hello"], policy: DEV, exit_code: 5 },
    Printed {
        arguments: &["--non-interactive-permissions", "fail", "-p", "Hello"],
        policy: DEV,
        exit_code: 8,
    },
    Printed {
        arguments: &[
            "--permission-preset",
            "full-auto",
            "--approve-reads",
            "--denied-tools",
            "Write,Bash",
            "-p",
            "Hello",
        ],
        policy: ("approve-reads", AllBut(&["Bash", "Write"])),
        exit_code: 5,
    },
    Printed {
        arguments: &["--permission-preset", "safe-readonly", "-p", "审查这段代码的安全性"],
        policy: ("deny-all", READS),
        exit_code: 5,
    },
    Printed {
        arguments: &["--deny-all", "--allowed-tools", "Glob,Grep,LS,Read", "-p", "审查代码"],
        policy: ("deny-all", READS),
        exit_code: 5,
    },
    Printed {
        arguments: &["--permission-preset", "dev-default", "-p", "帮我实现这个功能"],
        policy: DEV,
        exit_code: 5,
    },
    Printed {
        arguments: &["--approve-reads", "--allowed-tools", "Bash,Read,Write", "-p", "实现功能"],
        policy: DEV,
        exit_code: 5,
    },
    Printed {
        arguments: &[
            "--permission-preset",
            "full-auto",
            "--non-interactive-perms",
            "deny",
            "-p",
            "运行测试并修复失败的用例",
        ],
        policy: ("approve-all", AllBut(&[])),
        exit_code: 0,
    },
    Printed {
        arguments: &[
            "--permission-preset",
            "full-auto",
            "--denied-tools",
            "Bash",
            "-p",
            "帮我重构代码",
        ],
        policy: ("approve-all", AllBut(&["Bash"])),
        exit_code: 0,
    },
    Printed {
        arguments: &[
            "--approve-all",
            "--auth-policy",
            "skip",
            "--non-interactive-perms",
            "deny",
            "--format",
            "json",
            "-p",
            "检查代码并生成报告",
        ],
        policy: ("approve-all", USUAL),
        exit_code: 0,
    },
];

fn check(mut command: Command, printed: &Printed) {
    if !printed.arguments.contains(&"--format") {
        command.args(["--format", "json"]);
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let what = format!("{:?}\n{}{}", printed.arguments, stdout(&output), stderr(&output));
    let text = stdout(&output);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["type"], "session", "{what}");
    let session = &lines[0]["session"];
    let (permissions, tools) = printed.policy;
    let policy = &session["policy"];
    assert_eq!(policy["permissions"], permissions, "{what}");
    assert_eq!(policy["allowed_tools"], json!(tools.named()), "{what}");
    assert_eq!(policy["other_tools"], matches!(tools, AllBut(_)), "{what}");
    for (option, member) in [
        ("--auth-policy", "auth_policy"),
        ("--non-interactive-permissions", "non_interactive_permissions"),
        ("--non-interactive-perms", "non_interactive_permissions"),
    ] {
        let at = printed.arguments.iter().position(|argument| *argument == option);
        if let Some(at) = at {
            assert_eq!(policy[member], printed.arguments[at + 1], "{what}");
        }
    }
    let prompt = &lines.iter().find(|line| line["update"]["kind"] == "user_message").unwrap();
    let prompt = prompt["update"]["content"][0]["text"].as_str().unwrap();
    assert!(printed.arguments.contains(&prompt), "{what}");
    let result = lines.last().unwrap();
    assert_eq!(result["type"], "result", "{what}");
    assert_eq!(result["exit_code"], printed.exit_code, "{what}");
    assert_eq!(output.status.code(), Some(printed.exit_code), "{what}");
}

#[test]
fn every_printed_line_does_what_is_printed_beside_it() {
    let house = House::start();
    // Each in a directory of its own, where nobody has written yet.
    let begin = |(at, line): (usize, &'static Printed)| {
        let directory = house.work().join(at.to_string());
        std::fs::create_dir(&directory).unwrap();
        let mut command = house.command(line.arguments);
        command.current_dir(directory);
        (command, line)
    };
    let all: Vec<_> = PRINTED.iter().enumerate().map(begin).collect();
    let mut parts: [Vec<_>; 6] = Default::default();
    for (at, one) in all.into_iter().enumerate() {
        parts[at % 6].push(one);
    }
    // Each speaks for seconds, and none minds the others.
    std::thread::scope(|scope| {
        for part in parts {
            scope.spawn(move || part.into_iter().for_each(|(command, line)| check(command, line)));
        }
    });
    let mut piped = house.command(&["--non-interactive-permissions", "deny"]);
    let output = run_with_input(&mut piped, "分析代码\n");
    assert_eq!(output.status.code(), Some(5), "{}", stderr(&output));
}
