//! A launch daemon of macOS (launchd.plist(5)): starts before anybody signs in, unlike an agent.

use super::{Background, Line, Unwritable, text, xml};

pub(super) const FILE: &str = "/Library/LaunchDaemons/dev.gantline.machine.plist";
/// In a directory of the system's: who opens it is launchd, with the rights of an administrator.
pub(super) const LOG: &str = "/Library/Logs/dev.gantline.machine.log";
const TARGET: &str = "system/dev.gantline.machine";

pub(super) fn property_list(background: &Background) -> Result<String, Unwritable> {
    let program = xml::escaped(text(&background.program)?)?;
    let data_directory = xml::escaped(text(&background.data_directory)?)?;
    let home = xml::escaped(text(&background.home)?)?;
    let user = xml::escaped(&background.user)?;
    Ok(format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>dev.gantline.machine</string>
  <key>ProgramArguments</key>
  <array>
    <string>{program}</string>
    <string>machine</string>
    <string>run</string>
    <string>--data-dir</string>
    <string>{data_directory}</string>
  </array>
  <key>UserName</key>
  <string>{user}</string>
  <key>WorkingDirectory</key>
  <string>{home}</string>
  <key>EnvironmentVariables</key>
  <dict>
    <key>HOME</key>
    <string>{home}</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>5</integer>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>StandardOutPath</key>
  <string>{LOG}</string>
  <key>StandardErrorPath</key>
  <string>{LOG}</string>
</dict>
</plist>
"#
    ))
}

pub(super) fn begin() -> Vec<Line> {
    vec![
        vec!["launchctl", "bootstrap", "system", FILE],
        vec!["launchctl", "enable", TARGET],
        vec!["launchctl", "kickstart", "-k", TARGET],
    ]
}

pub(super) fn end() -> Vec<Line> {
    vec![vec!["launchctl", "bootout", TARGET]]
}

pub(super) fn restart() -> Vec<Line> {
    vec![vec!["launchctl", "kickstart", "-k", TARGET]]
}

pub(super) fn show_log(follow: bool) -> Line {
    let mut line = vec!["tail", "-n", "100"];
    line.extend(follow.then_some("-F"));
    line.push(LOG);
    line
}
