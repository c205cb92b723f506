//! What must be known of a request's body, found without parsing it.

use std::ops::Range;

use crate::call::Delivery;
use crate::destination;
use crate::json::{Container, Content, Path, Scalar, Skimmer, Visitor};

const MAX_MODEL_BYTES: usize = 256;

/// A body cannot be judged, and so is not forwarded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRequest {
    /// It is not JSON.
    #[error("the body is not valid JSON at byte {at}")]
    Malformed {
        /// Where that became clear.
        at: usize,
    },
    /// It is JSON, but not an object.
    #[error("the body must be a JSON object")]
    NotAnObject,
    /// Parsers disagree about which of two members counts.
    #[error("the body has the member {0:?} twice")]
    Repeated(&'static str),
    /// Some parsers take it for `model`, some do not.
    #[error("the body has a member that differs from \"model\" in case only")]
    ModelInOtherCase,
    /// It says where the call is to go.
    #[error("the body has the member {0:?}, with which callers choose where a call goes")]
    Destination(&'static str),
    /// `model` is no text, or too long a one.
    #[error("\"model\" must be a text of 1 to {MAX_MODEL_BYTES} bytes")]
    Model,
}

/// What is known of a request's body. Offsets are those of the body that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestFacts {
    /// The model asked for.
    pub model: Option<String>,
    /// How the answer is wanted.
    pub delivery: Delivery,
    /// The highest number of output tokens, by whichever of its names it is given.
    pub max_output_tokens: Option<u64>,
    /// How many answers to the same prompt are asked for.
    pub choices: u64,
    /// Whether other models are named as well, from which some upstreams choose by themselves.
    pub other_models: OtherModels,
    pub(crate) model_span: Option<Range<usize>>,
    pub(crate) stream_options: StreamOptions,
    /// Where the closing brace stands.
    pub(crate) end: usize,
}

/// Whether a request names models beside `model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherModels {
    /// It does not.
    None,
    /// It has a list of alternatives. Not to be forwarded for a token that is bound to models.
    Named,
}

/// What stands at `stream_options`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StreamOptions {
    Absent,
    /// `null`, as good as absent.
    Null(Range<usize>),
    /// An object whose opening brace stands at `open`.
    Object {
        open: usize,
        content: Content,
        include_usage: IncludeUsage,
    },
    /// Neither; the upstream will refuse it.
    Other,
}

/// What stands at `stream_options.include_usage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IncludeUsage {
    Absent,
    True,
    /// `false` or `null`.
    No(Range<usize>),
    Other,
}

impl RequestFacts {
    /// Reads a body. Nothing in it is changed or copied, apart from the model's name.
    pub fn read(body: &[u8]) -> Result<Self, UnreadableRequest> {
        let mut finder = Finder::new();
        let mut skimmer = Skimmer::new();
        let read = skimmer.push(body, &mut finder).and_then(|()| skimmer.finish(&mut finder));
        read.map_err(|malformed| UnreadableRequest::Malformed { at: malformed.at })?;
        finder.facts()
    }

    /// Whether the client asked for usage in a chat completion's stream.
    pub(crate) const fn wants_usage(&self) -> bool {
        let StreamOptions::Object { include_usage, .. } = &self.stream_options else {
            return false;
        };
        matches!(include_usage, IncludeUsage::True)
    }
}

/// Collects the facts while the body is skimmed.
struct Finder {
    facts: RequestFacts,
    root: Option<Container>,
    seen: Vec<&'static str>,
    problem: Option<UnreadableRequest>,
}

/// The members that decide something. Each may appear once.
const WATCHED: [&str; 9] = [
    "model",
    "n",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "generationConfig",
    "generation_config",
];

impl Finder {
    const fn new() -> Self {
        let facts = RequestFacts {
            model: None,
            delivery: Delivery::Whole,
            max_output_tokens: None,
            choices: 1,
            other_models: OtherModels::None,
            model_span: None,
            stream_options: StreamOptions::Absent,
            end: 0,
        };
        Self { facts, root: None, seen: Vec::new(), problem: None }
    }

    fn facts(self) -> Result<RequestFacts, UnreadableRequest> {
        match (self.problem, self.root) {
            (Some(problem), _) => Err(problem),
            (None, Some(Container::Object)) => Ok(self.facts),
            (None, _) => Err(UnreadableRequest::NotAnObject),
        }
    }

