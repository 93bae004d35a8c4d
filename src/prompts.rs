//! The prompt and flow store: what is built into the program, with the customer's folders laid over it file by file.

use crate::config::{Config, Fault};
use ivr::{ClipName, Flow, Locale, say};
use media::Sound;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

#[derive(RustEmbed)]
#[folder = "config/prompts"]
struct BuiltInPrompts;

#[derive(RustEmbed)]
#[folder = "config/flows"]
struct BuiltInFlows;

pub const LOCALES: [Locale; 2] = [Locale::Ru, Locale::En];

/// Every clip in every locale.
pub type Prompts = HashMap<(Locale, ClipName), Sound>;

/// What the plan takes from files.
#[derive(Clone, Debug)]
pub struct Materials {
    pub prompts: Arc<Prompts>,
    pub flows: HashMap<String, Arc<Flow>>,
}

/// Reads all prompts and the flows of all numbers; everything that is missing or broken, at once.
pub fn read(config: &Config) -> Result<Materials, Vec<Fault>> {
    let (prompts, mut faults) = prompts(config.prompts.folder.as_deref());
    let mut flows = HashMap::new();
    let wanted: BTreeSet<&String> = config.numbers.values().map(|number| &number.flow).collect();
    for name in wanted {
        match flow(name, config, &prompts) {
            Ok(flow) => {
                flows.insert(name.clone(), Arc::new(flow));
            }
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(Materials { prompts: Arc::new(prompts), flows }) } else { Err(faults) }
}

/// All clips that can ever be said.
pub fn prompts(folder: Option<&Path>) -> (Prompts, Vec<Fault>) {
    let mut prompts = Prompts::new();
    let mut faults = Vec::new();
    let mut sounds: HashMap<String, Sound> = HashMap::new();
    for locale in LOCALES {
        for clip in say::all(locale) {
            let file = say::file(locale, &clip);
            let sound = match sounds.get(&file) {
                Some(sound) => Ok(sound.clone()),
                None => sound(&file, folder),
            };
            match sound {
                Ok(sound) => {
                    sounds.insert(file, sound.clone());
                    prompts.insert((locale, clip), sound);
                }
                Err(fault) => faults.push(fault),
            }
        }
    }
    (prompts, faults)
}

fn sound(file: &str, folder: Option<&Path>) -> Result<Sound, Fault> {
    let own = folder.map(|folder| folder.join(file)).filter(|path| path.exists());
    let (place, bytes) = match own {
        Some(path) => {
            let bytes = std::fs::read(&path).map_err(|error| Fault {
                place: path.display().to_string(),
                what: format!("cannot be read: {error}"),
                remedy: "let the server's user read it, or remove it to use the built-in prompt".into(),
            })?;
            (path.display().to_string(), Cow::from(bytes))
        }
        None => {
            let built_in = BuiltInPrompts::get(file).ok_or_else(|| Fault {
                place: format!("prompts/{file}"),
                what: "there is no such prompt".into(),
                remedy: "put a WAV file there, or run config/prompts/render.sh and build again".into(),
            })?;
            (format!("prompts/{file} (built in)"), built_in.data)
        }
    };
    media::wav::read_wav(bytes.as_ref()).map_err(|error| Fault {
        place,
        what: error.to_string(),
        remedy: "bring it to WAV, 8,000 Hz, mono, 16 bit: sox IN -r 8000 -c 1 -b 16 OUT.wav".into(),
    })
}

/// The text of a flow, and where it stands.
fn flow_text(name: &str, folder: Option<&Path>) -> Result<(String, String), Fault> {
    let file = format!("{name}.toml");
    if let Some(path) = folder.map(|folder| folder.join(&file)).filter(|path| path.exists()) {
        let place = path.display().to_string();
        return std::fs::read_to_string(&path).map(|text| (place.clone(), text)).map_err(|error| Fault {
            place,
            what: format!("cannot be read: {error}"),
            remedy: "let the server's user read it".into(),
        });
    }
    let built_in = BuiltInFlows::get(&file).and_then(|found| String::from_utf8(found.data.into_owned()).ok());
    built_in.map(|text| (format!("flows/{file} (built in)"), text)).ok_or_else(|| Fault {
        place: format!("flow `{name}`"),
        what: "there is no such flow".into(),
        remedy: format!("put {file} into the folder that [flows] names, or use main or emergency"),
    })
}

fn flow(name: &str, config: &Config, prompts: &Prompts) -> Result<Flow, Vec<Fault>> {
    let (place, text) = flow_text(name, config.flows.folder.as_deref()).map_err(|fault| vec![fault])?;
    let flow = check(&text, &place, prompts)?;
    let unknown: Vec<Fault> = flow
        .queues()
        .into_iter()
        .filter(|queue| !config.queues.iter().any(|known| known.name == *queue))
        .map(|queue| Fault {
            place: place.clone(),
            what: format!("it leads to the queue `{queue}`, which is not configured"),
            remedy: format!("add [[queues]] with name = \"{queue}\", or correct the flow"),
        })
        .collect();
    if unknown.is_empty() { Ok(flow) } else { Err(unknown) }
}

/// Parses a flow and checks it against the recordings of both locales. For `linedesk flow check` too.
pub fn check(text: &str, place: &str, prompts: &Prompts) -> Result<Flow, Vec<Fault>> {
    let faults = |findings: Vec<ivr::Finding>| -> Vec<Fault> {
        findings
            .into_iter()
            .map(|f| Fault { place: format!("{place}:{}", f.line), what: f.what, remedy: f.remedy })
            .collect()
    };
    let flow = Flow::parse(text).map_err(faults)?;
    let mut found = Vec::new();
    for locale in LOCALES {
        found.extend(flow.check_recordings(locale, &|clip| duration(prompts, locale, clip)));
    }
    if found.is_empty() { Ok(flow) } else { Err(faults(found)) }
}

/// How long a clip plays.
pub fn duration(prompts: &Prompts, locale: Locale, clip: &str) -> Option<Duration> {
    let sound = prompts.get(&(locale, clip.to_owned()))?;
    Some(Duration::from_millis(sound.alaw.len() as u64 / 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn demo() -> Config {
        Config::parse(config::DEMO, "demo").unwrap()
    }

    #[test]
    fn the_demo_has_every_prompt_and_its_flows_hold() {
        let materials = read(&demo()).unwrap_or_else(|faults| panic!("{}", faults[0]));
        assert_eq!(materials.flows.len(), 2);
        assert!(materials.prompts.contains_key(&(Locale::Ru, "greet".into())));
        assert!(duration(&materials.prompts, Locale::Ru, "music-1").unwrap() > Duration::from_secs(3));
        let shared = |locale| materials.prompts[&(locale, "music-1".into())].alaw.clone();
        assert!(Arc::ptr_eq(&shared(Locale::Ru), &shared(Locale::En)), "music is held once");
    }

    #[test]
    fn a_customers_file_goes_before_the_one_built_in_and_a_broken_one_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("ru")).unwrap();
        std::fs::write(dir.path().join("ru/greet.wav"), b"not a wav").unwrap();
        let (_, faults) = prompts(Some(dir.path()));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].place.ends_with("ru/greet.wav") && faults[0].remedy.contains("sox"));
        let mut config = demo();
        config.queues.retain(|queue| queue.name != "emergency");
        assert!(read(&config).unwrap_err()[0].what.contains("`emergency`"));
        config.numbers.get_mut("1000").unwrap().flow = "nothing".into();
        assert!(read(&config).unwrap_err().iter().any(|f| f.what == "there is no such flow"));
    }
}
