use super::support::{House, TOKEN, check_code, json, program, run_with_input, stderr, stdout};

/// S80, S15: a token that was kept serves its server alone, and is printed nowhere.
#[test]
fn a_token_is_kept_used_and_forgotten() {
    let house = House::start();
    let plain = |arguments: &[&str]| {
        let mut command = program(&house.home());
        command.args(arguments);
        command
    };
    let nobody = plain(&["whoami", "-s", &house.url]).output().unwrap();
    check_code(&nobody, 7);
    assert!(stderr(&nobody).contains("gantline login"), "{}", stderr(&nobody));

    let wrong = run_with_input(&mut plain(&["login", "-s", &house.url]), "not-it\n");
    check_code(&wrong, 7);
    let signed_in = run_with_input(&mut plain(&["login", "-s", &house.url]), &format!("{TOKEN}\n"));
    check_code(&signed_in, 0);
    assert!(!stdout(&signed_in).contains(TOKEN) && !stderr(&signed_in).contains(TOKEN));
    // There is no keychain here, and it is said where the token is instead.
    assert!(stdout(&signed_in).contains("cli.toml, readable by you only"), "{signed_in:?}");
    let only = ["login", "-s", &house.url, "--store", "keychain"];
    let refused = run_with_input(&mut plain(&only), &format!("{TOKEN}\n"));
    check_code(&refused, 1);

    let me = plain(&["whoami", "--format", "json"]).output().unwrap();
    check_code(&me, 0);
    assert_eq!(json(&me)["server"], house.url.as_str());
    assert_eq!(json(&me)["user"]["role"], "system_admin");
    let elsewhere = plain(&["whoami", "-s", "http://localhost:1"]).output().unwrap();
    check_code(&elsewhere, 6);

    check_code(&plain(&["logout"]).output().unwrap(), 0);
    check_code(&plain(&["whoami", "-s", &house.url]).output().unwrap(), 7);
}

#[test]
fn people_are_spoken_to_in_their_language() {
    let house = House::start();
    let output = house.command(&["session", "list"]).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
    assert!(stdout(&output).contains("没有会话"), "{}", stdout(&output));
    let output = house.run(&["session", "show", "nothing", "--lang", "zh"]);
    check_code(&output, 4);
    assert!(stderr(&output).contains("错误"), "{}", stderr(&output));
}

#[test]
fn options_before_a_command_must_mean_something_to_it() {
    let house = House::start();
    check_code(&house.run(&["-s", &house.url, "machine", "list"]), 0);
    check_code(&house.run(&["--raw", "machine", "list"]), 2);
    let output = house.run(&["-s", &house.url, "up"]);
    check_code(&output, 2);
    let output = house.run(&["sesion"]);
    check_code(&output, 2);
    assert!(stderr(&output).contains("no command `sesion`"), "{}", stderr(&output));
}
