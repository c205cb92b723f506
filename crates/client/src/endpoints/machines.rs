use contract::assignments::{
    AssignUser, Assignments, TenantAssignments, UserAssigned, UserUnassigned,
};
use contract::machines::{
    ChangeMachine, CreateEnrolment, CreatedEnrolment, Done, Enrolments, FreezeMachines,
    MachineView, Machines, OfferedUpdate, OneMachine, RegisterMachine, RegisteredMachine,
    TakenUpdate, UnregisterMachine,
};
use contract::outside::OutsideSessions;
use contract::users::UserRef;
use http::Method;
use model::{EnrolmentId, MachineId, TenantId, UserId};

use crate::http::Call;
use crate::path::Path;
use crate::{Client, Error};

impl Client {
    /// The machines that one may work on.
    pub async fn machines(&self) -> Result<Vec<MachineView>, Error> {
        let answer: Machines = self.get("/api/remote/machines".to_owned()).await?;
        Ok(answer.machines)
    }

    /// One machine.
    pub async fn machine(&self, machine: MachineId) -> Result<MachineView, Error> {
        let answer: OneMachine = self.get(format!("/api/remote/machines/{machine}")).await?;
        Ok(answer.machine)
    }

    /// Lets a machine look for agents afresh.
    pub async fn machine_detect(&self, machine: MachineId) -> Result<MachineView, Error> {
        let call = Call::new(Method::POST, format!("/api/remote/machines/{machine}/detect"));
        let answer: OneMachine = self.call(call).await?;
        Ok(answer.machine)
    }

    /// Sessions that were begun on a machine outside of us: at most so many.
    pub async fn machine_outside_sessions(
        &self,
        machine: MachineId,
        limit: Option<u32>,
    ) -> Result<OutsideSessions, Error> {
        let path = Path::new(format!("/api/remote/machines/{machine}/outside-sessions"));
        self.get(path.with("limit", limit).into_text()).await
    }

    /// Changes what people say about a machine.
    pub async fn machine_change(
        &self,
        machine: MachineId,
        body: &ChangeMachine,
    ) -> Result<MachineView, Error> {
        let path = format!("/api/remote/machines/{machine}");
        let answer: OneMachine = self.send(Method::PATCH, path, body).await?;
        Ok(answer.machine)
    }

    /// Keeps a machine from new work.
    pub async fn machine_freeze(
        &self,
        machine: MachineId,
        body: &FreezeMachines,
    ) -> Result<MachineView, Error> {
        let path = format!("/api/remote/machines/{machine}/freeze");
        let answer: OneMachine = self.send(Method::PUT, path, body).await?;
        Ok(answer.machine)
    }

    /// Which release of its program a machine is offered.
    pub async fn machine_update(&self, machine: MachineId) -> Result<OfferedUpdate, Error> {
        self.get(format!("/api/remote/machines/{machine}/update")).await
    }

    /// Tells a machine that there is a newer release of its program.
    pub async fn machine_offer_update(&self, machine: MachineId) -> Result<TakenUpdate, Error> {
        let path = format!("/api/remote/machines/{machine}/update");
        self.call(Call::new(Method::POST, path)).await
    }

    /// Has a machine replace the key with which it proves who it is.
    pub async fn machine_key_rotate(&self, machine: MachineId) -> Result<MachineView, Error> {
        let path = format!("/api/remote/machines/{machine}/rotate-key");
        let answer: OneMachine = self.call(Call::new(Method::POST, path)).await?;
        Ok(answer.machine)
    }

    /// Lets a machine take new work again.
    pub async fn machine_unfreeze(&self, machine: MachineId) -> Result<MachineView, Error> {
        let path = format!("/api/remote/machines/{machine}/freeze");
        let answer: OneMachine = self.call(Call::new(Method::DELETE, path)).await?;
        Ok(answer.machine)
    }

    /// Keeps every machine of a tenant from new work.
    pub async fn machines_freeze_all(
        &self,
        tenant: TenantId,
        body: &FreezeMachines,
    ) -> Result<Machines, Error> {
        self.send(Method::PUT, format!("/api/tenants/{tenant}/freeze"), body).await
    }

    /// Lets the machines of a tenant take new work again.
    pub async fn machines_unfreeze_all(&self, tenant: TenantId) -> Result<Machines, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/tenants/{tenant}/freeze"))).await
    }

    /// Removes a machine.
    pub async fn machine_remove(&self, machine: MachineId) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/remote/machines/{machine}"))).await
    }

    /// Everybody who was given a right on a machine.
    pub async fn assignments(&self, machine: MachineId) -> Result<Assignments, Error> {
        self.get(format!("/api/remote/machines/{machine}/users")).await
    }

    /// A page of who may work on the machines of a tenant, of one's own if none is given; on one
    /// machine only and of one account only, where they are given.
    pub async fn tenant_assignments(
        &self,
        tenant: Option<i64>,
        machine: Option<MachineId>,
        user: Option<UserId>,
        cursor: Option<&str>,
    ) -> Result<TenantAssignments, Error> {
        let path = Path::new("/api/remote/assignments")
            .with("tenant_id", tenant)
            .with("machine_id", machine)
            .with("user_id", user)
            .with("cursor", cursor)
            .with("limit", Some(200));
        self.get(path.into_text()).await
    }

    /// Gives somebody a right on a machine; the answer says what was stored.
    pub async fn assign(
        &self,
        machine: MachineId,
        body: &AssignUser,
    ) -> Result<UserAssigned, Error> {
        self.send(Method::POST, format!("/api/remote/machines/{machine}/assign"), body).await
    }

    /// Takes somebody's right on a machine back.
    pub async fn unassign(
        &self,
        machine: MachineId,
        user: UserRef,
    ) -> Result<UserUnassigned, Error> {
        let path = format!("/api/remote/machines/{machine}/assign/{user}");
        self.call(Call::new(Method::DELETE, path)).await
    }

    /// Makes a registration token.
    pub async fn enrolment_create(
        &self,
        body: &CreateEnrolment,
    ) -> Result<CreatedEnrolment, Error> {
        self.send(Method::POST, "/api/remote/machines/register".to_owned(), body).await
    }

    /// The registration tokens of the tenant.
    pub async fn enrolments(&self) -> Result<Enrolments, Error> {
        self.get("/api/remote/enrolments".to_owned()).await
    }

    /// Revokes a registration token.
    pub async fn enrolment_revoke(&self, enrolment: EnrolmentId) -> Result<Done, Error> {
        self.call(Call::new(Method::DELETE, format!("/api/remote/enrolments/{enrolment}"))).await
    }

    /// A machine registers itself; the token in the body is its credential.
    pub async fn machine_register(
        &self,
        body: &RegisterMachine,
    ) -> Result<RegisteredMachine, Error> {
        self.send(Method::POST, "/api/remote/agent/register".to_owned(), body).await
    }

    /// A machine leaves; the signature in the body is its credential.
    pub async fn machine_unregister(&self, body: &UnregisterMachine) -> Result<Done, Error> {
        self.send(Method::POST, "/api/remote/agent/unregister".to_owned(), body).await
    }
}