    fn object_to(&mut self, problem: UnreadableRequest) {
        self.problem.get_or_insert(problem);
    }

    /// A member of the body begins, whatever its value is.
    fn member(&mut self, name: &[u8]) {
        if name.eq_ignore_ascii_case(b"model") && name != b"model" {
            self.object_to(UnreadableRequest::ModelInOtherCase);
        }
        if let Some(destination) = destination::member(name) {
            self.object_to(UnreadableRequest::Destination(destination));
        }
        let Some(name) = WATCHED.iter().find(|watched| watched.as_bytes() == name) else { return };
        if self.seen.contains(name) {
            self.object_to(UnreadableRequest::Repeated(name));
        }
        self.seen.push(name);
    }

    /// A member that decides something, with its value if that is a scalar.
    fn scalar_member(&mut self, name: &[u8], value: Scalar<'_>, span: Range<usize>) {
        match name {
            b"model" => self.model(value, span),
            b"stream" if value == Scalar::Bool(true) => self.facts.delivery = Delivery::Streamed,
            b"stream_options" => {
                self.facts.stream_options = match value {
                    Scalar::Null => StreamOptions::Null(span),
                    _ => StreamOptions::Other,
                };
            }
            b"max_tokens" | b"max_completion_tokens" | b"max_output_tokens" => {
                self.output_limit(value);
            }
            b"n" => self.facts.choices = value.count().unwrap_or(1).max(1),
            _ => {}
        }
    }

    fn model(&mut self, value: Scalar<'_>, span: Range<usize>) {
        match value.text() {
            Some(model) if (1..=MAX_MODEL_BYTES).contains(&model.len()) => {
                self.facts.model = Some(model);
                self.facts.model_span = Some(span);
            }
            _ => self.object_to(UnreadableRequest::Model),
        }
    }

    fn output_limit(&mut self, value: Scalar<'_>) {
        let limit = &mut self.facts.max_output_tokens;
        *limit = (*limit).max(value.count());
    }

    fn include_usage(&mut self, value: Scalar<'_>, span: Range<usize>) {
        let StreamOptions::Object { include_usage, .. } = &mut self.facts.stream_options else {
            return;
        };
        let repeated = *include_usage != IncludeUsage::Absent;
        *include_usage = match value {
            Scalar::Bool(true) => IncludeUsage::True,
            Scalar::Bool(false) | Scalar::Null => IncludeUsage::No(span),
            _ => IncludeUsage::Other,
        };
        if repeated {
            self.object_to(UnreadableRequest::Repeated("include_usage"));
        }
    }
}

impl Visitor for Finder {
    fn scalar(&mut self, path: &Path, value: Scalar<'_>, span: Range<usize>) {
        match *path.parts() {
            [name] => {
                self.member(name);
                self.scalar_member(name, value, span);
            }
            [b"stream_options", b"include_usage"] => self.include_usage(value, span),
            [b"generationConfig", b"maxOutputTokens"]
            | [b"generation_config", b"max_output_tokens"] => self.output_limit(value),
            [b"generationConfig", b"candidateCount"]
            | [b"generation_config", b"candidate_count"] => {
                self.facts.choices = self.facts.choices.max(value.count().unwrap_or(1));
            }
            _ => {}
        }
    }

    fn opened(&mut self, path: &Path, container: Container, at: usize) {
        match *path.parts() {
            [] => self.root = Some(container),
            [name] => {
                self.member(name);
                match name {
                    b"model" => self.object_to(UnreadableRequest::Model),
                    b"models" | b"fallbacks" => self.facts.other_models = OtherModels::Named,
                    b"stream_options" if container == Container::Object => {
                        self.facts.stream_options = StreamOptions::Object {
                            open: at,
                            content: Content::None,
                            include_usage: IncludeUsage::Absent,
                        };
                    }
                    b"stream_options" => self.facts.stream_options = StreamOptions::Other,
                    _ => {}
                }
            }
            [b"stream_options", b"include_usage"] => {
                if let StreamOptions::Object { include_usage, .. } = &mut self.facts.stream_options
                {
                    *include_usage = IncludeUsage::Other;
                }
            }
            _ => {}
        }
    }

    fn closed(&mut self, path: &Path, ended: Content, at: usize) {
        match *path.parts() {
            [] => self.facts.end = at,
            [b"stream_options"] => {
                if let StreamOptions::Object { content, .. } = &mut self.facts.stream_options {
                    *content = ended;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
