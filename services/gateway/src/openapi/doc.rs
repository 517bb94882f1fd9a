//! What an operation says of itself; everything that follows from its line in the table is added by the document.

use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::ProblemCode;
use crate::request::Param;

/// The schemas that a body or an answer needs, by name.
pub(crate) type Named = Vec<(String, RefOr<Schema>)>;

/// What an operation does, takes and answers.
#[derive(Default)]
pub(crate) struct Doc {
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) query: &'static [Param],
    pub(super) if_match: bool,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answered>,
    pub(super) problems: Vec<ProblemCode>,
    pub(super) taken: Named,
    pub(super) given: Named,
}

/// The body of a request.
pub(super) struct Body {
    pub(super) schema: RefOr<Schema>,
    pub(super) required: bool,
    pub(super) example: Option<Value>,
}

/// One good answer.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) about: &'static str,
    pub(super) media: &'static str,
    pub(super) schema: Option<RefOr<Schema>>,
    pub(super) example: Option<Value>,
    pub(super) tagged: bool,
}

impl Doc {
    /// An operation that does this; `description` may be empty.
    pub(crate) fn new(summary: &'static str, description: &'static str) -> Self {
        Self { summary, description, ..Self::default() }
    }

    /// It takes these query parameters.
    pub(crate) fn query(mut self, params: &'static [Param]) -> Self {
        self.query = params;
        self
    }

    /// It takes a JSON body.
    pub(crate) fn body<T: ToSchema>(mut self, example: Value) -> Self {
        let schema = named::<T>(&mut self.taken);
        self.body = Some(Body { schema, required: true, example: Some(example) });
        self
    }

    /// It takes a JSON body, or none.
    pub(crate) fn optional_body<T: ToSchema>(mut self, example: Value) -> Self {
        self = self.body::<T>(example);
        if let Some(body) = &mut self.body {
            body.required = false;
        }
        self
    }

    /// It takes any JSON.
    pub(crate) fn any_body(mut self, example: Value) -> Self {
        self.body = Some(Body { schema: Value::schema(), required: true, example: Some(example) });
        self
    }

    /// It needs `If-Match`.
    pub(crate) fn if_match(mut self) -> Self {
        self.if_match = true;
        self.problems(&[ProblemCode::PreconditionRequired, ProblemCode::PreconditionFailed])
    }

    /// It answers with JSON.
    pub(crate) fn answer<T: ToSchema>(mut self, status: u16, about: &'static str) -> Self {
        let schema = named::<T>(&mut self.given);
        self.json(status, about, schema)
    }

    /// It answers with a page of a list.
    pub(crate) fn list<T: ToSchema>(mut self, about: &'static str) -> Self {
        let items = named::<T>(&mut self.given);
        let next = "Where the next page begins; null on the last one.";
        let cursor = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some(next));
        let page = ObjectBuilder::new()
            .property("items", ArrayBuilder::new().items(items))
            .property("next_cursor", cursor)
            .required("items")
            .required("next_cursor");
        let name = format!("{}List", T::name());
        let schema = RefOr::Ref(Ref::from_schema_name(&name));
        self.given.push((name, page.into()));
        self.json(200, about, schema)
    }

    fn json(mut self, status: u16, about: &'static str, schema: RefOr<Schema>) -> Self {
        self.answers.push(Answered {
            status,
            about,
            media: "application/json",
            schema: Some(schema),
            example: None,
            tagged: false,
        });
        self
    }

    /// It answers without a body.
    pub(crate) fn empty(mut self, status: u16, about: &'static str) -> Self {
        self.answers.push(Answered { status, about, media: "", schema: None, example: None, tagged: false });
        self
    }

    /// It answers with something that is not JSON.
    pub(crate) fn other(mut self, status: u16, about: &'static str, media: &'static str) -> Self {
        let schema = Some(String::schema());
        self.answers.push(Answered { status, about, media, schema, example: None, tagged: false });
        self
    }

    /// The answer before carries an `ETag`.
    pub(crate) fn tagged(mut self) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.tagged = true;
        }
        self
    }

    /// What the answer before looks like.
    pub(crate) fn example(mut self, example: Value) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.example = Some(example);
        }
        self
    }

    /// It may say no in these ways, besides those that follow from what it is.
    pub(crate) fn problems(mut self, codes: &[ProblemCode]) -> Self {
        self.problems.extend_from_slice(codes);
        self
    }
}

/// A reference to the schema of `T`, which is added with all that it refers to.
fn named<T: ToSchema>(schemas: &mut Named) -> RefOr<Schema> {
    schemas.push((T::name().into_owned(), T::schema()));
    T::schemas(schemas);
    RefOr::Ref(Ref::from_schema_name(T::name()))
}
