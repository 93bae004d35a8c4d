//! Who may do what: the only place that decides. What is not allowed here is forbidden.
//!
//! Two questions: does the role have the verb at all ([`Role::may`], the table below), and does it have it for this
//! object ([`may`]). Lists ask for a [`Scope`] and put it into their SQL, so a page never holds a foreign row.
//! The table follows the company's roles: the administrator keeps the system running and does not read residents' data.

use super::login::Anyone;
use super::{Logins, Problem, Through, Who};
use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::marker::PhantomData;
use std::ops::Deref;
use types::PersonId;

types::words! {
    pub enum Role {
        Dispatcher = "dispatcher",
        Supervisor = "supervisor",
        Administrator = "administrator",
        Technician = "technician",
    }
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident $name:literal: $($role:ident)*;)*) => {
        /// Everything that can be allowed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Verb { $($(#[$doc])* $verb,)* }

        /// A type for each verb, for [`Allowed`].
        pub mod can {
            $(
                pub struct $verb;

                impl super::Can for $verb {
                    const VERB: super::Verb = super::Verb::$verb;
                }
            )*
        }

        impl Verb {
            pub const ALL: &'static [Verb] = &[$(Verb::$verb),*];

            /// As `Me.permissions` and `web/src/shell/can.ts` know it.
            pub fn name(self) -> &'static str {
                match self { $(Verb::$verb => $name,)* }
            }

            pub fn named(name: &str) -> Option<Verb> {
                Verb::ALL.iter().copied().find(|verb| verb.name() == name)
            }

            fn roles(self) -> &'static [Role] {
                match self { $(Verb::$verb => &[$(Role::$role),*],)* }
            }
        }
    };
}

verbs! {
    TokensOwn "tokens.own": Dispatcher Supervisor Administrator Technician;
    /// One's own log-ins, password and second factor.
    LoginsOwn "logins.own": Dispatcher Supervisor Administrator Technician;
    /// Figures and what is wrong with the server, from another machine.
    MetricsRead "metrics.read": Administrator;
    PeopleRead "people.read": Administrator;
    PeopleWrite "people.write": Administrator;
    /// Whom a ticket can be given to.
    ExecutorsRead "executors.read": Dispatcher Supervisor;
    BuildingsRead "buildings.read": Dispatcher Supervisor Administrator Technician;
    BuildingsEdit "buildings.edit": Administrator;
    /// Names of residents in the clear; without it they are masked.
    ResidentsRead "residents.read": Dispatcher Supervisor;
    ContactsRead "contacts.read": Dispatcher Supervisor;
    ContactsEdit "contacts.edit": Dispatcher Supervisor;
    ContactsMerge "contacts.merge": Supervisor;
    /// Not by whoever reads the cards.
    ContactsErase "contacts.erase": Administrator;
    ClassifiersRead "classifiers.read": Dispatcher Supervisor Administrator Technician;
    ClassifiersEdit "classifiers.edit": Supervisor Administrator;
    TicketsRead "tickets.read": Dispatcher Supervisor Technician;
    TicketsCreate "tickets.create": Dispatcher Supervisor Technician;
    TicketsEdit "tickets.edit": Dispatcher Supervisor;
    TicketsAssign "tickets.assign": Dispatcher Supervisor Technician;
    TicketsTransition "tickets.transition": Dispatcher Supervisor Technician;
    TicketsReject "tickets.reject": Dispatcher Supervisor;
    /// An emergency may be rejected by a supervisor only.
    TicketsRejectEmergency "tickets.reject_emergency": Supervisor;
    TicketsConfirm "tickets.confirm": Dispatcher Supervisor;
    TicketsMerge "tickets.merge": Dispatcher Supervisor;
    TicketsComment "tickets.comment": Dispatcher Supervisor Technician;
    /// Requesters' phone numbers in the clear; without it they are masked.
    PhonesReveal "phones.reveal": Dispatcher Supervisor;
    CallsRead "calls.read": Dispatcher Supervisor;
    /// Hold, transfer, hang up, dispose: own calls; any call with `calls.control_others`.
    CallsControl "calls.control": Dispatcher Supervisor;
    CallsControlOthers "calls.control_others": Supervisor;
    IntakesRead "intakes.read": Dispatcher Supervisor;
    IntakesDispose "intakes.dispose": Dispatcher Supervisor;
    /// Disposing what was disposed already.
    IntakesReopen "intakes.reopen": Supervisor;
    AgentsRead "agents.read": Dispatcher Supervisor Administrator;
    AgentsStatus "agents.status": Dispatcher Supervisor;
    AgentsStatusOthers "agents.status_others": Supervisor;
    /// Times of others; one's own are always readable.
    AgentsIntervals "agents.intervals": Supervisor;
    QueuesRead "queues.read": Dispatcher Supervisor Administrator;
    /// Own calls of the last seven days; all with `recordings.play_all`.
    RecordingsPlay "recordings.play": Dispatcher Supervisor;
    RecordingsPlayAll "recordings.play_all": Supervisor;
    /// Legal holds.
    RecordingsHold "recordings.hold": Supervisor;
    CallbacksRead "callbacks.read": Dispatcher Supervisor;
    CallbacksClaim "callbacks.claim": Dispatcher Supervisor;
    /// The board and the live channel: rows of own queues; of all queues with `board.all`.
    BoardRead "board.read": Dispatcher Supervisor Administrator;
    BoardAll "board.all": Supervisor Administrator;
    /// Any log-in may hear what changed, as far as it may read it.
    LiveRead "live.read": Dispatcher Supervisor Administrator Technician;
    AuditRead "audit.read": Administrator;
}

