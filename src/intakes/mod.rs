//! Intakes: every contact of a client, written by machine, never deleted; each must end disposed.

pub mod act;
mod error;
pub mod http;
mod record;
pub mod store;

pub use error::Error;
pub use types::{DispositionCode, IntakeChannel, IntakeState};

/// What a dispatcher may say an intake came to.
pub struct Disposition {
    pub code: DispositionCode,
    pub name_ru: &'static str,
    pub name_en: &'static str,
    pub needs_comment: bool,
    pub needs_ticket: bool,
}

const fn disposition(code: DispositionCode, name_ru: &'static str, name_en: &'static str) -> Disposition {
    Disposition { code, name_ru, name_en, needs_comment: false, needs_ticket: false }
}

pub const DISPOSITIONS: &[Disposition] = &[
    Disposition {
        needs_ticket: true,
        ..disposition(DispositionCode::TicketCreated, "Создана заявка", "Ticket created")
    },
    Disposition {
        needs_ticket: true,
        ..disposition(DispositionCode::TicketLinked, "Привязано к заявке", "Linked to a ticket")
    },
    Disposition {
        needs_comment: true, ..disposition(DispositionCode::Consulted, "Консультация", "Consultation")
    },
    disposition(DispositionCode::CallbackDone, "Перезвонили", "Called back"),
    disposition(DispositionCode::Unreachable, "Не дозвонились", "Unreachable"),
    disposition(DispositionCode::WrongNumber, "Ошиблись номером", "Wrong number"),
    disposition(DispositionCode::Spam, "Спам", "Spam"),
    disposition(DispositionCode::Silent, "Молчание в трубке", "Silent call"),
    disposition(DispositionCode::Test, "Проверка связи", "Test call"),
    disposition(DispositionCode::Duplicate, "Повтор обращения", "Duplicate"),
];

pub fn known(code: DispositionCode) -> Option<&'static Disposition> {
    DISPOSITIONS.iter().find(|disposition| disposition.code == code)
}

/// Shortest comment of a consultation, characters.
pub const COMMENT_MIN: usize = 10;
