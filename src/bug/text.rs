//! Names written otherwise. Enter: a category's names before and after launch. Leave: the spelling rule, or the
//! recoding, that turns new names into old ones, as pairs of names. Cost: one pass over the names.
//! New names beside unchanged old ones are new kinds of rows, not a recoding.

use std::collections::{BTreeMap, BTreeSet};

use super::common::{
    both, inputs, name_shares, noise, percent, says, share_of_rows, total_variation,
};
use super::exchanged::{exchanged, from_day, is_since, went_round};
use super::meaning::{changed_codes, changed_places};
use super::since::step;
use super::{Change, Detector, Fingerprint, View};
use crate::encode::rows::NO_DAY;
use crate::report::CauseId;
use crate::stats::math::sqrt;

/// Share of rows with a name the reference never has, from which it matters.
const MIN_UNSEEN: f64 = 0.005;
/// Share of it a rule must explain.
const MIN_EXPLAINED: f64 = 0.9;
/// Share of rows with unseen names from which the whole column was recoded.
const RECODED: f64 = 0.9;
/// Difference of the numbers of names allowed in a recoding.
const NAMES_DIFFER: f64 = 0.1;
/// Names beyond which frequency ranks say nothing.
const MAX_RANKED: usize = 200;
/// Names with a share below this are not matched one to one.
const MIN_MATCHED: f64 = 0.01;

/// New names needed to see that each took the same part of an old one, and names at most.
const MIN_REPLACED: usize = 3;
const MAX_REPLACED: usize = 40;
/// Names of which all pairings are tried.
const MAX_PAIRED: usize = 6;
/// Drift of a name's share that is allowed for, and how many errors of chance a share may miss.
const DRIFT: f64 = 0.05;
const MAX_MISS: f64 = 3.5;
/// Difference of the parts that old names lost, beyond chance.
const KEPT_PART: f64 = 0.02;

/// Old names that may have been run together, and new ones at most.
const MOST_MERGED: (usize, usize) = (8, 3);

/// The detector.
pub struct Spelling;

type Rule = (&'static str, fn(&str) -> String);

/// Spelling rules; both sides are put through, so that one rule undoes it in either direction.
const RULES: [Rule; 8] = [
    ("spaces at the ends", |name| name.trim().to_owned()),
    ("capital and small letters", |name| name.trim().to_lowercase()),
    ("quotes", |name| name.trim().trim_matches(['"', '\'', '`']).to_owned()),
    ("double spaces", |name| name.split_whitespace().collect::<Vec<_>>().join(" ")),
    ("leading zeros", |name| {
        let rest = name.trim().trim_start_matches('0');
        if rest.is_empty() { "0".to_owned() } else { rest.to_owned() }
    }),
    ("a number's decimals (1 and 1.0)", |name| {
        let name = name.trim();
        let cut = name.split_once('.').filter(|(whole, rest)| {
            !whole.is_empty() && rest.bytes().all(|digit| digit == b'0')
        });
        cut.map_or(name, |(whole, _)| whole).to_owned()
    }),
    ("accents", plain),
    ("separators (space, hyphen, underscore) and capitals", |name| {
        let kept = plain(name).to_lowercase();
        kept.chars().filter(|letter| letter.is_alphanumeric()).collect()
    }),
];

impl Detector for Spelling {
    fn id(&self) -> &'static str {
        "text"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        inputs(view).into_iter().filter_map(|column| of_column(view, column)).collect()
    }
}

struct Names<'a> {
    names: &'a [String],
    p: Vec<f64>,
    q: Vec<f64>,
    /// Places of names only production has.
    unseen: Vec<usize>,
    unseen_share: f64,
}

