//! The description of all endpoints, made from the endpoints themselves.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{Object, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr, ResponseBuilder,
};

use contract::VERSION;

use crate::routes;

/// The description.
pub fn description() -> OpenApi {
    let (_, mut api) = routes::described().split_for_parts();
    api.info = InfoBuilder::new()
        .title("Gantline")
        .version(VERSION)
        .description(Some(
            "Start AI coding agents and terminals on your own machines, and watch, approve and \
             steer them.",
        ))
        .license(Some(LicenseBuilder::new().name("Apache-2.0").build()))
        .build();
    let components = api.components.get_or_insert_default();
    components.add_security_scheme(
        "login",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-gantline"))),
    );
    components.add_security_scheme(
        "token",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    components.add_security_scheme(
        "token_as_password",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Basic).build()),
    );
    add_schemas(components);
    merge_flattened(components);
    add_problems(&mut api);
    api
}

/// What travels on WebSockets is described like any body.
fn add_schemas(components: &mut Components) {
    use utoipa::{PartialSchema, ToSchema};
    let mut schemas = Vec::new();
    macro_rules! add {
        ($($body:ty),+) => {$(
            schemas.push((<$body>::name().into_owned(), <$body as PartialSchema>::schema()));
            <$body>::schemas(&mut schemas);
        )+};
    }
    add!(
        contract::Problem,
        contract::live::Notification,
        contract::rpc::Ask,
        contract::rpc::Answered,
        contract::rpc::Switched,
        contract::rpc::CancelAsk,
        contract::rpc::OfSession,
        contract::rpc::BeginSession,
        contract::rpc::BegunSession,
        contract::rpc::UpdateSession,
        contract::rpc::RenameSession,
        contract::rpc::TagSession,
        contract::rpc::ExportSession,
        contract::rpc::ExportedSession,
        contract::exports::ImportSession,
        contract::rpc::ListSessions,
        contract::rpc::OfJob,
        contract::rpc::ListJobs,
        contract::rpc::JobLog,
        contract::webhooks::JobEnded,
        contract::notifications::NoticeTold,
        contract::notifications::PushedNotice,
        contract::live::Subscribe,
        contract::live::Subscribed,
        contract::live::Unsubscribe,
        contract::attach::ServerMessage,
        contract::attach::ClientMessage
    );
    for (name, schema) in schemas {
        components.schemas.entry(name).or_insert(schema);
    }
}

/// Fields that a body takes over from another one are written into it: as two schemas that must
/// both fit, each would forbid the fields of the other.
fn merge_flattened(components: &mut Components) {
    let schemas = components.schemas.clone();
    for schema in components.schemas.values_mut() {
        let RefOr::T(Schema::AllOf(all_of)) = schema else { continue };
        let parts: Option<Vec<&Object>> =
            all_of.items.iter().map(|item| object(item, &schemas)).collect();
        let Some((own, taken_over)) = parts.as_deref().and_then(<[_]>::split_last) else {
            continue;
        };
        let mut merged = Object::clone(own);
        merged.description = all_of.description.clone().or(merged.description);
        for part in taken_over {
            merged.properties.extend(part.properties.clone());
            merged.required.extend(part.required.clone());
        }
        *schema = RefOr::T(Schema::Object(merged));
    }
}

fn object<'a>(
    item: &'a RefOr<Schema>,
    schemas: &'a BTreeMap<String, RefOr<Schema>>,
) -> Option<&'a Object> {
    match item {
        RefOr::T(Schema::Object(object)) => Some(object),
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            match schemas.get(name)? {
                RefOr::T(Schema::Object(object)) => Some(object),
                _ => None,
            }
        }
        RefOr::T(_) => None,
    }
}

/// Every endpoint may answer with a problem.
fn add_problems(api: &mut OpenApi) {
    let problem = ResponseBuilder::new()
        .description("What was wrong")
        .content(
            "application/problem+json",
            ContentBuilder::new()
                .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
                .build(),
        )
        .build();
    for item in api.paths.paths.values_mut() {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.clone()));
        }
    }
}
