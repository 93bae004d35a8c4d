//! The pages that the `type` of a problem document leads to: what happened, and what to do about it.

use crate::http::Problem;
use axum::extract::Path;
use axum::response::Html;

/// The slug of each problem, and the remedy in Russian and in English.
const PROBLEMS: &[(&str, &str, &str)] = &[
    ("bad-master", "Объединяйте с незакрытой заявкой того же дома.", "Merge into an open ticket of the same building."),
    ("challenge-over", "Введите логин и пароль ещё раз.", "Give the login and the password again."),
    (
        "claimed",
        "Звонок уже взял другой сотрудник: обновите список.",
        "A colleague has claimed it: read the list again.",
    ),
    (
        "erased",
        "Данные этого клиента удалены, и вернуть их нельзя. Если он обратился снова, заведите новую карточку.",
        "The data of this contact was erased and cannot come back. For a client who calls again, make a new contact.",
    ),
    (
        "erasure-blocked",
        "Сначала закройте или отмените открытые заявки клиента, завершите перезвоны и разговор, снимите запрет на удаление с записей: `current` перечисляет их.",
        "Close or cancel the client's open tickets first, settle the callbacks, wait for the end of the call, lift the legal holds: `current` lists them.",
    ),
    (
        "forbidden",
        "У вашей роли нет этого права. Обратитесь к старшему смены или администратору.",
        "Your role lacks this right. Ask a supervisor or an administrator.",
    ),
    (
        "host",
        "Откройте сервер по одному из имён, указанных в его настройках.",
        "Use one of the host names of the server's configuration.",
    ),
    (
        "id-in-use",
        "Для нового запроса создайте новый идентификатор; тот же идентификатор — только для повтора того же запроса.",
        "Make a new id for a new request; the same id is for sending the same request again.",
    ),
    (
        "illegal-transition",
        "Прочитайте заявку заново: поле `allowed` перечисляет, что с ней можно сделать сейчас.",
        "Read the ticket again: `allowed` lists what can be done with it now.",
    ),
    (
        "in-use",
        "На удаляемое ссылаются жильцы или заявки: сначала перенесите их.",
        "Residents or tickets point at what would be removed: move them first.",
    ),
    (
        "internal",
        "Это ошибка сервера, она записана в журнал. Сообщите администратору номер из поля `instance`.",
        "The server failed, and the failure is in its log. Give an administrator the id in `instance`.",
    ),
    ("invalid", "Исправьте поля, перечисленные в `errors`.", "Correct the fields that `errors` names."),
    (
        "last-administrator",
        "Сначала сделайте администратором кого-нибудь ещё.",
        "Make somebody else an administrator first.",
    ),
    (
        "malformed",
        "Исправьте запрос: если в `errors` назван параметр, дело в нём; какие параметры есть, сказано в /api/v1/openapi.json.",
        "Correct the request: where `errors` names a parameter, it is that one; /api/v1/openapi.json has all of them.",
    ),
    (
        "media-type",
        "Отправьте тело как `Content-Type: application/json`.",
        "Send the body as `Content-Type: application/json`.",
    ),
    (
        "method",
        "Этот адрес не знает такого метода; методы перечислены в /api/v1/openapi.json.",
        "This URL does not allow the method; /api/v1/openapi.json lists those that it does.",
    ),
    (
        "merged",
        "Этот клиент объединён с другим: работайте с карточкой, которая названа в `detail`.",
        "This contact was merged into another: use the one that `detail` names.",
    ),
    (
        "no-device",
        "Подключите телефон: откройте страницу диспетчера или включите настольный аппарат.",
        "Connect a phone: open the desk page or switch the desk phone on.",
    ),
    (
        "not-found",
        "Проверьте идентификатор: такого объекта нет, или он вам недоступен.",
        "Check the id: there is no such thing, or it is out of your reach.",
    ),
    (
        "no-key-host",
        "Укажите имя сервера в настройке `http.hosts`: ключ безопасности действует только для него.",
        "Name the server's host in `http.hosts`: a security key answers for that name only.",
    ),
    ("deleted", "Срок хранения записи прошёл, её больше нет.", "The recording's time was over, and it is gone."),
    (
        "not-yours",
        "Разговор ведёт или завершает другой сотрудник: итог скажет он или старший смены.",
        "Another agent is on this call or has just ended it: the outcome is theirs or a supervisor's.",
    ),
    (
        "origin",
        "Запросы с cookie принимаются только со страниц этого сервера; программам нужен токен API.",
        "Requests with the cookie are taken from this server's own pages only; programs use an API token.",
    ),
    (
        "others-callback",
        "Клиенту должны перезвонить из другой очереди: итог обращения укажет тот, кто перезвонит, или старший смены.",
        "The caller is owed a call back by another queue: whoever makes it says what came of the intake, or a supervisor.",
    ),
    ("range", "Запросите часть записи в пределах её длины.", "Ask for a range within the recording."),
    (
        "second-factor",
        "Второй фактор уже настроен: сначала удалите его в профиле.",
        "There is a second factor already: remove it in your profile first.",
    ),
    (
        "second-factor-due",
        "Настройте второй фактор в своём профиле: без него ваша роль не может работать.",
        "Set up a second factor in your profile: your role may do nothing else without it.",
    ),
    (
        "second-factor-own",
        "Свой второй фактор удаляйте в профиле; если телефон и коды утеряны, его сбросит другой администратор или команда `linedesk people reset-second-factor`.",
        "Remove your own in your profile; when phone and codes are lost, another administrator resets it, or `linedesk people reset-second-factor`.",
    ),
    ("settled", "Перезванивать уже не нужно: обновите список.", "The callback is settled: read the list again."),
    (
        "stale",
        "Объект изменился после того, как вы его прочитали. В `current` он показан таким, какой он сейчас: повторите изменение с его `version`.",
        "It changed since you read it. `current` shows it as it is now: make the change again with its `version`.",
    ),
    ("taken", "Такое значение уже занято: выберите другое.", "This value is taken: choose another one."),
    ("target-busy", "Выберите другого сотрудника или очередь.", "Choose another colleague, or a queue."),
    ("too-large", "Тело запроса слишком велико: уменьшите его.", "The body is too large: send less."),
    ("token-scope", "Создайте токен, которому это разрешено.", "Make a token with the scope that this needs."),
    (
        "too-late",
        "Заявка закрыта больше 30 дней назад: зарегистрируйте новую.",
        "It was closed more than 30 days ago: register a new ticket.",
    ),
    (
        "too-many",
        "Подождите столько секунд, сколько сказано в `Retry-After`.",
        "Wait for as many seconds as `Retry-After` says.",
    ),
    (
        "too-many-drafts",
        "Слишком много разговоров без итога: укажите итоги некоторых из них.",
        "Too many calls have no disposition: dispose of some of them first.",
    ),
    ("too-many-keys", "Удалите ключи, которыми больше не пользуетесь.", "Remove keys that are not used any more."),
    ("too-many-tokens", "Удалите токены, которые больше не нужны.", "Delete tokens that are not needed any more."),
    (
        "unauthorized",
        "Войдите в систему или отправьте токен: `Authorization: Bearer …`.",
        "Log in, or send a token: `Authorization: Bearer …`.",
    ),
    (
        "unavailable",
        "База данных недоступна. Повторите запрос через столько секунд, сколько сказано в `Retry-After`.",
        "The database cannot be reached. Send the request again after as many seconds as `Retry-After` says.",
    ),
    (
        "wrong-code",
        "Введите новый код из приложения или один из резервных кодов; проверьте, верно ли время на телефоне.",
        "Give a fresh code of the app, or one of the recovery codes; check the time of the phone.",
    ),
    ("wrong-password", "Проверьте логин и пароль.", "Check the login and the password."),
    (
        "wrong-stage",
        "Звонок уже в другом состоянии: обновите его.",
        "The call is in another stage by now: read it again.",
    ),
];

/// `GET /problems/{slug}`
pub async fn page(Path(slug): Path<String>) -> Result<Html<String>, Problem> {
    let found = PROBLEMS.iter().find(|(known, ..)| *known == slug);
    let (slug, ru, en) = found.ok_or_else(|| Problem::not_found("problem"))?;
    Ok(Html(format!(
        "<!doctype html><html lang=ru><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
        <title>{slug} · Linedesk</title><h1>{slug}</h1><p>{ru}</p><p lang=en>{en}</p>"
    )))
}
