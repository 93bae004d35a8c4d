//! The fixed prompts, by id.

use crate::Locale;

/// One whole recorded sentence.
#[derive(Clone, Copy, Debug)]
pub struct Prompt {
    pub id: &'static str,
    pub ru: &'static str,
    /// Empty: not said in English.
    pub en: &'static str,
}

impl Prompt {
    /// None: not said in this locale.
    pub fn text(&self, locale: Locale) -> Option<&'static str> {
        let text = match locale {
            Locale::Ru => self.ru,
            Locale::En => self.en,
        };
        (!text.is_empty()).then_some(text)
    }
}

/// "There is no such key", before the prompt is said again.
pub const WRONG: &str = "wrong";
/// "Too few digits", before the prompt is said again.
pub const TOO_SHORT: &str = "too_short";
/// The system is degraded, a dispatcher takes over (G7).
pub const SYSTEM_DEGRADED: &str = "sys_deg";
/// "Connecting you to a dispatcher."
pub const CONNECT: &str = "connect";

/// Places and waits up to this are one clip each: they are heard most, and a whole sentence sounds better than words.
pub(super) const WHOLE_MAX: u32 = 10;

/// All fixed prompts.
pub fn prompts() -> &'static [Prompt] {
    &PROMPTS
}

const fn prompt(id: &'static str, ru: &'static str, en: &'static str) -> Prompt {
    Prompt { id, ru, en }
}

const PROMPTS: [Prompt; 23] = [
    // Both together stay below 12 s (G4).
    prompt(
        "greet",
        "Здравствуйте! Диспетчерская служба. Разговор записывается.",
        "Hello, this is the dispatch desk. The call is recorded.",
    ),
    prompt(
        "emer_hint",
        "Авария, прорыв воды, застрял лифт: нажмите один. Запах газа: звоните сто четыре.",
        "For an emergency, such as a burst pipe or a stuck lift, press one. If you smell gas, call one zero four.",
    ),
    // Said in English in the middle of the Russian greeting; the English greeting does not need it.
    prompt("lang", "For English, press nine.", ""),
    prompt(
        "menu",
        "Статус заявки: два. Диспетчер: ноль, или оставайтесь на линии.",
        "Request status, two. Dispatcher, zero, or stay on the line.",
    ),
    prompt(WRONG, "Такого варианта нет.", "There is no such option."),
    prompt(TOO_SHORT, "Набрано слишком мало цифр.", "That is too few digits."),
    prompt("st_ask", "Наберите номер заявки и решётку.", "Enter the request number, then hash."),
    prompt(
        "st_last4",
        "Наберите последние четыре цифры телефона, который указан в заявке.",
        "Enter the last four digits of the phone number given in the request.",
    ),
    prompt(
        "st_none",
        "Такую заявку не нашли. Повторить: один, диспетчер: ноль.",
        "No such request was found. To try again, one. Dispatcher, zero.",
    ),
    prompt("st_more", "Следующая: один. Диспетчер: ноль.", "Next, one. Dispatcher, zero."),
    prompt("st_last", "Повторить: звёздочка. Диспетчер: ноль.", "To repeat, star. Dispatcher, zero."),
    prompt("goodbye", "Спасибо за звонок. До свидания.", "Thank you for calling. Goodbye."),
    prompt(
        "e_wait",
        "Соединяем с аварийным диспетчером. Не кладите трубку.",
        "Connecting you to the emergency dispatcher. Please hold.",
    ),
    prompt(
        "e_all",
        "Диспетчеры заняты авариями. Вы в приоритетной очереди, номер",
        "The dispatchers are on emergencies. You are in the priority queue, number",
    ),
    prompt(
        "e_all_far",
        "Диспетчеры заняты авариями. Вы в приоритетной очереди.",
        "The dispatchers are on emergencies. You are in the priority queue.",
    ),
    prompt(
        "q_far",
        "Вы в очереди. Сейчас очень много звонков.",
        "You are in the queue. There are very many calls now.",
    ),
    prompt(
        "q_hold",
        "Пожалуйста, оставайтесь на линии. Вам ответят.",
        "Please stay on the line. Your call will be answered.",
    ),
    prompt("q_sorry", "Извините за ожидание.", "We are sorry for the wait."),
    prompt(CONNECT, "Соединяем с диспетчером.", "Connecting you to a dispatcher."),
    prompt("hold", "Пожалуйста, подождите.", "Please wait."),
    prompt(
        "closed",
        "Сейчас нерабочее время. Соединяем с дежурным диспетчером.",
        "The office is closed now. Connecting you to the dispatcher on duty.",
    ),
    prompt(
        SYSTEM_DEGRADED,
        "Система обновляется. Соединяем с диспетчером.",
        "The system is updating. Connecting you to a dispatcher.",
    ),
    prompt(
        "failed",
        "Не удалось соединить. Мы перезвоним вам.",
        "The call could not be connected. We will call you back.",
    ),
];

/// Ticket states as they are said: word, Russian, English.
pub(super) const STATES: [(&str, &str, &str); 12] = [
    ("new", "новая", "new"),
    ("assigned", "назначена", "assigned"),
    ("accepted", "мастер принял", "accepted by the master"),
    ("en_route", "мастер в пути", "on the way"),
    ("in_progress", "в работе", "in progress"),
    ("on_hold", "отложена", "on hold"),
    ("done", "выполнена, ждём вашего подтверждения", "done, waiting for your confirmation"),
    ("closed", "закрыта", "closed"),
    ("rejected", "отклонена", "declined"),
    ("cancelled", "отменена", "cancelled"),
    ("merged", "объединена с другой заявкой", "joined with another request"),
    ("unknown", "уточните у диспетчера", "please ask the dispatcher"),
];