/// Latin letters without their accents.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        let base = match letter {
            'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
            'À'..='Å' | 'Ā' | 'Ă' | 'Ą' => "A",
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
            'Ç' | 'Ć' | 'Ĉ' | 'Ċ' | 'Č' => "C",
            'ď' | 'đ' => "d",
            'Ď' | 'Đ' => "D",
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
            'È'..='Ë' | 'Ē' | 'Ĕ' | 'Ė' | 'Ę' | 'Ě' => "E",
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
            'Ĝ' | 'Ğ' | 'Ġ' | 'Ģ' => "G",
            'ì'..='ï' | 'ĩ' | 'ī' | 'į' | 'ı' => "i",
            'Ì'..='Ï' | 'Ĩ' | 'Ī' | 'Į' | 'İ' => "I",
            'ł' | 'ĺ' | 'ľ' => "l",
            'Ł' | 'Ĺ' | 'Ľ' => "L",
            'ñ' | 'ń' | 'ņ' | 'ň' => "n",
            'Ñ' | 'Ń' | 'Ņ' | 'Ň' => "N",
            'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
            'Ò'..='Ö' | 'Ø' | 'Ō' | 'Ő' => "O",
            'ŕ' | 'ř' => "r",
            'Ŕ' | 'Ř' => "R",
            'ś' | 'ş' | 'š' | 'ș' => "s",
            'Ś' | 'Ş' | 'Š' | 'Ș' => "S",
            'ţ' | 'ť' | 'ț' => "t",
            'Ţ' | 'Ť' | 'Ț' => "T",
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
            'Ù'..='Ü' | 'Ū' | 'Ů' | 'Ű' | 'Ų' => "U",
            'ý' | 'ÿ' => "y",
            'Ý' => "Y",
            'ź' | 'ż' | 'ž' => "z",
            'Ź' | 'Ż' | 'Ž' => "Z",
            'ß' => "ss",
            'æ' => "ae",
            'Æ' => "AE",
            'œ' => "oe",
            'Œ' => "OE",
            // Combining accents, as decomposed text has them.
            '\u{300}'..='\u{36f}' => "",
            other => {
                plain.push(other);
                continue;
            }
        };
        plain.push_str(base);
    }
    plain
}

fn of_column(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (reference, production) = both(view, column)?;
    let names = &view.frames.columns.get(column)?.names;
    if names.is_empty() {
        return of_codes(view, column);
    }
    if reference.names().is_empty() || production.names().is_empty() {
        return None;
    }
    let p = name_shares(reference.names(), names.len());
    let q = name_shares(production.names(), names.len());
    let pairs = p.iter().zip(&q).enumerate();
    let unseen: Vec<usize> =
        pairs.filter(|(_, (p, q))| **p == 0.0 && **q > 0.0).map(|(at, _)| at).collect();
    let unseen_share = unseen.iter().filter_map(|at| q.get(*at)).sum();
    let days = &view.frames.production.rows.day;
    if unseen_share < MIN_UNSEEN {
        return of_exchange(view, column, &p);
    }
    let own = Names { names, p, q, unseen, unseen_share };
    let rows = (reference.names().len(), production.names().len());
    let written = spelled(&own).or_else(|| cut(&own));
    if written.is_none()
        && let Some(pairs) = merged(&own, rows.0, production.names(), days)
    {
        return Some(of_merger(column, &pairs, names, production.names(), days));
    }
    let (pairs, strength, sentence) = written
        .or_else(|| recoded(&own, rows))
        .or_else(|| partly(&own, reference.names().len(), production.names(), days))
        .or_else(|| replaced(&own, rows, production.names(), days))?;
    let new: BTreeSet<u32> = pairs.iter().map(|(_, new)| *new).collect();
    let touched: Vec<bool> =
        production.names().iter().map(|name| new.contains(name)).collect();
    Some(Fingerprint {
        detector: "text",
        cause: CauseId::CategoryMapping,
        columns: vec![column],
        strength,
        share: super::common::share_of(&touched),
        since: super::since::since(days, &touched),
        touched,
        change: Change::Renamed(pairs),
        sentence,
    })
}

