//! The agent's own settings in a session: model, mode, options.

use bytes::Bytes;
use model::{Actor, SessionId};
use policy::Action;
use wire::command::{Order, SetMode, SetModel, SetOption};

use crate::turns::check_chat;
use crate::{ControlPlane, Error, text};

/// Changes the agent's model.
pub async fn model_change(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    model: &str,
) -> Result<(), Error> {
    let model_id = text::name("the model", model, 200)?;
    change(plane, actor, id, Order::SetModel(SetModel { model_id: model_id.clone() })).await?;
    plane
        .store
        .write(move |tx| Box::pin(async move { tx.session_set_model(id, &model_id).await }))
        .await?;
    Ok(())
}

/// Changes the agent's mode.
pub async fn mode_change(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    mode: &str,
) -> Result<(), Error> {
    let mode_id = text::name("the mode", mode, 200)?;
    change(plane, actor, id, Order::SetMode(SetMode { mode_id })).await
}

/// Changes one of the agent's options.
pub async fn option_change(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    option: &str,
    value: &serde_json::Value,
) -> Result<(), Error> {
    let option_id = text::name("the option", option, 200)?;
    let value_json = Bytes::from(value.to_string().into_bytes());
    if value_json.len() > 4_096 {
        return Err(Error::invalid("value_too_large", "an option's value has at most 4096 bytes"));
    }
    change(plane, actor, id, Order::SetOption(SetOption { option_id, value_json })).await
}

async fn change(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    order: Order,
) -> Result<(), Error> {
    let session = plane.authorise_session(actor, Action::SessionDrive, id).await?;
    check_chat(&session)?;
    plane.send_order(actor, &session, order).await
}
