//! People and service accounts.

use model::Actor;
use model::user::User;

use crate::authorise::acting_user;
use crate::{ControlPlane, Error};

/// The acting user.
pub async fn me(plane: &ControlPlane, actor: &Actor) -> Result<User, Error> {
    let user = plane.store.user(acting_user(actor)?).await?;
    user.ok_or(Error::not_found("user"))
}