impl Verb {
    /// The verb that allows this one for what is not one's own, where there is such a difference.
    fn for_all(self) -> Option<Verb> {
        match self {
            Verb::AgentsStatus => Some(Verb::AgentsStatusOthers),
            Verb::CallsControl => Some(Verb::CallsControlOthers),
            Verb::RecordingsPlay => Some(Verb::RecordingsPlayAll),
            Verb::BoardRead | Verb::CallsRead | Verb::IntakesRead => Some(Verb::BoardAll),
            Verb::CallbacksRead | Verb::CallbacksClaim => Some(Verb::BoardAll),
            _ => None,
        }
    }

    /// Only a person at a screen may do it. A stolen token that could make another one, or give somebody a password, could not be revoked.
    fn by_hand(self) -> bool {
        matches!(self, Verb::TokensOwn | Verb::LoginsOwn | Verb::PeopleWrite)
    }

    /// An API token may be for it.
    pub fn by_program(self) -> bool {
        !self.by_hand()
    }
}

impl Role {
    /// The table, asked.
    pub fn may(self, verb: Verb) -> bool {
        verb.roles().contains(&self)
    }

    /// Dispatchers and supervisors have an extension and take calls.
    pub fn takes_calls(self) -> bool {
        matches!(self, Role::Dispatcher | Role::Supervisor)
    }
}

impl Who {
    /// Does this person have the verb, by the way they came in?
    pub fn may(&self, verb: Verb) -> bool {
        let through = match &self.through {
            Through::Cookie(_) | Through::Server => true,
            Through::Token(_, scopes) => !verb.by_hand() && scopes.as_ref().is_none_or(|scopes| scopes.contains(&verb)),
        };
        through && self.role.may(verb) && (!self.factor_due || verb == Verb::LoginsOwn)
    }

    /// What `Me.permissions` lists.
    pub fn permissions(&self) -> Vec<String> {
        Verb::ALL.iter().filter(|v| self.may(**v)).map(|v| v.name().to_owned()).collect()
    }

    /// What of its noun this person may do `verb` to.
    pub fn scope_of(&self, verb: Verb) -> Scope {
        let all = match verb.for_all() {
            Some(wide) => self.may(wide),
            // one arm a role: a new one must be thought about
            None => match self.role {
                Role::Dispatcher | Role::Supervisor | Role::Administrator => true,
                Role::Technician => false,
            },
        };
        match all {
            true => Scope::All,
            false => Scope::Own { person: self.id, queues: self.queues.clone() },
        }
    }
}

/// A verb as a type: [`can`] has one for each.
pub trait Can {
    const VERB: Verb;
}

/// A person whose role has the verb `V`. An operation that asks for this cannot be reached by others, and is refused before
/// its body is read; whether the person may do it to this object, [`may`] says.
pub struct Allowed<V> {
    who: Who,
    verb: PhantomData<V>,
}

impl<V> Deref for Allowed<V> {
    type Target = Who;

    fn deref(&self) -> &Who {
        &self.who
    }
}

impl<V: Can> Allowed<V> {
    /// What of its noun the operation may touch.
    pub fn scope(&self) -> Scope {
        self.who.scope_of(V::VERB)
    }
}

impl<V> Allowed<V> {
    pub fn into_who(self) -> Who {
        self.who
    }
}

impl<S: Send + Sync, V: Can> FromRequestParts<S> for Allowed<V>
where
    Logins: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Allowed<V>, Problem> {
        let Anyone(who) = Anyone::from_request_parts(parts, state).await?;
        may(&who, V::VERB, Object::Any)?;
        Ok(Allowed { who, verb: PhantomData })
    }
}

/// What the verb is about.
#[derive(Clone, Copy, Debug)]
pub enum Object<'a> {
    /// Nothing in particular: the list, the making of something new.
    Any,
    /// What is this person's: a token, a status, a call in the person's hands; None: nobody's.
    Of(Option<PersonId>),
    /// What belongs to a queue.
    Queue(&'a str),
}

/// Which things of a noun a person reaches. The noun makes one SQL condition of it (`tickets::scope`, `recordings::scope`,
/// `callbacks::scope`, `calls::scope`), for lists, counts and single things alike; what is out of scope does not exist for the asker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// What is this person's, or of these queues, as the noun says.
    Own {
        person: PersonId,
        queues: Vec<String>,
    },
}

