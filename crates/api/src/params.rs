//! What stands in a path and in a query.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::request::Parts;
use control::Error;
use serde::de::DeserializeOwned;

use crate::App;
use crate::problem::Problem;

/// The one variable part of a path.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: FromStr<Err: Display> + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let AxumPath(text) = AxumPath::<String>::from_request_parts(parts, app)
            .await
            .map_err(|error| Error::invalid("invalid_path", error.to_string()))?;
        let value = text.parse();
        value.map(Self).map_err(|error: T::Err| invalid_id(&error).into())
    }
}

fn invalid_id(error: &impl Display) -> Error {
    Error::invalid("invalid_id", error.to_string())
        .with_hint("use the identifier from the list of such things, not a number or a name")
}

/// What stands after the question mark. Fields that are not known are refused.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let query = AxumQuery::<T>::from_request_parts(parts, app).await;
        let AxumQuery(value) = query.map_err(|rejection| {
            let message = format!("the query is not what is expected here: {rejection}");
            Error::invalid("invalid_query", message)
        })?;
        Ok(Self(value))
    }
}
