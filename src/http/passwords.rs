//! Passwords are hashed by argon2id, slowly on purpose: a few at a time, in memory that is kept and used again, so that many
//! log-ins at once cost time and not memory.

use super::{Problem, limit};
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher as _, Version};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// Memory of those that are not at work: the allocator would keep it for each thread that ever hashed.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords {
            turns: Arc::new(Semaphore::new(limit::PASSWORDS)),
            places: Arc::new(Semaphore::new(limit::PASSWORDS_WAITING)),
            memory: Arc::default(),
        }
    }
}

impl Passwords {
    /// A place in the line of those who want a password hashed; it is held until that is done.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.places.clone().try_acquire_owned().map_err(|_| Problem::too_many(2))
    }

    /// Is this the password of that hash? Without one, the answer is no and takes as long.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        if password.chars().count() > limit::PASSWORD {
            return Ok(false);
        }
        let known = hash.is_some();
        let right = self.in_turn(move |memory| matches(&password, &hash.unwrap_or_else(decoy), memory)).await?;
        Ok(right && known)
    }

    pub async fn hash(&self, password: String) -> Result<String, Problem> {
        self.in_turn(move |memory| made(&password, memory)).await?.ok_or_else(Problem::internal)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| Problem::internal())?;
        let kept = self.memory.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let lock = || kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = lock().pop().unwrap_or_default();
            let done = work(&mut memory);
            lock().push(memory);
            done
        });
        done.await.map_err(|_| Problem::internal())
    }
}

fn matches(password: &str, hash: &str, memory: &mut Vec<Block>) -> bool {
    let Ok(kept) = PasswordHash::new(hash) else { return false };
    let (Some(salt), Some(expected), Ok(params)) = (kept.salt, kept.hash, Params::try_from(&kept)) else {
        return false;
    };
    let version = kept.version.map_or(Ok(Version::default()), Version::try_from);
    let (Ok(algorithm), Ok(version)) = (Algorithm::try_from(kept.algorithm.as_str()), version) else { return false };
    memory.resize(params.block_count(), Block::new());
    let hasher = Argon2::new(algorithm, version, params);
    // outputs are compared in constant time
    output(&hasher, password, salt.as_ref(), expected.len(), memory).is_some_and(|found| found == expected)
}

fn output(hasher: &Argon2<'_>, password: &str, salt: &[u8], length: usize, memory: &mut [Block]) -> Option<Output> {
    let mut bytes = [0; Output::MAX_LENGTH];
    let out = bytes.get_mut(..length)?;
    hasher.hash_password_into_with_memory(password.as_bytes(), salt, &mut *out, memory).ok()?;
    Output::new(out).ok()
}

fn made(password: &str, memory: &mut Vec<Block>) -> Option<String> {
    let hasher = Argon2::default();
    let mut salt = [0; 16];
    crate::clock::entropy(&mut salt);
    memory.resize(hasher.params().block_count(), Block::new());
    let length = hasher.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: hasher.params().try_into().ok()?,
        salt: Salt::new(&salt).ok(),
        hash: Some(output(&hasher, password, &salt, length, memory)?),
    };
    Some(hash.to_string())
}

/// Outside the server, where nobody else hashes at the same time.
pub async fn hash_password(password: String) -> anyhow::Result<String> {
    tokio::task::spawn_blocking(move || argon(&password)).await?
}

fn argon(password: &str) -> anyhow::Result<String> {
    match Argon2::default().hash_password(password.as_bytes()) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => anyhow::bail!("the password cannot be hashed: {error}"),
    }
}

/// The hash that unknown logins are checked against.
fn decoy() -> String {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| argon("nobody has this password").unwrap_or_default()).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_memory_is_used_again() {
        let passwords = Passwords::default();
        let ours = passwords.hash("тайна за семью печатями".into()).await.expect("a hash");
        let theirs = argon("тайна за семью печатями").expect("a hash");
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        for hash in [ours, theirs] {
            let (right, wrong) = ("тайна за семью печатями".to_owned(), "тайна за семью печатям".to_owned());
            assert!(passwords.verify(right, Some(hash.clone())).await.expect("an answer"));
            assert!(!passwords.verify(wrong, Some(hash)).await.expect("an answer"));
        }
        assert!(!passwords.verify("nobody has this password".into(), None).await.expect("an answer"));
        let many = (0..20).map(|_| passwords.verify("x".into(), None));
        futures_util::future::join_all(many).await;
        let kept = passwords.memory.lock().expect("the memory");
        assert!(kept.len() <= limit::PASSWORDS, "{}", kept.len());
        assert!(kept.iter().all(|blocks| blocks.len() == 19_456));
    }
}
