//! Command lines, as far as rules must understand them: not at all where that would be guessing.

/// Programs that run what comes after them.
const RUNNERS: &[&str] = &[
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "ash",
    "cmd",
    "powershell",
    "pwsh",
    "env",
    "sudo",
    "doas",
    "su",
    "xargs",
    "nohup",
    "nice",
    "time",
    "timeout",
    "setsid",
    "stdbuf",
    "eval",
    "exec",
    "source",
    ".",
    "command",
    "builtin",
    "busybox",
    "ssh",
    "watch",
    "parallel",
    "find",
    "awk",
    "perl",
    "python",
    "python3",
    "ruby",
    "node",
    "deno",
    "bun",
    "php",
    "lua",
    "npx",
    "uvx",
    "bunx",
    "start",
    "wsl",
];

/// Whether a word means itself in every shell.
pub(crate) fn is_plain_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_plain)
}

/// The words of a command that does one thing and means what it says in every shell: no operators,
/// no expansions, no redirections. `None` for any other.
pub fn plain_words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = Word::None;
    for c in command.chars() {
        word = match (word, c) {
            (Word::None, ' ' | '\t') => Word::None,
            (Word::Bare(text) | Word::Closed(text), ' ' | '\t') => {
                words.push(text);
                Word::None
            }
            (Word::None, '\'' | '"') => Word::Quoted(String::new(), c),
            (Word::Quoted(text, quote), c) if c == quote => Word::Closed(text),
            (Word::Quoted(mut text, quote), c) if is_plain(c) || c == ' ' => {
                text.push(c);
                Word::Quoted(text, quote)
            }
            (Word::None, c) if is_plain(c) => Word::Bare(c.to_string()),
            (Word::Bare(mut text), c) if is_plain(c) => {
                text.push(c);
                Word::Bare(text)
            }
            _ => return None,
        };
    }
    match word {
        Word::None => {}
        Word::Bare(text) | Word::Closed(text) => words.push(text),
        Word::Quoted(..) => return None,
    }
    (!words.is_empty()).then_some(words)
}

/// A word that is being read. Quotes around a whole word are understood; quotes inside of one are
/// not worth it.
enum Word {
    None,
    Bare(String),
    Quoted(String, char),
    Closed(String),
}

/// The script that a shell is told to run, where a command is exactly that.
pub fn script_of(argv: &[&str]) -> Option<String> {
    let [shell, flag, script] = argv else { return None };
    let is_shell = matches!(program(shell), "sh" | "bash" | "zsh" | "dash");
    let runs_it = matches!(*flag, "-c" | "-lc" | "-cl");
    (is_shell && runs_it).then(|| (*script).to_owned())
}

/// Whether a prefix leaves open which program runs.
pub(crate) fn runs_anything(prefix: &[String]) -> bool {
    let Some((first, rest)) = prefix.split_first() else { return true };
    let is_runner = RUNNERS.contains(&program(first)) || first.contains('=');
    is_runner && rest.iter().all(|word| word.starts_with('-') || word.contains('='))
}

/// Whether these words stand in a command one after the other, wherever. The program may be given
/// with its directory.
pub(crate) fn mentions(command: &str, words: &[String]) -> bool {
    let unquoted: String = command.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
    [command, &unquoted].into_iter().any(|text| {
        let tokens: Vec<&str> =
            text.split(|c: char| !(is_plain(c) || c == '~')).filter(|t| !t.is_empty()).collect();
        tokens.windows(words.len()).any(|window| {
            let same_program = window[0] == words[0] || program(window[0]) == words[0];
            same_program && window[1..] == words[1..]
        })
    })
}

/// Whether a shell could make words out of this command that do not stand in it.
pub(crate) fn hides_something(command: &str) -> bool {
    let expands = |c: char| matches!(c, '$' | '`' | '%' | '^');
    let first_words = command
        .split([';', '&', '|', '\n', '(', '{'])
        .filter_map(|part| part.split_whitespace().next());
    command.contains(expands)
        || first_words.into_iter().any(|word| word.contains(['*', '?', '[', '~']))
}

fn program(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name)
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | '@' | ',' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn plain_commands_are_words() {
        for (command, expect) in [
            ("npm run test", "npm run test"),
            ("  git   status ", "git status"),
            ("cargo test -p a --lib", "cargo test -p a --lib"),
            ("make CC=gcc", "make CC=gcc"),
        ] {
            assert_eq!(plain_words(command), Some(words(expect)), "{command}");
        }
        let quoted = plain_words(r#"git commit -m "a fix" 'b c'"#).unwrap();
        assert_eq!(quoted, ["git", "commit", "-m", "a fix", "b c"]);
    }

    /// S76: what a shell would make more of is not a list of words.
    #[test]
    fn other_commands_are_not() {
        for command in [
            "",
            "  ",
            "ls; rm -rf .",
            "ls && rm x",
            "ls | sh",
            "ls & rm x",
            "ls\nrm x",
            "ls $(rm x)",
            "ls `rm x`",
            "ls $HOME",
            "ls > /etc/passwd",
            "ls < x",
            "ls *",
            "ls ~",
            "ls a\\ b",
            "ls {a,b}",
            "ls %PATH%",
            "ls ^& del x",
            "ls # x",
            "ls 'a; b'",
            "ls \"$(rm x)\"",
            "ls 'a",
            "r''m x",
            "l\"s\"",
            "ls !1",
            "ls\u{202e}",
            "ls\rrm",
            "ls\0rm",
        ] {
            assert_eq!(plain_words(command), None, "{command:?}");
        }
    }

    #[test]
    fn what_is_mentioned_is_found_as_whole_words() {
        let found = |command: &str, prefix: &str| mentions(command, &words(prefix));
        for command in [
            "rm -rf x",
            "cd y && rm -rf x",
            "bash -c 'rm -rf x'",
            "/bin/rm -rf x",
            "x;rm -rf y",
            "$(rm -rf y)",
            "sudo rm -rf y",
            "r'm' -rf y",
            "\\rm -rf y",
        ] {
            assert!(found(command, "rm -rf"), "{command}");
        }
        for command in ["rmdir -rf", "rm -rfv x", "farm -rf", "rm x -rf", "rm"] {
            assert!(!found(command, "rm -rf"), "{command}");
        }
        assert!(found("git.exe push", "git push"));
    }

    #[test]
    fn what_a_shell_would_expand_may_hide_something() {
        for command in ["$X y", "a; /bin/r? x", "`x`", "echo $(x)", "%X% y", "~/x"] {
            assert!(hides_something(command), "{command}");
        }
        for command in ["npm test", "ls *.rs > x 2>&1", "git commit -m \"a (b)\""] {
            assert!(!hides_something(command), "{command}");
        }
    }

    #[test]
    fn a_prefix_that_runs_whatever_follows_is_known() {
        for prefix in ["bash", "bash -c", "/bin/sh", "sudo", "env A=b", "A=b", "python3 -c", "npx"]
        {
            assert!(runs_anything(&words(prefix)), "{prefix}");
        }
        for prefix in ["npm", "git push", "python3 manage.py", "sudo systemctl", "cargo test"] {
            assert!(!runs_anything(&words(prefix)), "{prefix}");
        }
    }

    #[test]
    fn the_script_of_a_shell_is_the_command() {
        let script = script_of(&["/bin/bash", "-lc", "npm test"]);
        assert_eq!(script.as_deref(), Some("npm test"));
        assert_eq!(script_of(&["bash", "-x", "npm test"]), None);
        assert_eq!(script_of(&["python3", "-c", "x"]), None);
    }
}
