//! Lists: `?limit=&after=` in, `{items, next}` out. `after` is a keyset cursor: pages stay right while rows are added.

use super::{Problem, limit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `after` to read on; null at the end.
    pub next: Option<String>,
}

/// The two parameters alone, for lists without filters.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    #[param(minimum = 1)]
    pub limit: Option<i64>,
    pub after: Option<String>,
}

impl<T> Page<T> {
    /// A list that is always whole.
    pub fn whole(items: Vec<T>) -> Page<T> {
        Page { items, next: None }
    }

    /// `items` were read with `LIMIT limit + 1`: the extra one tells that there is more and is dropped.
    pub fn cut<K: Serialize>(mut items: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(1);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| cursor(&key(last)));
        Page { items, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// How many items to show; more than [`limit::PAGE`] are never shown at once.
pub fn size(asked: Option<i64>) -> Result<i64, Problem> {
    match asked.unwrap_or(limit::PAGE_DEFAULT) {
        ..1 => Err(Problem::parameter("limit", "is at least 1")),
        size => Ok(size.min(limit::PAGE)),
    }
}

/// Where the last page ended. Opaque to clients.
pub fn cursor(key: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// Reads what [`cursor`] wrote.
pub fn after<K: DeserializeOwned>(asked: Option<&str>) -> Result<Option<K>, Problem> {
    let Some(text) = asked.filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .map(Some)
        .ok_or_else(|| Problem::parameter("after", "is not a cursor of this list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_and_continued() {
        let page = Page::cut(vec![5i64, 4, 3], 2, |n| *n);
        assert_eq!(page.items, [5, 4]);
        assert_eq!(after::<i64>(page.next.as_deref()).ok().flatten(), Some(4));
        assert_eq!(Page::cut(vec![5i64, 4], 2, |n| *n).next, None);
        assert!(after::<i64>(Some("x")).is_err());
        assert_eq!(size(Some(9_999)).ok(), Some(limit::PAGE));
        assert_eq!(size(None).ok(), Some(limit::PAGE_DEFAULT));
        assert!(size(Some(0)).is_err() && size(Some(-1)).is_err());
    }
}