/// Words of a calendar: their numbers turn with a clock, see [`super::clock`].
const CALENDAR: [&str; 7] = ["hour", "hr", "day", "weekday", "dow", "week", "month"];

/// Numbers of few whole values that changed places.
fn of_codes(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let name = &view.frames.columns.get(column)?.name;
    if CALENDAR.iter().any(|word| says(name, word)) {
        return None;
    }
    let (pairs, since) = changed_codes(view, column)?;
    let values = both(view, column)?.1.numbers();
    let touched: Vec<bool> = is_since(&view.frames.production.rows.day, since)
        .zip(values)
        .map(|(is_late, value)| is_late && pairs.iter().any(|own| own.1 == *value))
        .collect();
    let share = super::common::share_of(&touched);
    Some(Fingerprint {
        detector: "text",
        cause: CauseId::CategoryMapping,
        columns: vec![column],
        strength: 0.9,
        share,
        since,
        touched,
        sentence: told_by_meaning(pairs.len(), share),
        change: Change::Recoded(pairs),
    })
}

/// Values told by what their rows hold.
fn told_by_meaning(count: usize, share: f64) -> String {
    format!(
        "{count} values changed places ({}): rows with each are as frequent now, have such outcomes and hold such values \
         elsewhere as rows with another of them did before launch.",
        share_of_rows(share)
    )
}

/// Known names that changed places: two, or more that went round.
fn of_exchange(view: &View<'_>, column: usize, before: &[f64]) -> Option<Fingerprint> {
    let (reference, production) = both(view, column)?;
    let (rows, values) = (reference.names().len(), production.names());
    let days = &view.frames.production.rows.day;
    let two = exchanged(before, rows, values, days)
        .map(|(a, b, since)| (vec![(a, b), (b, a)], since));
    let (is_two, by_meaning) = (two.is_some(), changed_places(view, column));
    let is_by_meaning = !is_two && by_meaning.is_some();
    let (pairs, since) =
        two.or(by_meaning).or_else(|| went_round(before, rows, values, days))?;
    let pairs: Vec<(u32, u32)> =
        pairs.into_iter().map(|own| (number(own.0), number(own.1))).collect();
    let touched: Vec<bool> = is_since(days, since)
        .zip(values)
        .map(|(is_late, name)| is_late && pairs.iter().any(|own| own.1 == *name))
        .collect();
    let share = share_of_rows(super::common::share_of(&touched));
    let (strength, sentence) = if is_by_meaning {
        (0.9, told_by_meaning(pairs.len(), super::common::share_of(&touched)))
    } else if is_two {
        let words = format!(
            "Two values changed places: each comes as often as the other did before launch ({share}), and all \
             others come as before."
        );
        (0.85, words)
    } else {
        let words = format!(
            "{} values changed places: each comes as often as another did before launch ({share}).",
            pairs.len()
        );
        (0.8, words)
    };
    Some(Fingerprint {
        detector: "text",
        cause: CauseId::CategoryMapping,
        columns: vec![column],
        strength,
        share: super::common::share_of(&touched),
        since,
        touched,
        change: Change::Renamed(pairs),
        sentence,
    })
}

/// New names for several old ones each: which of them a row had is gone.
fn of_merger(
    column: usize,
    pairs: &[(usize, usize)],
    names: &[String],
    values: &[u32],
    days: &[i32],
) -> Fingerprint {
    let new: BTreeSet<usize> = pairs.iter().map(|own| own.1).collect();
    let touched: Vec<bool> =
        values.iter().map(|own| new.contains(&(*own as usize))).collect();
    let share = super::common::share_of(&touched);
    let named = |at: &usize| {
        format!("\u{201c}{}\u{201d}", names.get(*at).map_or("", String::as_str))
    };
    let change = match new.iter().next() {
        Some(only) if new.len() == 1 => Change::DefaultName(number(*only)),
        _ => Change::Renamed(
            pairs.iter().map(|own| (number(own.0), number(own.1))).collect(),
        ),
    };
    let told: Vec<String> = new.iter().map(named).collect();
    Fingerprint {
        detector: "text",
        cause: CauseId::CategoryMapping,
        columns: vec![column],
        strength: 0.9,
        share,
        since: super::since::since(days, &touched),
        touched,
        change,
        sentence: format!(
            "{} old values no longer come, and {} instead, as often as they did together ({} of rows).",
            pairs.len(),
            told.join(" and "),
            percent(share)
        ),
    }
}