/// May this person do this? Every check goes through here; a refusal is the answer to the request.
pub fn may(who: &Who, verb: Verb, object: Object<'_>) -> Result<(), Problem> {
    if !who.may(verb) {
        return Err(refused(who, verb));
    }
    let own = match object {
        Object::Any => true,
        Object::Of(person) => person == Some(who.id),
        Object::Queue(queue) => who.queues.iter().any(|own| own == queue),
    };
    let allowed = own || verb.for_all().is_some_and(|wide| who.may(wide));
    if allowed { Ok(()) } else { Err(refused(who, verb)) }
}

fn refused(who: &Who, verb: Verb) -> Problem {
    if who.factor_due {
        return Problem::factor_due();
    }
    if who.role.may(verb) && !who.may(verb) {
        let detail = format!("This API token does not allow {}.", verb.name());
        return Problem::new(StatusCode::FORBIDDEN, "token-scope", "Not allowed", detail);
    }
    Problem::forbidden(verb.name())
}

/// `+7 *** *** 12 34` for who may not see phones.
pub fn phone(who: &Who, phone: Option<String>) -> Option<String> {
    if who.may(Verb::PhonesReveal) { phone } else { phone.map(|p| mask_phone(&p)) }
}

/// `Иван П.` for who may not see names of residents.
pub fn name(who: &Who, name: String) -> String {
    if who.may(Verb::ResidentsRead) { name } else { mask_name(&name) }
}

pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    let tail: String = digits.iter().skip(digits.len().saturating_sub(2)).collect();
    format!("*** {}", if digits.len() > 6 { tail } else { String::new() }).trim_end().to_owned()
}

/// Russian full names begin with the family name: `Петров Иван Ильич` -> `Иван П.`; a single word: its first letter.
pub(super) fn mask_name(name: &str) -> String {
    let mut words = name.split_whitespace();
    let (family, given) = (words.next().unwrap_or_default(), words.next());
    let initial: String = family.chars().take(1).collect();
    match given {
        Some(given) => format!("{given} {initial}."),
        None if initial.is_empty() => String::new(),
        None => format!("{initial}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(role: Role) -> Who {
        Who { id: PersonId::from_u128(1), role, queues: vec!["main".into()], ..Who::nobody() }
    }

    #[test]
    fn roles_and_objects() {
        let (me, other) = (Object::Of(Some(PersonId::from_u128(1))), Object::Of(Some(PersonId::from_u128(2))));
        use Role::*;
        for (role, verb, object, expect) in [
            (Dispatcher, Verb::PeopleRead, Object::Any, false),
            (Administrator, Verb::PeopleWrite, Object::Any, true),
            (Technician, Verb::CallsRead, Object::Any, false),
            (Dispatcher, Verb::CallsControl, me, true),
            (Dispatcher, Verb::CallsControl, other, false),
            (Dispatcher, Verb::CallsControl, Object::Of(None), false),
            (Supervisor, Verb::CallsControl, other, true),
            (Dispatcher, Verb::BoardRead, Object::Queue("main"), true),
            (Dispatcher, Verb::BoardRead, Object::Queue("x"), false),
            (Administrator, Verb::BoardRead, Object::Queue("x"), true),
            (Dispatcher, Verb::AgentsStatus, other, false),
            (Supervisor, Verb::AgentsStatus, other, true),
            (Supervisor, Verb::TokensOwn, other, false),
        ] {
            assert_eq!(may(&who(role), verb, object).is_ok(), expect, "{role:?} {verb:?} {object:?}");
        }
    }

    #[test]
    fn a_scope_is_as_wide_as_the_verb() {
        use Role::*;
        let own = |role| who(role).scope_of(Verb::RecordingsPlay) != Scope::All;
        assert!(own(Dispatcher) && !own(Supervisor));
        let queues = vec!["main".into()];
        let scope = Scope::Own { person: PersonId::from_u128(1), queues };
        assert_eq!(who(Dispatcher).scope_of(Verb::CallbacksClaim), scope);
        assert_eq!(who(Dispatcher).scope_of(Verb::TicketsRead), Scope::All);
        assert_eq!(who(Technician).scope_of(Verb::TicketsRead), scope);
    }

    #[test]
    fn masks() {
        assert_eq!(mask_phone("+79161234567"), "*** 67");
        assert_eq!(mask_phone("112"), "***");
        assert_eq!(mask_name("Петров Иван Ильич"), "Иван П.");
        assert_eq!(mask_name("Smith"), "S.");
        assert_eq!(mask_name(""), "", "nobody is not a dot");
        assert_eq!(phone(&who(Role::Technician), Some("+79161234567".into())).as_deref(), Some("*** 67"));
        assert_eq!(phone(&who(Role::Dispatcher), Some("+79161234567".into())).as_deref(), Some("+79161234567"));
    }
}
