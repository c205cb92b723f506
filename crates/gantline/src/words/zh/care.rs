//! What is said to whoever looks after machines, in Chinese.

use contract::machines::MachineHealthView;
use model::machine::{Carrier, ClosedBy};

use super::Chinese;
use crate::words::care::{CareWords, gib};

impl CareWords for Chinese {
    fn health_label(&self) -> &'static str {
        "状况"
    }

    fn health(&self, health: &MachineHealthView) -> String {
        let load = format!("负载 {:.2}", health.load_average);
        let memory = health.free_memory_bytes.map(|bytes| format!("可用内存 {}", gib(bytes)));
        let disk = health.free_disk_bytes.map(|bytes| format!("可用磁盘 {}", gib(bytes)));
        let link = health.latency_ms.map(|ms| format!("链路 {ms} 毫秒"));
        let around = (health.carrier == Some(Carrier::LongPoll)).then(|| "通过长轮询".to_owned());
        [Some(load), memory, disk, link, around]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("，")
    }

    fn frozen(&self) -> &'static str {
        "已冻结"
    }

    fn frozen_by(&self, name: &str, ago: &str) -> String {
        format!("由 {name} 冻结，{ago}")
    }

    fn all_frozen_by(&self, name: &str, ago: &str) -> String {
        format!("全部机器由 {name} 冻结，{ago}")
    }

    fn machine_frozen(&self, machine: &str) -> String {
        format!("{machine} 不再接受新工作；正在运行的继续运行")
    }

    fn machine_unfrozen(&self, machine: &str) -> String {
        format!("{machine} 恢复接受新工作")
    }

    fn freeze_all(&self) -> &'static str {
        "冻结所有机器？解除之前不能开始任何会话、任务或终端。"
    }

    fn all_machines_frozen(&self, count: usize) -> String {
        format!("所有机器不再接受新工作（已冻结 {count} 台）；正在运行的继续运行")
    }

    fn all_machines_unfrozen(&self, count: usize, still_frozen: usize) -> String {
        match still_frozen {
            0 => format!("所有机器恢复接受新工作（{count} 台）"),
            _ => format!("机器恢复接受新工作（{count} 台），{still_frozen} 台单独冻结的除外"),
        }
    }

    fn closed_label(&self) -> &'static str {
        "已关闭"
    }

    fn closed(&self, by: ClosedBy) -> &'static str {
        match by {
            ClosedBy::Halt => "已被其所有者停机",
            ClosedBy::Policy => "其策略无法使用",
            ClosedBy::NoTunnel => "启动时仅供查看",
        }
    }

    fn no_such_tenant(&self, number: i64) -> String {
        format!("没有租户 {number}")
    }

    fn machine_renamed(&self, old: &str, new: &str) -> String {
        format!("{old} 已改名为 {new}")
    }

    fn machine_has_labels(&self, machine: &str, labels: &str) -> String {
        format!("{machine} 的标签：{labels}")
    }

    fn machine_has_no_labels(&self, machine: &str) -> String {
        format!("{machine} 没有标签")
    }
}