type Found = (Vec<(u32, u32)>, f64, String);

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Pairs (old, new) by one rule, when it explains what is unseen.
fn by_rule(own: &Names<'_>, rule: &dyn Fn(&str) -> String) -> Option<Vec<(u32, u32)>> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let share = |at: usize| own.p.get(at).copied().unwrap_or(0.0);
    for (at, name) in own.names.iter().enumerate().filter(|(at, _)| share(*at) > 0.0) {
        let kept = known.entry(rule(name)).or_insert(at);
        if share(at) > share(*kept) {
            *kept = at;
        }
    }
    let (mut pairs, mut explained) = (Vec::new(), 0.0);
    for at in &own.unseen {
        let name = own.names.get(*at)?;
        if let Some(old) = known.get(&rule(name)) {
            pairs.push((number(*old), number(*at)));
            explained += own.q.get(*at).copied().unwrap_or(0.0);
        }
    }
    (explained >= MIN_EXPLAINED * own.unseen_share).then_some(pairs)
}

fn spelled(own: &Names<'_>) -> Option<Found> {
    let (words, pairs) =
        RULES.iter().find_map(|(words, rule)| Some((words, by_rule(own, rule)?)))?;
    let sentence = format!(
        "{} of rows have names that differ from the old ones only by {words}.",
        percent(own.unseen_share)
    );
    Some((pairs, 0.98, sentence))
}

/// Names cut to a length.
fn cut(own: &Names<'_>) -> Option<Found> {
    let length = own
        .unseen
        .iter()
        .filter_map(|at| own.names.get(*at).map(|name| name.chars().count()))
        .max()?;
    if length < 2 {
        return None;
    }
    let rule = |name: &str| name.chars().take(length).collect::<String>();
    let pairs = by_rule(own, &rule)?;
    let sentence = format!(
        "{} of rows have names cut to {length} characters.",
        percent(own.unseen_share)
    );
    Some((pairs, 0.9, sentence))
}

/// Places of names and their shares.
type Shares = Vec<(usize, f64)>;

fn shares_above(shares: &[f64], least: f64) -> Shares {
    let mut kept: Shares =
        shares.iter().copied().enumerate().filter(|(_, share)| *share > least).collect();
    kept.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept
}

/// All names replaced, one to one by how often they come.
fn recoded(own: &Names<'_>, (n, m): (usize, usize)) -> Option<Found> {
    if own.unseen_share < RECODED {
        return None;
    }
    let old = shares_above(&own.p, 0.0);
    let new: Vec<(usize, f64)> = shares_above(&own.q, 0.0)
        .into_iter()
        .filter(|(at, _)| own.unseen.contains(at))
        .collect();
    let (a, b) = (old.len() as f64, new.len() as f64);
    if old.len() < 2 || old.len() > MAX_RANKED || (a - b).abs() > NAMES_DIFFER * a {
        return None;
    }
    let p: Vec<f64> = old.iter().map(|own| own.1).collect();
    let q: Vec<f64> = new.iter().map(|own| own.1).collect();
    let mut distance = total_variation(&p, &q);
    distance += 0.5 * p.iter().skip(q.len()).chain(q.iter().skip(p.len())).sum::<f64>();
    if distance > (2.0 * noise(&p, n, m)).max(0.02) {
        return None;
    }
    let pairs = old.iter().zip(&new).map(|(a, b)| (number(a.0), number(b.0))).collect();
    let sentence = format!(
        "{} of rows have new names that come as often as the old ones did, one for one.",
        percent(own.unseen_share)
    );
    Some((pairs, 0.85, sentence))
}

