//! Intakes: every contact of a client, written by machine, never deleted; each must end disposed (domain.md 1.3.1).

pub mod act;
pub mod http;
pub mod store;

/// What a dispatcher may say an intake came to. Machines say more: self_service_done, silent, wrong_number.
pub struct Disposition {
    pub code: &'static str,
    pub name_ru: &'static str,
    pub name_en: &'static str,
    pub needs_comment: bool,
    pub needs_ticket: bool,
}

const fn disposition(code: &'static str, name_ru: &'static str, name_en: &'static str) -> Disposition {
    Disposition { code, name_ru, name_en, needs_comment: false, needs_ticket: false }
}

pub const DISPOSITIONS: &[Disposition] = &[
    Disposition {
        needs_ticket: true, ..disposition("ticket_created", "Создана заявка", "Ticket created")
    },
    Disposition {
        needs_ticket: true, ..disposition("ticket_linked", "Привязано к заявке", "Linked to a ticket")
    },
    Disposition { needs_comment: true, ..disposition("consulted", "Консультация", "Consultation") },
    disposition("callback_done", "Перезвонили", "Called back"),
    disposition("unreachable", "Не дозвонились", "Unreachable"),
    disposition("wrong_number", "Ошиблись номером", "Wrong number"),
    disposition("spam", "Спам", "Spam"),
    disposition("silent", "Молчание в трубке", "Silent call"),
    disposition("test", "Проверка связи", "Test call"),
    disposition("duplicate", "Повтор обращения", "Duplicate"),
];

pub fn known(code: &str) -> Option<&'static Disposition> {
    DISPOSITIONS.iter().find(|disposition| disposition.code == code)
}

/// Shortest comment of a consultation, characters.
pub const COMMENT_MIN: usize = 10;
