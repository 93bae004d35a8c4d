//! The classifier that a new installation begins with. The company may change the rows; they are written once.

use super::classifiers::{self, Classifier};
use super::clocks::Profile;
use super::rules::TicketKind;
use crate::db::{Db, Result, Tx};
use crate::on;
use types::ClassifierId;

const COUNT: &str = "SELECT count(*) FROM classifiers";

/// Ids of these rows: this number and the position. The same in every installation.
const IDS: u128 = 0x0190_0000_0000_7000_8000_c1a5_0000_0000;

/// Place ru, en; category ru, en; problem ru, en; kind; priority; profile; hint of the law; synonyms.
type Line =
    ([&'static str; 2], [&'static str; 2], [&'static str; 2], TicketKind, i64, Profile, &'static str, &'static str);

const FLAT: [&str; 2] = ["Квартира", "Flat"];
const ENTRANCE: [&str; 2] = ["Подъезд", "Entrance"];
const LIFT: [&str; 2] = ["Лифт", "Lift"];
const YARD: [&str; 2] = ["Двор", "Yard"];
const ROOF: [&str; 2] = ["Кровля и фасад", "Roof and facade"];
const BASEMENT: [&str; 2] = ["Подвал", "Basement"];
const PARKING: [&str; 2] = ["Паркинг", "Parking"];
const OFFICE: [&str; 2] = ["Офис УК", "Office"];
const ANY: [&str; 2] = ["Любое место", "Anywhere"];
const WATER: [&str; 2] = ["Вода", "Water"];
const HEAT: [&str; 2] = ["Отопление", "Heating"];
const POWER: [&str; 2] = ["Электричество", "Power"];
const SEWER: [&str; 2] = ["Канализация", "Sewer"];
const ACCESS: [&str; 2] = ["Доступ", "Access"];
const CLEAN: [&str; 2] = ["Уборка", "Cleaning"];
const PAPERS: [&str; 2] = ["Начисления и справки", "Charges and papers"];
const PAID: [&str; 2] = ["Платные работы", "Paid works"];
const ORDER: [&str; 2] = ["Порядок", "Order"];

const ACCIDENT: &str = "Локализация ≤ 30 мин, устранение ≤ 3 суток (ПП РФ 416, п. 13)";
const SEWER_BLOCK: &str = "Устранение засора ≤ 2 ч (ПП РФ 416, п. 13)";
const CHUTE_BLOCK: &str = "Устранение засора ≤ 2 ч, с 08:00 до 23:00 (ПП РФ 416, п. 13)";
const UTILITY_CHECK: &str = "Проверка ≤ 2 ч с обращения (ПП РФ 354, п. 108)";
const REPLY: &str = "Ответ ≤ 10 рабочих дней (ПП РФ 416)";
const INFORMATION: &str = "Сведения ≤ 5 рабочих дней (ПП РФ 491, п. 40)";
const GAS: &str = "Не наша служба: немедленно 104 или 112";

#[rustfmt::skip]
const LINES: &[Line] = &[
    (FLAT, WATER, ["Течь под напором, не перекрывается", "Leak under pressure, cannot shut off"], TicketKind::Emergency, 1, Profile::Accident, ACCIDENT, "прорыв трубы заливает потоп хлещет стояк flood burst pipe"),
    (FLAT, WATER, ["Заливают соседи сверху", "Water from the flat above"], TicketKind::Emergency, 1, Profile::Accident, ACCIDENT, "течет с потолка затопили протечка flooded ceiling"),
    (FLAT, WATER, ["Капает кран или подводка", "Dripping tap or hose"], TicketKind::Service, 3, Profile::SmallFault, "", "смеситель подтекает mixer"),
    (FLAT, WATER, ["Нет холодной воды", "No cold water"], TicketKind::UtilityQuality, 2, Profile::UtilityQuality, UTILITY_CHECK, "хвс отключили"),
    (FLAT, WATER, ["Нет горячей воды", "No hot water"], TicketKind::UtilityQuality, 2, Profile::UtilityQuality, UTILITY_CHECK, "гвс отключили"),
    (FLAT, WATER, ["Слабый напор", "Low pressure"], TicketKind::UtilityQuality, 3, Profile::UtilityQuality, UTILITY_CHECK, "давление плохо идет"),
    (FLAT, WATER, ["Горячая вода недостаточно горячая", "Hot water not hot enough"], TicketKind::UtilityQuality, 3, Profile::UtilityQuality, UTILITY_CHECK, "температура гвс чуть теплая"),
    (FLAT, WATER, ["Ржавая вода, запах", "Rusty water, smell"], TicketKind::UtilityQuality, 3, Profile::UtilityQuality, UTILITY_CHECK, "качество мутная"),
    (FLAT, HEAT, ["Прорыв батареи", "Burst radiator"], TicketKind::Emergency, 1, Profile::Accident, ACCIDENT, "радиатор течь отопления лопнула"),
    (FLAT, HEAT, ["Холодные батареи", "Cold radiators"], TicketKind::UtilityQuality, 2, Profile::UtilityQuality, UTILITY_CHECK, "радиатор не греет мерзнем холодно"),
    (FLAT, HEAT, ["Подтекает радиатор", "Radiator drips"], TicketKind::Service, 2, Profile::SmallFault, "", "батарея капает"),
    (FLAT, HEAT, ["Шум в стояке отопления", "Noise in the heating riser"], TicketKind::Service, 3, Profile::SmallFault, "", "гудит стучит труба"),
    (FLAT, POWER, ["Нет света в одной квартире", "No power in one flat"], TicketKind::Service, 2, Profile::SmallFault, "", "электричество выбило автомат"),
    (FLAT, POWER, ["Искрит, пахнет гарью", "Sparks, smell of burning"], TicketKind::Emergency, 1, Profile::Accident, ACCIDENT, "проводка розетка щиток дым"),
    (FLAT, SEWER, ["Засор, поднимается вода", "Blockage, water rises"], TicketKind::Emergency, 1, Profile::SewerBlock, SEWER_BLOCK, "канализация унитаз раковина стоки"),
    (FLAT, SEWER, ["Запах канализации", "Smell of sewage"], TicketKind::Service, 3, Profile::SmallFault, "", "воняет"),
    (FLAT, ["Вентиляция", "Ventilation"], ["Не работает вытяжка", "No draught"], TicketKind::Service, 3, Profile::SmallFault, "", "обратная тяга"),
    (FLAT, PAID, ["Вызов сантехника", "Plumber"], TicketKind::PaidService, 3, Profile::PaidService, "", "платная заменить кран установить"),
    (FLAT, PAID, ["Вызов электрика", "Electrician"], TicketKind::PaidService, 3, Profile::PaidService, "", "платная люстра розетка"),
    (FLAT, PAID, ["Мастер на час", "Handyman"], TicketKind::PaidService, 4, Profile::PaidService, "", "платная мелкий ремонт"),
    (ENTRANCE, POWER, ["Нет света в подъезде или секции", "No power in the section"], TicketKind::Emergency, 1, Profile::Accident, ACCIDENT, "электричество стояк весь дом"),
    (ENTRANCE, POWER, ["Не горит лампа", "Lamp out"], TicketKind::Service, 3, Profile::SmallFault, "", "освещение темно лампочка"),
    (ENTRANCE, ["Мусоропровод", "Garbage chute"], ["Засор мусоропровода", "Chute blocked"], TicketKind::Service, 2, Profile::ChuteBlock, CHUTE_BLOCK, "забит мусор"),
    (ENTRANCE, CLEAN, ["Грязно, не убрано", "Dirty, not cleaned"], TicketKind::Service, 3, Profile::SmallFault, "", "уборка мыть"),
    (ENTRANCE, ACCESS, ["Не работает домофон", "Intercom fault"], TicketKind::Service, 3, Profile::SmallFault, "", "ключ трубка не открывается"),
    (ENTRANCE, ACCESS, ["Не закрывается дверь", "Door does not close"], TicketKind::Service, 3, Profile::SmallFault, "", "доводчик замок входная"),
    (ENTRANCE, HEAT, ["Холодно в подъезде", "Entrance is cold"], TicketKind::Service, 3, Profile::SmallFault, "", "батарея окно"),
    (LIFT, LIFT, ["Застряли люди", "People stuck"], TicketKind::Emergency, 1, Profile::LiftRelease, "Освобождение ≤ 30 мин", "лифт застрял человек кабина"),
    (LIFT, LIFT, ["Лифт не работает", "Lift does not run"], TicketKind::Service, 2, Profile::Internal, "", "стоит не едет сломан"),
    (LIFT, LIFT, ["Шум, рывки, не горит кнопка", "Noise, jerks, button dead"], TicketKind::Service, 3, Profile::Internal, "", "лифт дергается"),
    (BASEMENT, SEWER, ["Затопление подвала", "Basement flooded"], TicketKind::Emergency, 1, Profile::SewerBlock, SEWER_BLOCK, "засор вода в подвале"),
    (BASEMENT, ["Животные", "Animals"], ["Насекомые, грызуны", "Insects, rodents"], TicketKind::Service, 3, Profile::SmallFault, "", "крысы мыши тараканы дератизация"),
    (ROOF, ["Кровля", "Roof"], ["Протечка кровли", "Roof leak"], TicketKind::Emergency, 2, Profile::Accident, ACCIDENT, "крыша течет с потолка последний этаж"),
    (ROOF, ["Кровля", "Roof"], ["Сосульки, наледь", "Icicles"], TicketKind::Emergency, 2, Profile::SmallFault, "", "лед снег с крыши опасно"),
    (ROOF, ["Фасад", "Facade"], ["Промерзает стена, шов", "Wall or joint lets the cold in"], TicketKind::Service, 3, Profile::SmallFault, "", "дует межпанельный"),
    (YARD, CLEAN, ["Не убран снег, наледь", "Snow, ice"], TicketKind::Service, 3, Profile::SmallFault, "", "гололед посыпать песок"),
    (YARD, CLEAN, ["Мусор во дворе, контейнеры", "Rubbish, bins"], TicketKind::Service, 3, Profile::SmallFault, "", "не вывезли площадка"),
    (YARD, POWER, ["Не горит фонарь", "Street lamp out"], TicketKind::Service, 3, Profile::SmallFault, "", "освещение двор темно"),
    (YARD, ["Благоустройство", "Grounds"], ["Сломана площадка, скамья", "Broken bench or playground"], TicketKind::Service, 3, Profile::SmallFault, "", "качели детская"),
    (PARKING, ACCESS, ["Не работает шлагбаум, ворота", "Barrier or gate fault"], TicketKind::Service, 2, Profile::SmallFault, "", "паркинг не открывается пульт"),
    (PARKING, ACCESS, ["Не работает камера", "Camera fault"], TicketKind::Service, 3, Profile::SmallFault, "", "видеонаблюдение cctv"),
    (PARKING, ORDER, ["Чужая машина на месте", "Car on someone's place"], TicketKind::Complaint, 3, Profile::Internal, "", "парковка занято"),
    (OFFICE, PAPERS, ["Вопрос по квитанции", "Question about the bill"], TicketKind::InfoRequest, 3, Profile::AppealOwner, REPLY, "начисление оплата счет"),
    (OFFICE, PAPERS, ["Несогласие с начислением, перерасчёт", "Disputed charge"], TicketKind::Appeal, 3, Profile::AppealOwner, REPLY, "пересчет квитанция"),
    (OFFICE, PAPERS, ["Сведения о работах и услугах", "Information about works"], TicketKind::InfoRequest, 3, Profile::Info491, INFORMATION, "перечень объем качество"),
    (OFFICE, PAPERS, ["Справка, выписка", "Certificate, extract"], TicketKind::InfoRequest, 3, Profile::AppealOwner, REPLY, "документ паспортный стол"),
    (OFFICE, PAPERS, ["Обращение не собственника", "Request of another person"], TicketKind::Appeal, 3, Profile::AppealOther, "Ответ ≤ 30 дней", ""),
    (OFFICE, ["Приборы учёта", "Meters"], ["Показания, поверка счётчика", "Readings, meter check"], TicketKind::InfoRequest, 4, Profile::Internal, "", "счетчик пломба опломбировка"),
    (OFFICE, ["Пропуска", "Passes"], ["Заказ пропуска", "Pass"], TicketKind::PassRequest, 3, Profile::Internal, "", "гость машина курьер"),
    (ANY, ["Газ", "Gas"], ["Запах газа", "Smell of gas"], TicketKind::Emergency, 1, Profile::Internal, GAS, "утечка 104 112"),
    (ANY, ORDER, ["Шум", "Noise"], TicketKind::Complaint, 3, Profile::Internal, "", "ремонт ночью музыка соседи"),
    (ANY, ORDER, ["Безопасность, посторонние", "Safety, strangers"], TicketKind::Complaint, 2, Profile::Internal, "", "охрана подозрительные"),
    (ANY, ["Жалоба", "Complaint"], ["Жалоба на работу сотрудника", "Complaint about an employee"], TicketKind::Complaint, 3, Profile::Internal, "", "грубость не пришел"),
];

/// The id of the n-th line, from 0.
pub fn id(n: usize) -> ClassifierId {
    ClassifierId::from_u128(IDS + n as u128)
}

/// How many lines there are.
pub fn len() -> usize {
    LINES.len()
}

/// Writes the classifier into a database that has none.
pub async fn ensure(db: &Db) -> Result<()> {
    let mut tx = db.write().await?;
    ensure_in(&mut tx).await?;
    tx.commit().await
}

pub async fn ensure_in(tx: &mut Tx) -> Result<()> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await)?;
    if n > 0 {
        return Ok(());
    }
    for (n, (place, category, problem, kind, priority, profile, hint, synonyms)) in LINES.iter().enumerate() {
        let line = Classifier {
            id: id(n),
            position: i64::try_from(n).unwrap_or(i64::MAX),
            place_ru: place[0].to_owned(),
            place_en: place[1].to_owned(),
            category_ru: category[0].to_owned(),
            category_en: category[1].to_owned(),
            problem_ru: problem[0].to_owned(),
            problem_en: problem[1].to_owned(),
            kind: *kind,
            priority: *priority,
            profile: (*profile).to_owned(),
            law_hint: (*hint).to_owned(),
            synonyms: (*synonyms).to_owned(),
            active: true,
            version: 1,
        };
        classifiers::insert(tx, &line).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_priority() {
        for (place, _, problem, _, priority, ..) in LINES {
            assert!((1..=4).contains(priority), "{place:?} {problem:?}");
        }
    }
}