/// Some old names shrank by as much as new names brought, on the same days: from their clearest step on, or else from
/// the day the first of them came, where the season moves them too.
fn partly(own: &Names<'_>, n: usize, values: &[u32], days: &[i32]) -> Option<Found> {
    let new: Vec<(usize, f64)> = shares_above(&own.q, MIN_UNSEEN)
        .into_iter()
        .filter(|(at, _)| own.unseen.contains(at))
        .collect();
    let is_new = |name: &u32| new.iter().any(|own| number(own.0) == *name);
    let signs: Vec<f64> =
        values.iter().map(|name| f64::from(u8::from(is_new(name)))).collect();
    let dated = || values.iter().zip(days).filter(|(_, day)| **day != NO_DAY);
    let came = dated().filter(|(name, _)| is_new(name)).map(|own| *own.1).min();
    let stepped = step(days, &signs).map(|own| own.day);
    let mut firsts = vec![stepped.unwrap_or(i32::MIN)];
    firsts.extend(came.filter(|day| Some(*day) != stepped));
    firsts.into_iter().find_map(|first| partly_since(own, n, &new, values, days, first))
}

/// The same from one day on.
fn partly_since(
    own: &Names<'_>,
    n: usize,
    new: &[(usize, f64)],
    values: &[u32],
    days: &[i32],
    first: i32,
) -> Option<Found> {
    // Names that no longer come, or hardly, are the ones replaced.
    let after: Vec<u32> = values
        .iter()
        .zip(days.iter().map(Some).chain(std::iter::repeat(None)))
        .filter(|(_, day)| day.is_none_or(|day| *day >= first))
        .map(|(name, _)| *name)
        .collect();
    let m = after.len();
    if m < super::common::MIN_ROWS {
        return None;
    }
    let q = name_shares(&after, own.names.len());
    let new: Vec<(usize, f64)> =
        new.iter().map(|(at, _)| (*at, q.get(*at).copied().unwrap_or(0.0))).collect();
    let close = |a: f64, b: f64| {
        let error = sqrt(a.max(b) * (1.0 / n as f64 + 1.0 / m as f64));
        (a - b).abs() <= (3.0 * error).max(0.1 * a.max(b))
    };
    // Old names that lost what chance and drift of a quarter do not explain.
    let mut lost: Vec<(usize, f64)> = own
        .p
        .iter()
        .zip(&q)
        .enumerate()
        .map(|(at, (p, q))| (at, p - q, p))
        .filter(|(_, lost, p)| {
            **p >= MIN_MATCHED && *lost > 0.25 * **p && !close(**p, **p - *lost)
        })
        .map(|(at, lost, _)| (at, lost))
        .collect();
    lost.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    if lost.is_empty() || lost.len() != new.len() || lost.len() > MAX_RANKED {
        return None;
    }
    let mut new = new;
    new.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let matched = lost.iter().zip(&new).all(|(lost, new)| close(lost.1, new.1));
    // The other names must have stayed.
    let stayed = own.p.iter().zip(&q).enumerate().all(|(at, (p, q))| {
        let used = lost.iter().chain(&new).any(|own| own.0 == at);
        used || close(*p, *q)
    });
    // Proof that names were replaced rather than joined by newcomers: an old name all but vanished.
    let gone = lost.iter().all(|(at, _)| {
        let share = |own: &[f64]| own.get(*at).copied().unwrap_or(0.0);
        share(&q) <= 0.1 * share(&own.p)
    });
    if !matched || !stayed || !(gone || lost.len() == 1) {
        return None;
    }
    let strength = if gone { 0.9 } else { 0.65 };
    let pairs: Vec<(u32, u32)> =
        lost.iter().zip(&new).map(|(old, new)| (number(old.0), number(new.0))).collect();
    let sentence = format!(
        "{} of rows have new names; {} lost as much in the same days.",
        percent(own.unseen_share),
        if pairs.len() == 1 {
            "one old name".to_owned()
        } else {
            format!("{} old names", pairs.len())
        }
    );
    Some((pairs, strength, sentence))
}

