//! What stands in a path, in a query and in a header.

use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path as AxumPath, Query as AxumQuery};
use axum::http::HeaderName;
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

/// The two variable parts of a path, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Paths<A, B>(pub A, pub B);

impl<A, B> FromRequestParts<App> for Paths<A, B>
where
    A: FromStr<Err: Display> + Send,
    B: FromStr<Err: Display> + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let AxumPath((first, second)) =
            AxumPath::<(String, String)>::from_request_parts(parts, app)
                .await
                .map_err(|error| Error::invalid("invalid_path", error.to_string()))?;
        let first = first.parse().map_err(|error: A::Err| invalid_id(&error))?;
        let second = second.parse().map_err(|error: B::Err| invalid_id(&error))?;
        Ok(Self(first, second))
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

/// With which the same request is recognised when it is sent again.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        const NAME: HeaderName = HeaderName::from_static("idempotency-key");
        let key = parts.headers.get(NAME).map(|key| key.to_str().map(str::to_owned));
        let key = key.transpose().map_err(|_| {
            Error::invalid("invalid_idempotency_key", "the idempotency key must be ASCII text")
        })?;
        Ok(Self(key))
    }
}
