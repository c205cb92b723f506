//! A task of Windows' task scheduler ("Task Scheduler Schema"): begins at boot and runs as the user
//! without a stored password and without an administrator's rights, from a directory that only
//! administrators can write to (S79). Written as the system itself writes it, in UTF-16.

use super::{Background, DESCRIPTION, Line, Unwritable, text, xml};

const TASK: &str = "GantlineMachine";

pub(super) fn task(background: &Background) -> Result<String, Unwritable> {
    let program = xml::escaped(text(&background.program)?)?;
    let home = xml::escaped(text(&background.home)?)?;
    let user = xml::escaped(&background.user)?;
    let data_directory = xml::escaped(&quoted(text(&background.data_directory)?)?)?;
    Ok(format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Gantline machine: agents and terminals of {user}</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Owner">
      <UserId>{user}</UserId>
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Owner">
    <Exec>
      <Command>{program}</Command>
      <Arguments>machine run --data-dir {data_directory}</Arguments>
      <WorkingDirectory>{home}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"#
    ))
}

/// A word of a command line, as programs on Windows take them apart. No path holds a quote.
fn quoted(text: &str) -> Result<String, Unwritable> {
    if text.contains('"') {
        return Err(Unwritable(text.to_owned()));
    }
    Ok(format!("\"{}\"", text.trim_end_matches('\\')))
}

pub(super) fn begin() -> Vec<Line> {
    vec![
        vec!["schtasks", "/Create", "/F", "/TN", TASK, "/XML", DESCRIPTION],
        vec!["schtasks", "/Run", "/TN", TASK],
    ]
}

pub(super) fn end() -> Vec<Line> {
    vec![vec!["schtasks", "/End", "/TN", TASK], vec!["schtasks", "/Delete", "/F", "/TN", TASK]]
}

pub(super) fn restart() -> Vec<Line> {
    vec![vec!["schtasks", "/End", "/TN", TASK], vec!["schtasks", "/Run", "/TN", TASK]]
}