/// From the day the new names came on, the old ones that are gone fall into as many groups, each as common as one of the
/// new names, while the others come as before: pairs of old and new name, at least two of which share the new one.
fn merged(
    own: &Names<'_>,
    n: usize,
    values: &[u32],
    days: &[i32],
) -> Option<Vec<(usize, usize)>> {
    let common_new = own
        .unseen
        .iter()
        .filter(|at| own.q.get(**at).is_some_and(|share| *share >= MIN_UNSEEN));
    let new: Vec<usize> = common_new.copied().collect();
    if new.is_empty() || new.len() > MOST_MERGED.1 {
        return None;
    }
    let is_new = |name: &u32| new.iter().any(|own| number(*own) == *name);
    let dated = values.iter().zip(days).filter(|own| *own.1 != NO_DAY);
    let first = dated.filter(|own| is_new(own.0)).map(|own| own.1).min();
    let after = from_day(values, days, first.copied());
    let m = after.len();
    if m < super::common::MIN_ROWS {
        return None;
    }
    let q = name_shares(&after, own.names.len());
    let now = |at: usize| q.get(at).copied().unwrap_or(0.0);
    let (gone, kept): (Shares, Shares) = shares_above(&own.p, MIN_MATCHED)
        .into_iter()
        .partition(|(at, before)| now(*at) <= 0.02 * before);
    let close = |a: f64, b: f64| {
        let error = sqrt(a.max(b).min(0.5) * (1.0 / n as f64 + 1.0 / m as f64));
        (a - b).abs() <= (MAX_MISS * error).max(0.1 * a.max(b))
    };
    let stayed = kept.iter().all(|own| close(own.1, now(own.0)));
    if gone.len() <= new.len() || gone.len() > MOST_MERGED.0 || !stayed {
        return None;
    }
    // Every way to give each old name one of the new ones, in order: the nearest one counts.
    let ways = new.len().pow(u32::try_from(gone.len()).ok()?);
    let sums = |way: usize| {
        let mut sums = vec![0.0; new.len()];
        let mut left = way;
        for (_, share) in &gone {
            if let Some(sum) = sums.get_mut(left % new.len()) {
                *sum += share;
            }
            left /= new.len();
        }
        sums
    };
    let off = |way: &usize| -> f64 {
        sums(*way).iter().zip(&new).map(|(sum, at)| (sum - now(*at)).abs()).sum()
    };
    let best = (0..ways).min_by(|a, b| off(a).total_cmp(&off(b)))?;
    let fits = sums(best).iter().zip(&new).all(|(sum, at)| close(*sum, now(*at)));
    let mut left = best;
    let pairs = gone.iter().filter_map(|(old, _)| {
        let at = new.get(left % new.len()).copied()?;
        left /= new.len();
        Some((*old, at))
    });
    let pairs: Vec<(usize, usize)> = pairs.collect();
    fits.then_some(pairs)
}

