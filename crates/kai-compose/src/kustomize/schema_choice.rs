//! `openapi`: which API the lists of patches merge by.

use kai_core::Gap;

use super::accumulate::Target;
use super::fields::Text;
use super::paths;
use crate::Refusal;
use crate::patch::Schema;

/// The API of Kustomize, or one of the user's.
#[derive(Debug)]
pub(crate) enum SchemaChoice {
    BuiltIn,
    Custom(Schema),
}

/// The version of the Kubernetes API that Kustomize carries.
const BUILT_IN_API: &str = "v1.21.2";

impl SchemaChoice {
    pub(crate) fn get(&self) -> &Schema {
        match self {
            Self::BuiltIn => Schema::kubernetes(),
            Self::Custom(schema) => schema,
        }
    }

    pub(crate) fn is_built_in(&self) -> bool {
        matches!(self, Self::BuiltIn)
    }
}

impl Target<'_> {
    /// What this kustomization asks for. Where its schema is absent the built-in one serves, and
    /// [`Target::schema_gap`] says so.
    pub(crate) fn own_schema(&self) -> Result<SchemaChoice, Refusal> {
        let (path, version) = (self.openapi("path"), self.openapi("version"));
        if let Some(version) = version {
            if path.is_some() {
                let message = "builtin version and custom schema provided, cannot use both";
                return Err(Refusal::at(version.origin, message));
            }
            if !version.value.is_empty() && version.value != BUILT_IN_API {
                let message = format!("the OpenAPI version `{}` is not built in", version.value);
                return Err(Refusal::at(version.origin, message));
            }
        }
        let file = path.and_then(|it| self.project.file(&paths::join(&self.dir, &it.value)));
        let document = file.as_ref().and_then(|it| it.documents.first());
        let custom = document.map(|it| SchemaChoice::Custom(Schema::from_open_api(&it.node)));
        Ok(custom.unwrap_or(SchemaChoice::BuiltIn))
    }

    /// The schema that is named and not there.
    pub(crate) fn schema_gap(&self) -> Option<Gap> {
        let path = self.openapi("path")?;
        let file = self.project.file(&paths::join(&self.dir, &path.value));
        file.is_none().then(|| self.absent(path))
    }

    fn openapi(&self, key: &str) -> Option<&Text> {
        let mut pairs = self.kustomization.openapi.iter();
        pairs.find(|it| it.key.value == key).map(|it| &it.value)
    }
}
