//! The classifier that a new installation begins with. The company may change the rows; they are written once.

use super::classifiers::{self, Classifier};
use super::rules::Kind;
use crate::db::{Db, Result, Tx};
use crate::on;
use types::ClassifierId;

const COUNT: &str = "SELECT count(*) FROM classifiers";

/// Ids of these rows: this number and the position. The same in every installation.
const IDS: u128 = 0x0190_0000_0000_7000_8000_c1a5_0000_0000;

/// Place ru, en; category ru, en; problem ru, en; kind; priority; profile; hint of the law; synonyms.
type Line =
    ([&'static str; 2], [&'static str; 2], [&'static str; 2], Kind, i64, &'static str, &'static str, &'static str);

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

const N4: &str = "Локализация ≤ 30 мин, устранение ≤ 3 суток (ПП РФ 416, п. 13)";
const N5: &str = "Устранение засора ≤ 2 ч (ПП РФ 416, п. 13)";
const N6: &str = "Устранение засора ≤ 2 ч, с 08:00 до 23:00 (ПП РФ 416, п. 13)";
const N20: &str = "Проверка ≤ 2 ч с обращения (ПП РФ 354, п. 108)";
const N18: &str = "Ответ ≤ 10 рабочих дней (ПП РФ 416)";
const N19: &str = "Сведения ≤ 5 рабочих дней (ПП РФ 491, п. 40)";
const GAS: &str = "Не наша служба: немедленно 104 или 112";

#[rustfmt::skip]
const LINES: &[Line] = &[
    (FLAT, WATER, ["Течь под напором, не перекрывается", "Leak under pressure, cannot shut off"], Kind::Emergency, 1, "accident", N4, "прорыв трубы заливает потоп хлещет стояк flood burst pipe"),
    (FLAT, WATER, ["Заливают соседи сверху", "Water from the flat above"], Kind::Emergency, 1, "accident", N4, "течет с потолка затопили протечка flooded ceiling"),
    (FLAT, WATER, ["Капает кран или подводка", "Dripping tap or hose"], Kind::Service, 3, "small_fault", "", "смеситель подтекает mixer"),
    (FLAT, WATER, ["Нет холодной воды", "No cold water"], Kind::UtilityQuality, 2, "utility_quality", N20, "хвс отключили"),
    (FLAT, WATER, ["Нет горячей воды", "No hot water"], Kind::UtilityQuality, 2, "utility_quality", N20, "гвс отключили"),
    (FLAT, WATER, ["Слабый напор", "Low pressure"], Kind::UtilityQuality, 3, "utility_quality", N20, "давление плохо идет"),
    (FLAT, WATER, ["Горячая вода недостаточно горячая", "Hot water not hot enough"], Kind::UtilityQuality, 3, "utility_quality", N20, "температура гвс чуть теплая"),
    (FLAT, WATER, ["Ржавая вода, запах", "Rusty water, smell"], Kind::UtilityQuality, 3, "utility_quality", N20, "качество мутная"),
    (FLAT, HEAT, ["Прорыв батареи", "Burst radiator"], Kind::Emergency, 1, "accident", N4, "радиатор течь отопления лопнула"),
    (FLAT, HEAT, ["Холодные батареи", "Cold radiators"], Kind::UtilityQuality, 2, "utility_quality", N20, "радиатор не греет мерзнем холодно"),
    (FLAT, HEAT, ["Подтекает радиатор", "Radiator drips"], Kind::Service, 2, "small_fault", "", "батарея капает"),
    (FLAT, HEAT, ["Шум в стояке отопления", "Noise in the heating riser"], Kind::Service, 3, "small_fault", "", "гудит стучит труба"),
    (FLAT, POWER, ["Нет света в одной квартире", "No power in one flat"], Kind::Service, 2, "small_fault", "", "электричество выбило автомат"),
    (FLAT, POWER, ["Искрит, пахнет гарью", "Sparks, smell of burning"], Kind::Emergency, 1, "accident", N4, "проводка розетка щиток дым"),
    (FLAT, SEWER, ["Засор, поднимается вода", "Blockage, water rises"], Kind::Emergency, 1, "sewer_block", N5, "канализация унитаз раковина стоки"),
    (FLAT, SEWER, ["Запах канализации", "Smell of sewage"], Kind::Service, 3, "small_fault", "", "воняет"),
    (FLAT, ["Вентиляция", "Ventilation"], ["Не работает вытяжка", "No draught"], Kind::Service, 3, "small_fault", "", "обратная тяга"),
    (FLAT, PAID, ["Вызов сантехника", "Plumber"], Kind::PaidService, 3, "paid_service", "", "платная заменить кран установить"),
    (FLAT, PAID, ["Вызов электрика", "Electrician"], Kind::PaidService, 3, "paid_service", "", "платная люстра розетка"),
    (FLAT, PAID, ["Мастер на час", "Handyman"], Kind::PaidService, 4, "paid_service", "", "платная мелкий ремонт"),
    (ENTRANCE, POWER, ["Нет света в подъезде или секции", "No power in the section"], Kind::Emergency, 1, "accident", N4, "электричество стояк весь дом"),
    (ENTRANCE, POWER, ["Не горит лампа", "Lamp out"], Kind::Service, 3, "small_fault", "", "освещение темно лампочка"),
    (ENTRANCE, ["Мусоропровод", "Garbage chute"], ["Засор мусоропровода", "Chute blocked"], Kind::Service, 2, "chute_block", N6, "забит мусор"),
    (ENTRANCE, CLEAN, ["Грязно, не убрано", "Dirty, not cleaned"], Kind::Service, 3, "small_fault", "", "уборка мыть"),
    (ENTRANCE, ACCESS, ["Не работает домофон", "Intercom fault"], Kind::Service, 3, "small_fault", "", "ключ трубка не открывается"),
    (ENTRANCE, ACCESS, ["Не закрывается дверь", "Door does not close"], Kind::Service, 3, "small_fault", "", "доводчик замок входная"),
    (ENTRANCE, HEAT, ["Холодно в подъезде", "Entrance is cold"], Kind::Service, 3, "small_fault", "", "батарея окно"),
    (LIFT, LIFT, ["Застряли люди", "People stuck"], Kind::Emergency, 1, "lift_release", "Освобождение ≤ 30 мин", "лифт застрял человек кабина"),
    (LIFT, LIFT, ["Лифт не работает", "Lift does not run"], Kind::Service, 2, "internal", "", "стоит не едет сломан"),
    (LIFT, LIFT, ["Шум, рывки, не горит кнопка", "Noise, jerks, button dead"], Kind::Service, 3, "internal", "", "лифт дергается"),
    (BASEMENT, SEWER, ["Затопление подвала", "Basement flooded"], Kind::Emergency, 1, "sewer_block", N5, "засор вода в подвале"),
    (BASEMENT, ["Животные", "Animals"], ["Насекомые, грызуны", "Insects, rodents"], Kind::Service, 3, "small_fault", "", "крысы мыши тараканы дератизация"),
    (ROOF, ["Кровля", "Roof"], ["Протечка кровли", "Roof leak"], Kind::Emergency, 2, "accident", N4, "крыша течет с потолка последний этаж"),
    (ROOF, ["Кровля", "Roof"], ["Сосульки, наледь", "Icicles"], Kind::Emergency, 2, "small_fault", "", "лед снег с крыши опасно"),
    (ROOF, ["Фасад", "Facade"], ["Промерзает стена, шов", "Wall or joint lets the cold in"], Kind::Service, 3, "small_fault", "", "дует межпанельный"),
    (YARD, CLEAN, ["Не убран снег, наледь", "Snow, ice"], Kind::Service, 3, "small_fault", "", "гололед посыпать песок"),
    (YARD, CLEAN, ["Мусор во дворе, контейнеры", "Rubbish, bins"], Kind::Service, 3, "small_fault", "", "не вывезли площадка"),
    (YARD, POWER, ["Не горит фонарь", "Street lamp out"], Kind::Service, 3, "small_fault", "", "освещение двор темно"),
    (YARD, ["Благоустройство", "Grounds"], ["Сломана площадка, скамья", "Broken bench or playground"], Kind::Service, 3, "small_fault", "", "качели детская"),
    (PARKING, ACCESS, ["Не работает шлагбаум, ворота", "Barrier or gate fault"], Kind::Service, 2, "small_fault", "", "паркинг не открывается пульт"),
    (PARKING, ACCESS, ["Не работает камера", "Camera fault"], Kind::Service, 3, "small_fault", "", "видеонаблюдение cctv"),
    (PARKING, ORDER, ["Чужая машина на месте", "Car on someone's place"], Kind::Complaint, 3, "internal", "", "парковка занято"),
    (OFFICE, PAPERS, ["Вопрос по квитанции", "Question about the bill"], Kind::InfoRequest, 3, "appeal_owner", N18, "начисление оплата счет"),
    (OFFICE, PAPERS, ["Несогласие с начислением, перерасчёт", "Disputed charge"], Kind::Appeal, 3, "appeal_owner", N18, "пересчет квитанция"),
    (OFFICE, PAPERS, ["Сведения о работах и услугах", "Information about works"], Kind::InfoRequest, 3, "info_491", N19, "перечень объем качество"),
    (OFFICE, PAPERS, ["Справка, выписка", "Certificate, extract"], Kind::InfoRequest, 3, "appeal_owner", N18, "документ паспортный стол"),
    (OFFICE, PAPERS, ["Обращение не собственника", "Request of another person"], Kind::Appeal, 3, "appeal_other", "Ответ ≤ 30 дней", ""),
    (OFFICE, ["Приборы учёта", "Meters"], ["Показания, поверка счётчика", "Readings, meter check"], Kind::InfoRequest, 4, "internal", "", "счетчик пломба опломбировка"),
    (OFFICE, ["Пропуска", "Passes"], ["Заказ пропуска", "Pass"], Kind::PassRequest, 3, "internal", "", "гость машина курьер"),
    (ANY, ["Газ", "Gas"], ["Запах газа", "Smell of gas"], Kind::Emergency, 1, "internal", GAS, "утечка 104 112"),
    (ANY, ORDER, ["Шум", "Noise"], Kind::Complaint, 3, "internal", "", "ремонт ночью музыка соседи"),
    (ANY, ORDER, ["Безопасность, посторонние", "Safety, strangers"], Kind::Complaint, 2, "internal", "", "охрана подозрительные"),
    (ANY, ["Жалоба", "Complaint"], ["Жалоба на работу сотрудника", "Complaint about an employee"], Kind::Complaint, 3, "internal", "", "грубость не пришел"),
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
    use crate::tickets::clocks::PROFILES;

    #[test]
    fn every_line_names_a_known_profile_and_a_priority() {
        for (place, _, problem, _, priority, profile, ..) in LINES {
            assert!(PROFILES.contains(profile), "{place:?} {problem:?}: {profile}");
            assert!((1..=4).contains(priority));
        }
    }
}