/// Every common old name lost the same part to one new name each: a part of the rows was recoded, at once.
fn replaced(
    own: &Names<'_>,
    (n, _): (usize, usize),
    values: &[u32],
    days: &[i32],
) -> Option<Found> {
    let unseen: BTreeSet<u32> = own.unseen.iter().map(|at| number(*at)).collect();
    let is_new: Vec<f64> =
        values.iter().map(|name| f64::from(u8::from(unseen.contains(name)))).collect();
    let first = step(days, &is_new).map_or(i32::MIN, |own| own.day);
    let dated = values.iter().zip(days.iter().map(Some).chain(std::iter::repeat(None)));
    let after: Vec<u32> = dated
        .filter(|(_, day)| day.is_none_or(|day| *day >= first))
        .map(|(name, _)| *name)
        .collect();
    let m = after.len();
    if m < super::common::MIN_ROWS {
        return None;
    }
    let q = name_shares(&after, own.names.len());
    let (mut new, old): (Shares, Shares) =
        (shares_above(&q, MIN_UNSEEN), shares_above(&own.p, MIN_MATCHED));
    new.retain(|(at, _)| own.unseen.contains(at));
    if new.len() < MIN_REPLACED || new.len() != old.len() || old.len() > MAX_REPLACED {
        return None;
    }
    let part: f64 = new.iter().map(|own| own.1).sum();
    let total: f64 = old.iter().map(|own| own.1).sum();
    // Ranks pair names only where the mix of rows stayed: of few names the pairing in which all lost the same part.
    if old.len() <= MAX_PAIRED {
        let left = |at: usize| q.get(at).copied().unwrap_or(0.0);
        let misfit = |old: &(usize, f64), new: &(usize, f64)| {
            let both = (left(old.0) + new.1).max(1e-9);
            let off = new.1 / both - part;
            off * off * both
        };
        let costs: Vec<Vec<f64>> = old
            .iter()
            .map(|old| new.iter().map(|new| misfit(old, new)).collect())
            .collect();
        let mut best = (f64::INFINITY, Vec::new());
        paired(&costs, &mut Vec::new(), 0.0, &mut best);
        new = best.1.iter().filter_map(|at| new.get(*at).copied()).collect();
    }
    // Kept and lost part of one name, as far as they miss the common part, in errors of chance and a little drift.
    let miss = |old: &(usize, f64), new: &(usize, f64)| {
        let left = q.get(old.0).copied().unwrap_or(0.0);
        let (want, rest) = (old.1 / total * part, old.1 / total * (1.0 - part));
        let error = |share: f64| {
            let chance = sqrt(share.max(0.002) * (1.0 / n as f64 + 1.0 / m as f64));
            chance + DRIFT * share
        };
        let (a, b) = ((new.1 - want) / error(want), (left - rest) / error(rest));
        // What both parts make together tells less where the mix of rows moved.
        a.abs().max(b.abs())
    };
    // New and old go by their ranks; what is left of each old name must agree with what came of it.
    let worst = old.iter().zip(&new).map(|(old, new)| miss(old, new)).fold(0.0, f64::max);
    // Where the mix moved too, each old name still keeps the same part of old and new together.
    let kept = |(old, new): (&(usize, f64), &(usize, f64))| {
        let left = q.get(old.0).copied().unwrap_or(0.0);
        let both = left + new.1;
        let error = sqrt(part * (1.0 - part) / (both * m as f64).max(1.0));
        (new.1 / both.max(1e-9) - part).abs() <= 3.0 * error + KEPT_PART
    };
    let alike = old.iter().zip(&new).all(kept);
    if worst > MAX_MISS && !alike {
        return None;
    }
    let pairs = old.iter().zip(&new).map(|(a, b)| (number(a.0), number(b.0))).collect();
    let sentence = format!(
        "{} of rows have new names, as many as there are old ones, and each took the same part of its old one.",
        percent(own.unseen_share)
    );
    Some((pairs, if worst <= MAX_MISS { 0.85 } else { 0.75 }, sentence))
}

/// The pairing of lines with columns of least total cost, by trying all.
fn paired(
    costs: &[Vec<f64>],
    taken: &mut Vec<usize>,
    sum: f64,
    best: &mut (f64, Vec<usize>),
) {
    let Some(line) = costs.get(taken.len()) else {
        if sum < best.0 {
            *best = (sum, taken.clone());
        }
        return;
    };
    for (at, cost) in line.iter().enumerate() {
        if !taken.contains(&at) && sum + cost < best.0 {
            taken.push(at);
            paired(costs, taken, sum + cost, best);
            taken.pop();
        }
    }
}
